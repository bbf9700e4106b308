/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * Supervisors in virtual time: the state table, the restart policy and the
 * stop schedule together, fed with seeded streams of events.  After each
 * event the invariants are checked.  A failure prints its seed; give it as
 * the argument to see that life's events.
 */

#include <config.h>

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "supervise/policy.h"
#include "spec/schedule.h"
#include "supervise/state.h"
#include "unit/supervise/event_name.h"
#include "unit/tap.h"

#define LIVES      1000000
#define EVENTS_MAX 400		/* by then the life must have ended */
#define STOP_AFTER 24		/* on the average, in events */

struct life {
	uint64_t random;
	bool told;		/* print each event */
	const char *broken;	/* the first invariant that did not hold */

	uint64_t now_ms;
	uint64_t timer_ms;
	enum state state;
	struct restart_state restart;
	struct schedule walk;

	struct spec_restart policy;
	struct stop_schedule plan;

	bool main_alive;
	bool main_dying;	/* was sent a signal that it obeys */
	bool flagged_timed_out;
	unsigned int descendants;
	uint64_t spawned_ms;
	bool stop_asked;
	unsigned int runs;
};

static uint32_t
draw(struct life *life)
{
	life->random = life->random * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(life->random >> 32);
}

static bool
one_in(struct life *life, uint32_t n)
{
	return draw(life) % n == 0;
}

static void
require(struct life *life, bool holds, const char *invariant)
{
	if (!holds && life->broken == NULL)
		life->broken = invariant;
}

static void
make_policy(struct life *life)
{
	struct spec_restart *policy = &life->policy;

	policy->respawn = (enum respawn)(draw(life) % 4);
	policy->delay.count = 1 + draw(life) % 4;
	for (unsigned int i = 0; i < policy->delay.count; i++)
		policy->delay.ms[i] = one_in(life, 4) ? 0 : draw(life) % 5000;
	policy->max_delay_ms = draw(life) % 60000;
	if (one_in(life, 3)) {
		policy->limit.count = 1 + draw(life) % 10;
		policy->limit.per_ms = draw(life) % 100000;
	}
	if (one_in(life, 4))
		policy->every_ms = 1 + draw(life) % 100000;
	policy->fatal.codes[1] = 1 << 14;
}

static void
make_plan(struct life *life)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGKILL, SIGHUP };
	struct stop_schedule *plan = &life->plan;

	plan->count = 1 + draw(life) % 6;
	for (unsigned int i = 0; i < plan->count; i++)
		if (one_in(life, 2))
			plan->steps[i].signal = signals[draw(life) % 4];
		else
			plan->steps[i].wait_ms = draw(life) % 10000;
	plan->repeat_from = one_in(life, 3) ? draw(life) % plan->count :
	    plan->count;
}

static void
send_signal(struct life *life, const struct schedule_move *move)
{
	if (move->kill_all)
		life->descendants = 0;
	if (life->main_alive && (move->signal == SIGKILL || !one_in(life, 3)))
		life->main_dying = true;
}

static enum event
walk_on(struct life *life)
{
	struct schedule_move move;
	int signals = 0;

	for (;;) {
		move = schedule_next(&life->walk, life->now_ms);
		if (move.kind != SCHEDULE_SIGNAL)
			break;
		send_signal(life, &move);
		require(life, ++signals <= 2 * STOP_STEPS,
		    "a schedule comes to a wait or to its end");
		if (signals > 2 * STOP_STEPS)
			break;
	}
	life->timer_ms = move.kind == SCHEDULE_WAIT ? move.until_ms :
	    CLOCK_NEVER;
	return move.kind == SCHEDULE_OVER ? EV_REFUSED : EV_COUNT;
}

static enum event
spawn(struct life *life)
{
	require(life, !life->main_alive, "at most one main process");
	require(life, !life->stop_asked, "no start after a stop");
	life->timer_ms = CLOCK_NEVER;
	life->flagged_timed_out = false;
	if (one_in(life, 8))
		return EV_SPAWN_FAILED;
	life->main_alive = true;
	life->main_dying = false;
	life->descendants = draw(life) % 3;
	life->spawned_ms = life->now_ms;
	life->runs++;
	policy_started(&life->policy, &life->restart, life->now_ms);
	return EV_COUNT;
}

static struct ending
make_ending(struct life *life)
{
	struct ending ending = { .uptime_ms = life->now_ms - life->spawned_ms };

	ending.timed_out = life->flagged_timed_out;
	ending.signalled = one_in(life, 3);
	ending.number = ending.signalled ? 1 + (int)(draw(life) % 15) :
	    (int)(draw(life) % 100);
	return ending;
}

static enum event
plan(struct life *life, bool not_started)
{
	struct ending ending = make_ending(life);
	struct policy_decision decision;

	ending.not_started = not_started;
	life->descendants = 0;
	life->timer_ms = CLOCK_NEVER;
	decision = policy_decide(&life->policy, &life->restart, &ending,
	    life->now_ms, draw(life));
	if (decision.action != POLICY_RESTART)
		return EV_DONE;
	require(life, decision.delay_ms <= 150000, "no delay is too long");
	require(life, !not_started || decision.delay_ms >= 800,
	    "a failing start does not spin");
	life->timer_ms = life->now_ms + decision.delay_ms;
	return decision.reason == POLICY_SLOT ? EV_SLOT : EV_COUNT;
}

static enum event
kill_left(struct life *life)
{
	if (!one_in(life, 2))
		life->descendants = 0;
	else if (life->descendants > 0)
		life->descendants--;
	life->timer_ms = CLOCK_NEVER;
	return life->main_alive || life->descendants > 0 ? EV_COUNT :
	    EV_ALL_GONE;
}

