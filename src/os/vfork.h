/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_VFORK_H
#define OS_VFORK_H

#include <sys/types.h>

/* Making a process.  Returns and limits as in os.h. */

/*
 * As fork(2), for one with no threads and nothing registered by
 * pthread_atfork(3): what those need of it is left out.
 */
pid_t	os_fork(void);

/*
 * As vfork(2), with the child born in the cgroup of which cgroup_fd is the
 * directory: it calls child(context), with our memory and on our stack while
 * we wait, and exits with what that returns, unless it execs.  Moving a
 * process into a cgroup later takes the kernel some ten milliseconds.
 *
 * Returns the pid, or -1 with errno: ENOSYS where it cannot be done.
 */
pid_t	os_vfork_into_cgroup(int cgroup_fd, int (*child)(void *context),
	    void *context);

/* Give the unused part of the stack back, which a deep call had touched. */
void	os_release_stack(void);

/*
 * vfork(2): the child calls child(context), with our memory and on our stack
 * while we wait, and exits with what that returns, unless it execs.
 */
pid_t	os_vfork(int (*child)(void *context), void *context);

/*
 * As vfork(2), but the child calls child(context) on a stack of its own (there
 * is one, for one child at a time), and exits with what that returns: when it
 * is killed while a child of its own still runs on that stack, we go on
 * without overwriting what that one uses.  Returns the pid, or -1 with errno.
 */
pid_t	os_vfork_apart(int (*child)(void *context), void *context);

#endif
