/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_OS_H
#define OS_OS_H

#include <sys/types.h>

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scheduling.h"

/*
 * What only some kernels do.  os-linux.c does it; os-generic.c returns -1
 * with ENOSYS.  Unless said otherwise each returns 0, or -1 with errno,
 * prints nothing, allocates nothing and may be called between fork and exec.
 */

/* A process as the kernel tells of it. */
struct os_process {
	pid_t pid, ppid, pgid, sid;
	char state;		/* R S D T t Z X, as in /proc/PID/stat: that of
				   its first thread */
	unsigned int threads;	/* that have not ended, and the first */
	bool died_unexecuted;	/* ended, with no exec since its fork */
	uint64_t start;		/* clock ticks since boot: with pid and boot,
				   the identity of a process */
	uint64_t cpu_ticks;	/* user and system time */
	uint64_t rss_bytes;
	char comm[64];		/* the name, at most 15 bytes on Linux */
};

/* What the kernel knows of pid; 0: of the caller.  ESRCH: no such process. */
int	os_process(pid_t pid, struct os_process *process);

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

/* A close-on-exec descriptor for the process pid (pidfd_open(2)), or -1. */
int	os_pidfd_open(pid_t pid);

/* Send a signal (0: none, only look) to the process behind pidfd. */
int	os_pidfd_signal(int pidfd, int signal);

/* A pidfd's inode, unique for this boot where it means anything; else 0. */
uint64_t	os_pidfd_inode(int pidfd);

/*
 * The status of a process that is no child of ours, once it has been
 * reaped.  *status is as from wait(2).  ENODATA: the kernel does not say.
 */
int	os_pidfd_exit_status(int pidfd, int *status);

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

/*
 * Give a signal its default disposition, or ignore it; and set the mask of
 * blocked signals.  These reach the signals, too, that the C library keeps to
 * itself, which a caller may have ignored or blocked all the same.
 */
int	os_dispose_signal(int signal, bool ignore);
int	os_set_signal_mask(const sigset_t *set);

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
 * Open a directory (O_PATH) on whose path there is no symbolic link, in one
 * call (openat2(2)).  ELOOP if there is one.
 */
int	os_open_dir_without_links(const char *path);

/*
 * Wait for a descriptor to become readable, as a pidfd does when its process
 * has ended.  Returns 1, or 0 after timeout_ms (-1: never), or -1.
 */
int	os_wait_readable(int fd, int timeout_ms);

int	os_set_no_new_privs(void);

/*
 * Hold exactly the capabilities in keep (1 << CAP_..., 0 for none) in the
 * permitted, effective, inheritable and ambient sets, and check that it is
 * so.  before_uid(): what must be done before the user changes so that keep
 * is still there afterwards.
 */
int	os_caps_before_uid(uint64_t keep);
int	os_caps_set(uint64_t keep);

int	os_set_io_priority(enum io_class class, int level);
int	os_set_scheduler(enum sched_class class, int priority);
int	os_set_cpus(const uint64_t bits[CPU_SETS]);
int	os_set_oom_score_adj(int value);
int	os_get_oom_score_adj(int *value);

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
