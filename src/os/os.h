/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_OS_H
#define OS_OS_H

#include <signal.h>
#include <stdbool.h>

/*
 * What only some kernels do.  X-linux.c does it; X-generic.c does what POSIX
 * has, or returns -1 with ENOSYS.  Unless said otherwise each returns 0, or -1
 * with errno, prints nothing, allocates nothing and may be called between fork
 * and exec.
 */

/* The calling process. */

/*
 * Give a signal its default disposition, or ignore it; and set the mask of
 * blocked signals.  Where it can be, these reach the signals, too, that the C
 * library keeps to itself, which a caller may have ignored or blocked all the
 * same.
 */
int	os_dispose_signal(int signal, bool ignore);
int	os_set_signal_mask(const sigset_t *set);

/* Name this process as others see it in os_process().comm. */
int	os_set_comm(const char *name);

/* Orphaned descendants become our children; see prctl(2). */
int	os_become_subreaper(void);

/* signal us when the process that forked us dies. */
int	os_set_parent_death_signal(int signal);

/*
 * Mark each descriptor from first on close-on-exec, however many there are
 * and whatever the limit is.
 */
int	os_cloexec_from(int first);

/*
 * Wait for a descriptor to become readable, as a pidfd does when its process
 * has ended.  Returns 1, or 0 after timeout_ms (-1: never), or -1.
 */
int	os_wait_readable(int fd, int timeout_ms);

#endif
