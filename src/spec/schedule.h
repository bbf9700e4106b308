/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_SCHEDULE_H
#define SPEC_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "spec/stop.h"

/*
 * Walks a stop schedule.  Pure: it says what to do next, the caller does it.
 *
 *	schedule_begin(&walk, &spec->stop.schedule);
 *	again: (and each time the wait is over, or after schedule_hurry())
 *	while ((move = schedule_next(&walk, now)).kind == SCHEDULE_SIGNAL)
 *		send it
 */

enum schedule_kind {
	SCHEDULE_SIGNAL,	/* send .signal, then ask again at once */
	SCHEDULE_WAIT,		/* ask again at .until_ms */
	SCHEDULE_OVER		/* nothing is left to do; it does not die */
};

struct schedule_move {
	enum schedule_kind kind;
	int signal;
	bool then_cont;		/* follow it with SIGCONT: a stopped process
				   does not see a signal that it handles */
	bool kill_all;		/* SIGKILL: to all that is left, too */
	uint64_t until_ms;	/* CLOCK_NEVER: until it has gone */
};

struct schedule {
	const struct stop_schedule *plan;	/* borrowed */
	unsigned int at;	/* the next step */
	uint64_t until_ms;	/* of the present wait; 0: none */
	bool waited;		/* since the repeated part last began */
};

/* Stand before the first step of plan, which must outlive *walk. */
void	schedule_begin(struct schedule *walk, const struct stop_schedule *plan);

/*
 * The next move at now_ms (monotonic).  While a wait lasts it is returned
 * again.  A repeated part without any wait gets one of a second per round, so
 * that it never spins.
 */
struct schedule_move	schedule_next(struct schedule *walk, uint64_t now_ms);

/*
 * End the present wait: the next schedule_next() gives the next step.  After
 * the end, begin again.  Does nothing if *walk is all zero.
 */
void	schedule_hurry(struct schedule *walk);

/* Does the signal end a process by default?  (SIGKILL needs no SIGCONT.) */
bool	schedule_signal_terminates(int signal);

#endif