/* What the loop would do; returns the answer, or EV_COUNT for none. */
static enum event
perform(struct life *life, enum action action, enum event event)
{
	switch (action) {
	case ACT_SPAWN:
		return spawn(life);
	case ACT_PLAN:
	case ACT_PLAN_RETRY:
		return plan(life, action == ACT_PLAN_RETRY);
	case ACT_BEGIN_STOP:
		schedule_begin(&life->walk, &life->plan);
		return walk_on(life);
	case ACT_ARM_STOP:
		schedule_begin(&life->walk, &life->plan);
		life->timer_ms = life->now_ms + 10000;
		break;
	case ACT_RESUME_STOP:
		if (life->timer_ms != CLOCK_NEVER)
			break;
		schedule_begin(&life->walk, &life->plan);
		return walk_on(life);
	case ACT_NEXT_STEP:
		if (event == EV_HURRY)
			schedule_hurry(&life->walk);
		return walk_on(life);
	case ACT_KILL_LEFT:
		return kill_left(life);
	case ACT_LEAVE:
		require(life, !life->main_alive && life->descendants == 0,
		    "nothing is left at the end");
		break;
	case ACT_NONE:
	case ACT_UP:
	case ACT_REPORT_REFUSED:
	case ACT_COUNT:
		break;
	}
	return EV_COUNT;
}

static void
check(struct life *life)
{
	require(life, life->timer_ms >= life->now_ms, "no timer in the past");
	if (life->state == ST_BACKOFF || life->state == ST_DOWN)
		require(life,
		    life->timer_ms != CLOCK_NEVER && !life->main_alive,
		    "who waits has a timer and no process");
	if (life->state == ST_STARTING || life->state == ST_UP)
		require(life, life->main_alive, "who is up has a process");
	if (life->stop_asked)
		require(life, life->state == ST_STOPPING ||
		    life->state == ST_GONE, "a stop is final");
}

static void
deliver(struct life *life, enum event event)
{
	struct step step;
	int answers = 0;

	while (event != EV_COUNT) {
		step = state_step(life->state, event);
		if (life->told)
			printf("# %llu %s: %s -> %s\n",
			    (unsigned long long)life->now_ms,
			    event_name(event), state_name(life->state),
			    state_name(step.next));
		life->state = step.next;
		event = perform(life, step.action, event);
		require(life, ++answers < 8, "answers come to an end");
		if (answers >= 8)
			break;
	}
	check(life);
}

/* Let some time pass, but not more than the timer allows. */
static void
pass_time(struct life *life)
{
	uint64_t ms = one_in(life, 8) ? draw(life) % 200000 :
	    draw(life) % 1000;

	if (ms > life->timer_ms - life->now_ms)
		ms = life->timer_ms - life->now_ms;
	life->now_ms += ms;
}

static void
kill_main(struct life *life)
{
	life->main_alive = false;
	life->main_dying = false;
	deliver(life, EV_EXITED);
}

static bool
at_stop(struct life *life)
{
	if (!one_in(life, STOP_AFTER))
		return false;
	if (life->stop_asked)
		deliver(life, one_in(life, 2) ? EV_HURRY : EV_STOP);
	else {
		life->stop_asked = true;
		deliver(life, EV_STOP);
	}
	return true;
}

/* Something that happens to a run that is there. */
static void
happen(struct life *life)
{
	static const enum event events[] = { EV_READY, EV_READY_TIMEOUT,
		EV_RUNTIME_OVER, EV_LEAVING, EV_RESTART };
	enum event event = events[draw(life) % 5];

	if (event == EV_READY && life->state != ST_STARTING)
		return;
	if (event == EV_RUNTIME_OVER || event == EV_READY_TIMEOUT)
		life->flagged_timed_out = true;
	deliver(life, event);
}

static void
next_event(struct life *life)
{
	pass_time(life);
	if (at_stop(life))
		return;
	if (life->main_dying || (life->main_alive && one_in(life, 6)))
		kill_main(life);
	else if (life->main_alive && one_in(life, 3))
		happen(life);
	else if (!life->main_alive && (life->state == ST_STOPPING ||
	    life->state == ST_REPLACING)) {
		life->descendants = 0;
		deliver(life, EV_ALL_GONE);
	} else if (life->timer_ms != CLOCK_NEVER) {
		life->now_ms = life->timer_ms;
		deliver(life, EV_DUE);
	}
}

/* Returns the number of runs, or -1 if an invariant was broken. */
static int
live(uint64_t seed, bool told)
{
	struct life life = {
		.random = seed,
		.told = told,
		.now_ms = 1000,
		.state = ST_DOWN,
	};
	int i;

	make_policy(&life);
	make_plan(&life);
	deliver(&life, EV_DUE);
	for (i = 0; i < EVENTS_MAX && life.state != ST_GONE; i++)
		next_event(&life);
	require(&life, life.state == ST_GONE, "every life comes to its end");
	if (life.broken == NULL)
		return (int)life.runs;
	printf("# seed %llu: not so: %s\n", (unsigned long long)seed,
	    life.broken);
	return -1;
}

int
main(int argc, char *argv[])
{
	uint64_t seed;
	uint64_t runs = 0;
	int broken = 0;
	int one;

	if (argc > 1)
		return live(strtoull(argv[1], NULL, 10), true) == -1;
	for (seed = 1; seed <= LIVES && broken < 10; seed++) {
		one = live(seed, false);
		if (one == -1)
			broken++;
		else
			runs += (uint64_t)one;
	}
	is_int(broken, 0, "the invariants hold in a million lives");
	ok(runs > LIVES, "which had more than one run each");
	return tap_done();
}
