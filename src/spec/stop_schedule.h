/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_STOP_SCHEDULE_H
#define SPEC_STOP_SCHEDULE_H

#include <signal.h>
#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/stop.h"

/* What a schedule that is only a time begins with. */
#define SIGNAL_DEFAULT SIGTERM

/* What is wrong with a schedule, for dialects with words of their own. */
enum schedule_fault {
	SCHEDULE_SHORT = 1, /* one item that is not a time */
	SCHEDULE_TIME,	    /* a digit first, and no time */
	SCHEDULE_ITEM,	    /* neither signal, time nor word */
	SCHEDULE_LONG,	    /* an item that cannot be one */
	SCHEDULE_FOREVER_TWICE,
	SCHEDULE_FOREVER_LAST,
	SCHEDULE_FOREVER_IDLE, /* nothing waits in what is repeated */
	SCHEDULE_MANY	       /* more than STOP_STEPS items */
};

/*
 * A stop schedule, with the grammar of dpkg's start-stop-daemon --retry.
 * Either one time, which means SIGNAL/TIME/KILL/TIME with first_signal, or at
 * least two items with '/' between them: a time to wait (seconds, or with a
 * unit); a signal by name, or with a '-' in front by name or number;
 * "forever": what follows is repeated without end.  Beyond dpkg's, "infinity"
 * waits for as long as it takes.
 *
 * Returns 0, or -1 with a reason that tells the item and its column.
 * stop_schedule_fault() is the same with the fault itself; 0 if none.
 */
int	stop_schedule_parse(struct stop_schedule *schedule, const char *text,
    int first_signal, struct reason *why);
enum schedule_fault	stop_schedule_fault(struct stop_schedule *schedule,
    const char *text, int first_signal, struct reason *why);

/* Returns whether there is a schedule. */
bool	stop_schedule_print(
    const struct stop_schedule *schedule, struct strbuf *text);

#endif
