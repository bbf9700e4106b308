/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_START_H
#define LAUNCH_START_H

#include <stdbool.h>
#include <stddef.h>

#include "launch/plan.h"
#include "record/claim.h"
#include "record/record.h"
#include "spec/spec.h"

/*
 * A start: the plan, the claim to its name and pidfile, and its record.
 */
struct start {
	struct plan plan;
	struct claim claim;
	struct claim *guard;	/* to be given up just before we become the
				   command; NULL: none */
	int lock_fd;		/* the lock file, locked while we start */
	struct record_head head;
	struct record_tail tail;
	bool has_record;
	char *record_text;	/* of the size that record_room() tells */
	int record_fd;
	const char *state_dir;
};

/* It runs already, which --idempotent makes all that was wanted. */
#define START_SATISFIED (-1)

/* An empty start, which start_undo() takes; in storage that is all zero. */
void	start_init(struct start *start, const struct spec *spec);

/*
 * It runs already, as pid (-1: not known): say so, in this text or in the
 * dialect's.  Returns START_SATISFIED or an exit status.
 */
int	start_refuse(const struct spec *spec, pid_t pid, const char *text);

/*
 * Prepare the plan, take the claim, and make the record ready to write.
 * Returns 0 to go on, START_SATISFIED, or an exit status; then it has been
 * told why, and start_undo() is still to be called.
 */
int	start_prepare(struct start *start);

/* --test: whether there is something to execute.  Returns an exit status. */
int	start_check_command(const struct start *start);

/* Undo what start_prepare() and the record callback of the plan did. */
void	start_undo(struct start *start);

/*
 * Start in exec mode: nothing of imp stays.
 *
 * blocked, ignored  the signals that imp's caller had blocked and ignored.
 * guard             a claim that lasts until the start is over, or NULL.
 *                   Given up here only where nobody is left to do so.
 *
 * Returns an exit status, or with --foreground, when all goes well, does not
 * return.
 */
int	start_exec(const struct spec *spec, const sigset_t *blocked,
	    uint64_t ignored, struct claim *guard);

#endif
