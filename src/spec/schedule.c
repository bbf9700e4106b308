/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/schedule.h"

#include <signal.h>

#include "base/clock.h"

#define IDLE_ROUND_MS 1000

void
schedule_begin(struct schedule *walk, const struct stop_schedule *plan)
{
	*walk = (struct schedule){ .plan = plan };
}

static struct schedule_move
wait_until(struct schedule *walk, uint64_t until_ms)
{
	walk->until_ms = until_ms;
	return (struct schedule_move){
		.kind = SCHEDULE_WAIT,
		.until_ms = until_ms,
	};
}

static struct schedule_move
send_signal(int signal)
{
	return (struct schedule_move){
		.kind = SCHEDULE_SIGNAL,
		.signal = signal,
		.then_cont = signal != SIGKILL &&
		    schedule_signal_terminates(signal),
		.kill_all = signal == SIGKILL,
	};
}

/* At the end of the plan: back to the repeated part, if there is one. */
static bool
repeat(struct schedule *walk)
{
	if (walk->plan->repeat_from >= walk->plan->count)
		return false;
	walk->at = walk->plan->repeat_from;
	return true;
}

static struct schedule_move
take_step(struct schedule *walk, uint64_t now_ms)
{
	const struct stop_step *step = &walk->plan->steps[walk->at++];

	if (step->signal != 0)
		return send_signal(step->signal);
	if (step->wait_ms > 0)
		walk->waited = true;
	return wait_until(walk, clock_after(now_ms, step->wait_ms));
}

struct schedule_move
schedule_next(struct schedule *walk, uint64_t now_ms)
{
	if (walk->until_ms > now_ms)
		return wait_until(walk, walk->until_ms);
	walk->until_ms = 0;
	if (walk->at < walk->plan->count)
		return take_step(walk, now_ms);
	if (!repeat(walk))
		return (struct schedule_move){ .kind = SCHEDULE_OVER };
	if (!walk->waited)
		return wait_until(walk, now_ms + IDLE_ROUND_MS);
	walk->waited = false;
	return take_step(walk, now_ms);
}

void
schedule_hurry(struct schedule *walk)
{
	if (walk->plan == NULL)
		return;
	walk->until_ms = 0;
	if (walk->at >= walk->plan->count && !repeat(walk))
		walk->at = 0;
}

bool
schedule_signal_terminates(int signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGCONT:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGURG:
	case SIGWINCH:
		return false;
	default:
		return signal > 0;
	}
}
