/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_IDENTITY_H
#define RECORD_IDENTITY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "os/process.h"

/*
 * Which process was meant: a number alone is given again to others.  pid 0
 * is no process at all.
 */
struct identity {
	pid_t pid;
	uint64_t start;		/* clock ticks since boot */
	char boot[OS_BOOT_ROOM];
	uint64_t inode;		/* of its pidfds, which no other process of
				   this boot has; 0: the kernel has none.  The
				   start alone leaves out whoever got the
				   number within the same clock tick */
};

enum life {
	LIFE_GONE,	/* ended, a zombie, or its number is another's */
	LIFE_ALIVE,
	LIFE_UNKNOWN	/* /proc does not say */
};

/*
 * The identity of pid; 0: of the caller.  Returns 0, or -1 with errno from
 * os_process() or os_boot_id().  May be called between fork and exec.
 */
int	identity_of(pid_t pid, struct identity *identity);

/*
 * The identity of a process whose facts are known and that lives in the same
 * boot as other.
 */
void	identity_take(struct identity *identity, const struct identity *other,
	    const struct os_process *process);

/* Whether that very process lives now. */
enum life	identity_life(const struct identity *identity);

/*
 * The same, for whoever shows many: boot is what os_boot_id() says, *process is
 * set for LIFE_ALIVE.  The inode is not looked at, which saves a third of the
 * time: it matters once all numbers are given within one clock tick.
 */
enum life	identity_look(const struct identity *identity,
		    const char *boot, struct os_process *process);

/*
 * Whether there is a process of this number that /proc does not show, as it
 * does with hidepid those of other users: it may be that one.
 */
bool	identity_is_hidden(const struct identity *identity);

/*
 * Open a pidfd for that very process: the descriptor first, then the proof
 * through /proc, so that what is signalled is what was proved.  Returns the
 * descriptor, or -1 with errno: ESRCH if it is gone, EAGAIN if it cannot be
 * told, else from pidfd_open(2).
 */
int	identity_open(const struct identity *identity);

/*
 * The same, for whoever knows what os_boot_id() says; *process is set for a
 * descriptor.
 */
int	identity_open_here(const struct identity *identity, const char *boot,
	    struct os_process *process);

#endif
