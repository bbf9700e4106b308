/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_FORKING_H
#define SUPERVISE_FORKING_H

#include <stdbool.h>

/* --forking: which process is the daemon. */

struct supervisor;

/*
 * Whether the one that has ended so was the first process, whose child is to
 * be the daemon.
 */
bool	forking_is_parent(const struct supervisor *sup, int status);

/*
 * Take over the one that is, or wait until it is named.  Returns false if
 * there is none.
 */
bool	forking_settle(struct supervisor *sup);

/* The same when it is ready: it is waited for no longer. */
void	forking_stop_settling(struct supervisor *sup);

/*
 * What was taken for the daemon has ended so.  Take over what it has left, if
 * it was a step on the way; else return false.
 */
bool	forking_follow(struct supervisor *sup, int status);

/* It is ready, and may have written its pidfile by now. */
void	forking_look_again(struct supervisor *sup);

#endif
