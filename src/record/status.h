/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_STATUS_H
#define RECORD_STATUS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What only the supervisor knows of its daemon, at this moment: its answer
 * to ASK_STATUS.  All else is in the record and in /proc.  All zero is a
 * valid one that says nothing.  Strings are borrowed, NULL: nothing to say.
 */

struct status_log {
	const char *dest;	/* as the record's stdout: a path, "syslog" */
	pid_t logger;		/* 0: none */
	uint64_t bytes, lines;
	uint64_t dropped_bytes, dropped_lines;
	uint64_t suppressed_lines;
	uint64_t rotations;
	bool blocked;
	int error;		/* errno; 0: none */
	int compress_status;	/* of a compression that failed; 0: none */
};

#define STATUS_LOGS 4

struct status {
	const char *state;	/* state_name() */
	const char *why;	/* "restart 3, exited with status 1 after
				   400 ms": what led to this state */
	pid_t main, supervisor;	/* 0: none */
	uint64_t uptime_ms;	/* of this run */
	uint64_t restarts;
	uint64_t in_row;	/* without a healthy run between */
	uint64_t next_ms;	/* until the next start or the next step of a
				   stop; CLOCK_NEVER or 0: nothing is due */
	int stop_signal;	/* sent last while it is being stopped */
	const char *ready_how;	/* "notify", "tcp:80"; NULL: not asked */
	bool ready;
	const char *text;	/* its own STATUS= */
	int error;		/* its own ERRNO= */
	uint64_t notify_ignored; /* messages that were not acceptable */
	struct status_log logs[STATUS_LOGS];
};

/*
 * Write it as KEY=VALUE lines, version first, to buf (room bytes, at least
 * one); what does not fit is cut.  Allocates nothing.  Returns the length.
 */
size_t	status_format(const struct status *status, char *buf, size_t room);

/*
 * Read that back.  The strings are within text, which is changed.  A key
 * that is not known is from a later imp, and ignored.  Returns 0, or -1 if it
 * is none.
 */
int	status_parse(struct status *status, char *text);

#endif
