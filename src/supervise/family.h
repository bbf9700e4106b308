/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_FAMILY_H
#define SUPERVISE_FAMILY_H

#include <sys/types.h>

#include <stdbool.h>

/*
 * The descendants of a supervisor.  As their subreaper it inherits those
 * whose parents have ended, wherever they went: other sessions and groups
 * included.  Direct children are ours until they are waited for, so their
 * numbers are theirs alone; others are proved on an open pidfd first.
 */

#define FAMILY_HELPERS 8

/* Children that are no part of the daemon: loggers, probes, hooks. */
struct family {
	pid_t helpers[FAMILY_HELPERS];	/* 0: free */
};

/* Take pid for a helper of ours; it stays out of what follows. */
void	family_adopt_helper(struct family *family, pid_t pid);

/* pid has been reaped; it may have been no helper at all. */
void	family_forget_helper(struct family *family, pid_t pid);

/*
 * Whether there is a child that is no helper.  All that have ended must have
 * been reaped before.
 */
bool	family_is_left(const struct family *family);

/*
 * Send signal to every direct child that is no helper.  What is below them
 * comes up to us as they end.  Returns how many there were.
 */
unsigned int	family_signal_children(const struct family *family,
		    int signal);

/* Send signal to every descendant that is no helper. */
void	family_signal_all(const struct family *family, int signal);

/*
 * The same to those in that process group.  *deep_fd, unless NULL, is set to
 * a pidfd of one whose end we shall not be told of, if it is -1.  Returns how
 * many live.
 */
unsigned int	family_signal_group(const struct family *family, pid_t group,
		    int signal, int *deep_fd);

/* The longest-lived child that is no helper; 0: there is none. */
pid_t	family_eldest(const struct family *family);

/* Whether pid is alive and descends from us. */
bool	family_has(pid_t pid);

#endif
