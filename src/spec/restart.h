/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_RESTART_H
#define SPEC_RESTART_H

#include <stdbool.h>
#include <stdint.h>

#include "spec/rate.h"

enum respawn {
	RESPAWN_NEVER,
	RESPAWN_ALWAYS,
	RESPAWN_ON_FAILURE,
	RESPAWN_ON_ABNORMAL
};

/* A set of ways to end: exit statuses 0 to 255 and signals 1 to 64. */
struct status_set {
	uint64_t codes[4];
	uint64_t signals;	/* bit N-1 is signal N */
};

#define RESTART_DELAYS 32

/*
 * Restarts in bursts, instead of delays and a limit: at once, but for a pause
 * after so many runs that were too short.
 */
struct restart_burst {
	bool set;
	unsigned int attempts;
	uint64_t acceptable_ms;	/* the shortest run that does not count */
	uint64_t pause_ms;
	unsigned int limit;	/* give up after so many bursts; 0: never */
};

/* When the target is run again. */
struct spec_restart {
	enum respawn respawn;
	struct {
		unsigned int count;	/* more than one: an explicit list */
		uint64_t ms[RESTART_DELAYS];
	} delay;
	uint64_t max_delay_ms;
	struct restart_burst burst;
	int signal;	/* to the supervisor: start it again, or end it if
			   respawn is never; 0: none */
	struct rate limit;	/* more attempts: give up; none: never */
	struct status_set success;	/* besides 0 */
	struct status_set fatal;	/* never restarted after these */
	uint64_t every_ms;		/* 0: not periodic */
	uint64_t max_runtime_ms;	/* 0: no limit */
	bool forking;			/* the target detaches by itself */
};

enum ready_kind {
	READY_UNSET,		/* exec, and nothing waits for more */
	READY_EXEC,
	READY_ALIVE,		/* ms */
	READY_NOTIFY,
	READY_FD,		/* fd */
	READY_PIDFILE,
	READY_FILE,		/* text: a path */
	READY_SOCKET,		/* text: a path */
	READY_TCP,		/* text: HOST; port */
	READY_LOG,		/* text: an extended regular expression */
	READY_COMMAND		/* text: for /bin/sh -c */
};

/* When a start counts as done. */
struct spec_ready {
	enum ready_kind kind;
	const char *text;
	int fd;
	unsigned int port;
	uint64_t alive_ms;
	uint64_t timeout_ms;
};

#endif
