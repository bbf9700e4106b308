/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_RUN_H
#define SUPERVISE_RUN_H

#include <sys/types.h>

#include <stdbool.h>

#include "supervise/state.h"

/* One run of the target: its begin, its end, and what comes after it. */

struct rusage;
struct supervisor;

/*
 * Actions of the state table.  Each returns the event that it answers with,
 * or EV_COUNT.
 */
enum event	run_spawn(struct supervisor *sup);
enum event	run_up(struct supervisor *sup);
enum event	run_plan(struct supervisor *sup);
enum event	run_plan_retry(struct supervisor *sup);

/* Reap all that has ended. */
void	run_reap(struct supervisor *sup);

/*
 * The main process has ended; EV_EXITED is for the caller to give.  usage is
 * as from wait4(2), NULL if it was no child.
 */
void	run_ended(struct supervisor *sup, int status,
	    const struct rusage *usage);

/* There is no main process, and perhaps nothing is left. */
void	run_check_left(struct supervisor *sup);

/* Send a signal to the main process, or its group. */
void	run_signal(struct supervisor *sup, int signal, bool group);

/* Take over pid, one of our descendants, as the main process. */
void	run_adopt(struct supervisor *sup, pid_t pid);

/*
 * Write the head of the record, if it is not what was written last.  May be
 * called between vfork(2) and exec.  Returns 0, or -1 with errno.
 */
int	run_record(struct supervisor *sup);

/* Write the record anew, and the title. */
void	run_publish(struct supervisor *sup);

#endif
