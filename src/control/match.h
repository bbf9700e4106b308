/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_MATCH_H
#define CONTROL_MATCH_H

#include <sys/types.h>

#include <stdbool.h>

#include "record/identity.h"
#include "record/pidfile.h"
#include "spec/match.h"

/* What went wrong with a match, for dialects with words of their own. */
enum match_fault {
	MATCH_FINE,
	MATCH_NO_USER,		/* no such user */
	MATCH_NO_EXEC,		/* exec cannot be looked at: errno */
	MATCH_BAD_PIDFILE	/* .pidfile_kind: garbage or untrusted */
};

/* A spec_match with its names looked up. */
struct match {
	const struct spec_match *spec;	/* borrowed */
	uid_t uid;			/* (uid_t)-1: not asked */
	dev_t exec_dev;
	ino_t exec_ino;
	enum pid_file_kind pidfile_kind;
	pid_t pidfile_number;		/* what it says; 0: nothing */
	pid_t pid;			/* the only candidate; 0: all are;
					   -1: none is */
};

/*
 * Look up what spec names.  A pidfile is read once and its number kept, so
 * that a daemon which removes it while it ends is still known.  Prints
 * nothing.
 */
enum match_fault	match_prepare(struct match *match,
			    const struct spec_match *spec);

/*
 * Call found(context, identity) for each process that is meant, zombies and
 * ourselves excepted, until it returns non-zero, which is then returned; -1
 * with errno if the processes cannot be listed.  To signal one:
 * identity_open() and os_pidfd_signal().
 */
int	match_each(const struct match *match,
	    int (*found)(void *context, const struct identity *id),
	    void *context);

#endif
