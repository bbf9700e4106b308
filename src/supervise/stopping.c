/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/diag.h"
#include "supervise/supervisor.h"

static enum kill_mode
mode(const struct supervisor *sup)
{
	return sup->spec->stop.kill;
}

bool
stopping_is_gone(const struct supervisor *sup)
{
	if (sup->main_pid != 0)
		return false;
	if (!sup->settling &&
	    (mode(sup) == KILL_MAIN || mode(sup) == KILL_GROUP))
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
	(void)cgroup_kill(&sup->cgroup);
	(void)family_signal_children(&sup->family, SIGKILL);
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
	return sup->settling ||
	    (sup->tree_was_told &&
		(sup->state == ST_STOPPING || sup->state == ST_REPLACING));
}

enum event
stopping_kill_left(struct supervisor *sup)
{
	if (stopping_is_gone(sup))
		return EV_ALL_GONE;
	if (sup->main_pid == 0 && !goes_by_schedule(sup))
		kill_all(sup);
	return EV_COUNT;
}

static void
pass_on(struct supervisor *sup, int signal)
{
	/* --forking, and no main process is known yet. */
	if (mode(sup) == KILL_TREE || sup->settling)
		family_signal_all(&sup->family, signal);
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

	/* Without a main process there is nothing left but to kill. */
	if (sup->main_pid == 0 && !goes_by_schedule(sup))
		return stopping_kill_left(sup);
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
		    move.until_ms == CLOCK_NEVER ? CLOCK_NEVER
						 : move.until_ms - clock_ms());
		return EV_COUNT;
	}
	sup->due_ms = CLOCK_NEVER;
	return EV_REFUSED;
}

enum event
stopping_begin(struct supervisor *sup)
{
	ready_end(&sup->ready);
	if (sup->upward != NULL && sup->state == ST_STOPPING)
		(void)notify_send(sup->upward, "STOPPING=1");
	sup->tree_was_told = mode(sup) == KILL_TREE;
	schedule_begin(&sup->schedule, sup->stop_plan);
	return stopping_next(sup);
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
