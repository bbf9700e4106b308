/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel tells of processes.  Returns and limits as in os.h. */

/* A process as the kernel tells of it. */
struct os_process {
	pid_t pid, ppid, pgid, sid;
	char state;		/* R S D T t Z X, as in /proc/PID/stat: that of
				   its first thread */
	unsigned int threads;	/* that have not ended, and the first */
	bool unexecuted;	/* no exec since its fork has come to its end */
	bool ending;		/* or a zombie */
	uint64_t start;		/* clock ticks since boot: with pid and boot,
				   the identity of a process */
	uint64_t cpu_ticks;	/* user and system time */
	uint64_t rss_bytes;
	char comm[64];		/* the name, at most 15 bytes on Linux */
};

/* What the kernel knows of pid; 0: of the caller.  ESRCH: no such process. */
int	os_process(pid_t pid, struct os_process *process);

/*
 * Wait until pid, which is not .unexecuted any more, has the name of what it
 * executes: it gets that a moment later.
 */
void	os_process_await_name(pid_t pid);

/* The effective user of a process, as /proc tells. */
int	os_process_user(pid_t pid, uid_t *uid);

/*
 * Which file a process executes; when it has been replaced since, the file
 * that has its name now.  EACCES: not ours to know.
 */
int	os_process_exec(pid_t pid, dev_t *dev, ino_t *ino);

/*
 * Read the file name of a process as the kernel shows it ("status",
 * "cmdline") into buf and terminate it.  What does not fit is cut.  Returns the
 * number of bytes, or -1.  os_process_link() does so for a link ("cwd",
 * "fd/0").
 */
ssize_t	os_process_file(pid_t pid, const char *name, char *buf, size_t room);
ssize_t	os_process_link(pid_t pid, const char *name, char *buf, size_t room);

/*
 * Ended, if not yet waited for.  A process whose first thread alone has ended
 * looks like a zombie and is none.
 */
bool	os_process_is_over(const struct os_process *process);

#define OS_BOOT_ROOM 40
/* An identifier of this boot of the machine, as text. */
int	os_boot_id(char id[OS_BOOT_ROOM]);

/*
 * Call found(context, pid) for each process of the machine (or of the pid
 * namespace), until it returns non-zero, which is then returned.
 */
int	os_each_process(int (*found)(void *context, pid_t pid), void *context);

/*
 * The same for the children of pid.  Uses the kernel's list of children
 * where there is one; a child that is forked meanwhile may be missed.
 */
int	os_each_child(pid_t pid, int (*found)(void *context, pid_t pid),
	    void *context);

#endif
