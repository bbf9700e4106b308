/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/stopping.h"

#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "supervise/run.h"
#include "supervise/supervisor.h"

/* When no schedule tells. */
#define TIME_TO_DIE_MS 5000

static enum kill_mode
mode(const struct supervisor *sup)
{
	return sup->spec->stop.kill;
}

/* The only processes that count besides the main process. */
static bool
is_group_alone(const struct supervisor *sup)
{
	return mode(sup) == KILL_GROUP && !sup->settling;
}

/* Signal 0: nothing but to see whether there is one. */
static bool
tell_group(const struct supervisor *sup, int signal, int *fd)
{
	return sup->group > 1 &&
	    family_signal_group(&sup->family, sup->group, signal, fd) > 0;
}

bool
stopping_is_gone(const struct supervisor *sup)
{
	if (sup->main_pid != 0)
		return false;
	if (is_group_alone(sup))
		return !tell_group(sup, 0, NULL);
	if (mode(sup) == KILL_MAIN && !sup->settling)
		return true;
	return !family_is_left(&sup->family);
}

/*
 * The cgroup at one stroke, faster than anything in it can fork; and those
 * who were not born in it.
 */
static void
kill_all(struct supervisor *sup)
{
	if (is_group_alone(sup)) {
		(void)tell_group(sup, SIGKILL, NULL);
		return;
	}
	(void)cgroup_kill(&sup->cgroup);
	(void)family_signal_children(&sup->family, SIGKILL);
}

static bool
is_asked_to_stop(const struct supervisor *sup)
{
	return sup->state == ST_STOPPING || sup->state == ST_REPLACING;
}

/*
 * Whether what is left without a main process is not to be killed before the
 * schedule says so.
 */
static bool
goes_by_schedule(const struct supervisor *sup)
{
	if (sup->stop_signal == SIGKILL)
		return false;
	return sup->settling || (sup->all_were_told && is_asked_to_stop(sup));
}

/* The ends of others than our children are told to their parents alone. */
static void
watch_group(struct supervisor *sup)
{
	fdio_close(&sup->left_fd);
	if (is_group_alone(sup))
		(void)tell_group(sup, 0, &sup->left_fd);
}

/* The time that the schedule gives to what gets KILL. */
static uint64_t
time_to_die(const struct supervisor *sup)
{
	const struct stop_schedule *plan = sup->stop_plan;
	unsigned int i;

	for (i = 0; i + 1 < plan->count; i++)
		if (plan->steps[i].signal == SIGKILL &&
		    plan->steps[i + 1].signal == 0)
			return plan->steps[i + 1].wait_ms;
	return TIME_TO_DIE_MS;
}

/* What was killed and is not gone in time will hold up no answer. */
static void
time_left(struct supervisor *sup)
{
	if (sup->left_is_timed || !is_asked_to_stop(sup))
		return;
	sup->left_is_timed = true;
	sup->due_ms = clock_after(clock_ms(), time_to_die(sup));
}

enum event
stopping_kill_left(struct supervisor *sup)
{
	if (stopping_is_gone(sup)) {
		fdio_close(&sup->left_fd);
		return EV_ALL_GONE;
	}
	if (sup->main_pid != 0)
		return EV_COUNT;
	watch_group(sup);
	if (goes_by_schedule(sup))
		return EV_COUNT;
	kill_all(sup);
	time_left(sup);
	return EV_COUNT;
}

/* Without a main process there is nothing left but to kill. */
static enum event
end_left(struct supervisor *sup)
{
	bool is_late = sup->left_is_timed && sup->due_ms == CLOCK_NEVER;
	enum event event = stopping_kill_left(sup);

	if (event == EV_ALL_GONE || !is_late)
		return event;
	/* It is killed again when somebody asks again. */
	sup->left_is_timed = false;
	return EV_REFUSED;
}

static void
pass_on(struct supervisor *sup, int signal)
{
	/* --forking, and no main process is known yet. */
	if (mode(sup) == KILL_TREE || sup->settling)
		family_signal_all(&sup->family, signal);
	else if (sup->main_pid == 0)
		(void)tell_group(sup, signal, NULL);
	else
		run_signal(sup, signal, mode(sup) == KILL_GROUP);
}

static void
make_move(struct supervisor *sup, const struct schedule_move *move)
{
	diag_verbose("%s: sending signal %d to process %ld", sup->label,
	    move->signal, (long)sup->main_pid);
	sup->stop_signal = move->signal;
	pass_on(sup, move->signal);
	if (move->then_cont)
		pass_on(sup, SIGCONT);
	if (move->kill_all && mode(sup) == KILL_MIXED)
		kill_all(sup);
}

enum event
stopping_next(struct supervisor *sup)
{
	struct schedule_move move;

	if (sup->main_pid == 0 && !goes_by_schedule(sup))
		return end_left(sup);
	for (;;) {
		move = schedule_next(&sup->schedule, clock_ms());
		if (move.kind != SCHEDULE_SIGNAL)
			break;
		if (!sup->skip_first)
			make_move(sup, &move);
		sup->skip_first = false;
	}
	sup->due_ms = move.until_ms;
	if (move.kind == SCHEDULE_WAIT) {
		server_progress(&sup->server, sup->stop_signal,
		    clock_left(clock_ms(), move.until_ms));
		return EV_COUNT;
	}
	sup->due_ms = CLOCK_NEVER;
	return EV_REFUSED;
}

static enum event
begin_schedule(struct supervisor *sup)
{
	sup->has_new_plan = sup->left_is_timed = false;
	schedule_begin(&sup->schedule, sup->stop_plan);
	return stopping_next(sup);
}

enum event
stopping_begin(struct supervisor *sup)
{
	ready_end(&sup->ready);
	sup->runtime_due_ms = CLOCK_NEVER;
	if (sup->upward != NULL && sup->state == ST_STOPPING)
		(void)notify_send(sup->upward, "STOPPING=1");
	sup->all_were_told = mode(sup) == KILL_TREE || mode(sup) == KILL_GROUP;
	return begin_schedule(sup);
}

enum event
stopping_resume(struct supervisor *sup)
{
	if (sup->due_ms != CLOCK_NEVER && !sup->has_new_plan)
		return EV_COUNT;
	return begin_schedule(sup);
}

/* It says that it is ending by itself: only the time limit is set. */
enum event
stopping_arm(struct supervisor *sup)
{
	enum event event;

	sup->skip_first = true;
	event = stopping_begin(sup);
	sup->skip_first = false;
	return event;
}

enum event
stopping_report_refused(struct supervisor *sup)
{
	char text[64];

	if (sup->main_pid != 0)
		(void)snprintf(text, sizeof(text),
		    "process %ld refuses to die", (long)sup->main_pid);
	else
		(void)snprintf(text, sizeof(text),
		    "what it has left behind refuses to die");
	diag_errx("%s: %s", sup->label, text);
	answers_refused(sup, text);
	return EV_COUNT;
}
