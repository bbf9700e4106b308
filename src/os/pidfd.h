/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_PIDFD_H
#define OS_PIDFD_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

/* Processes that stay the same.  Returns and limits as in os.h. */

/* A close-on-exec descriptor for the process pid (pidfd_open(2)), or -1. */
int	os_pidfd_open(pid_t pid);

/* Send a signal (0: none, only look) to the process behind pidfd. */
int	os_pidfd_signal(int pidfd, int signal);

/* A pidfd's inode, unique for this boot where it means anything; else 0. */
uint64_t	os_pidfd_inode(int pidfd);

/*
 * Whether a pidfd has this inode, which os_pidfd_inode() gave in this boot: 1
 * or 0; -1 with errno, it cannot be told.
 */
int	os_pidfd_has_inode(int pidfd, uint64_t inode);

/*
 * Whether a number is taken by a process, a zombie, a group or a session.  A
 * number is not given again before all of these have ended, so a session
 * without a leader can still be told by its number.  True if that cannot be
 * known.
 */
bool	os_is_number_taken(pid_t number);

/*
 * The status of a process that is no child of ours, once it has been
 * reaped.  *status is as from wait(2).  ENODATA: the kernel does not say.
 */
int	os_pidfd_exit_status(int pidfd, int *status);

#endif
