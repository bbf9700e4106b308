/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_STOP_H
#define SPEC_STOP_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/signals.h"

#define STOP_STEPS 16

/* One item of a stop schedule: send a signal, or wait. */
struct stop_step {
	int signal;		/* 0: this item waits */
	uint64_t wait_ms;	/* UINT64_MAX: for as long as it takes */
};

struct stop_schedule {
	unsigned int count;
	unsigned int repeat_from; /* after the end; == count: no repetition */
	struct stop_step steps[STOP_STEPS];
};

/* Who is sent the schedule's signals, and who is killed at its end. */
enum kill_mode {
	KILL_MIXED,	/* signals to the main process, KILL to all left */
	KILL_TREE,	/* signals to all of its processes, then KILL */
	KILL_GROUP,	/* signals and KILL to its process group */
	KILL_MAIN	/* signals and KILL to the main process only */
};

enum bind_kind {
	BIND_NONE,
	BIND_PARENT,		/* whoever called imp */
	BIND_SUPERVISOR,	/* dies with the supervisor */
	BIND_PID,
	BIND_NAME
};

struct spec_stop {
	struct stop_schedule schedule;
	enum kill_mode kill;
	int farewell;	/* to its group when the main process has ended */
	struct {
		/* what signal N becomes; 0: dropped; -1: default for N */
		signed char to[SIGNALS_LAST + 1];
		bool group;	/* to the group, not only to the process */
		bool suspend;	/* stop ourselves, too, for what a terminal
				   stops with: TSTP, TTIN, TTOU */
	} forward;
	struct {
		enum bind_kind kind;
		pid_t pid;
		const char *name;
	} bind;
};

#endif
