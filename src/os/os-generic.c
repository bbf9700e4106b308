/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/signals.h"

static int
unsupported(void)
{
	errno = ENOSYS;
	return -1;
}

int
os_process(pid_t pid, struct os_process *process)
{
	(void)pid;
	(void)process;
	return unsupported();
}

int
os_process_user(pid_t pid, uid_t *uid)
{
	(void)pid;
	(void)uid;
	return unsupported();
}

int
os_process_exec(pid_t pid, dev_t *dev, ino_t *ino)
{
	(void)pid;
	(void)dev;
	(void)ino;
	return unsupported();
}

ssize_t
os_process_file(pid_t pid, const char *name, char *buf, size_t room)
{
	(void)pid;
	(void)name;
	(void)buf;
	(void)room;
	return unsupported();
}

ssize_t
os_process_link(pid_t pid, const char *name, char *buf, size_t room)
{
	(void)pid;
	(void)name;
	(void)buf;
	(void)room;
	return unsupported();
}

bool
os_process_is_over(const struct os_process *process)
{
	(void)process;
	return false;
}

int
os_boot_id(char id[OS_BOOT_ROOM])
{
	(void)id;
	return unsupported();
}

int
os_pidfd_open(pid_t pid)
{
	(void)pid;
	return unsupported();
}

int
os_pidfd_signal(int pidfd, int signal)
{
	(void)pidfd;
	(void)signal;
	return unsupported();
}

uint64_t
os_pidfd_inode(int pidfd)
{
	(void)pidfd;
	return 0;
}

int
os_pidfd_exit_status(int pidfd, int *status)
{
	(void)pidfd;
	(void)status;
	return unsupported();
}

int
os_dispose_signal(int signal, bool ignore)
{
	return signals_dispose(signal, ignore ? SIG_IGN : SIG_DFL);
}

int
os_set_signal_mask(const sigset_t *set)
{
	return sigprocmask(SIG_SETMASK, set, NULL);
}

pid_t
os_vfork(int (*child)(void *context), void *context)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(child(context));
	return pid;
}

pid_t
os_vfork_apart(int (*child)(void *context), void *context)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(child(context));
	return pid;
}

pid_t
os_vfork_into_cgroup(int cgroup_fd, int (*child)(void *context), void *context)
{
	(void)cgroup_fd;
	(void)child;
	(void)context;
	return unsupported();
}

void
os_release_stack(void)
{
}

int
os_become_subreaper(void)
{
	return unsupported();
}

int
os_set_parent_death_signal(int signal)
{
	(void)signal;
	return unsupported();
}

int
os_cloexec_from(int first)
{
	long limit = sysconf(_SC_OPEN_MAX);
	int flags;

	if (limit <= 0)
		limit = 1024;
	for (; first < limit; first++) {
		flags = fcntl(first, F_GETFD);
		if (flags != -1 &&
		    fcntl(first, F_SETFD, flags | FD_CLOEXEC) == -1)
			return -1;
	}
	return 0;
}

int
os_open_dir_without_links(const char *path)
{
	(void)path;
	return unsupported();
}

int
os_wait_readable(int fd, int timeout_ms)
{
	struct pollfd pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, timeout_ms);
}

int
os_set_no_new_privs(void)
{
	return unsupported();
}

int
os_caps_before_uid(uint64_t keep)
{
	return keep == 0 ? 0 : unsupported();
}

int
os_caps_set(uint64_t keep)
{
	return keep == 0 ? 0 : unsupported();
}

int
os_set_io_priority(enum io_class class, int level)
{
	(void)class;
	(void)level;
	return unsupported();
}

int
os_set_scheduler(enum sched_class class, int priority)
{
	(void)class;
	(void)priority;
	return unsupported();
}

int
os_set_cpus(const uint64_t bits[CPU_SETS])
{
	(void)bits;
	return unsupported();
}

int
os_set_oom_score_adj(int value)
{
	(void)value;
	return unsupported();
}

int
os_get_oom_score_adj(int *value)
{
	(void)value;
	return unsupported();
}

int
os_each_process(int (*found)(void *context, pid_t pid), void *context)
{
	(void)found;
	(void)context;
	return unsupported();
}

int
os_each_child(pid_t pid, int (*found)(void *context, pid_t pid), void *context)
{
	(void)pid;
	(void)found;
	(void)context;
	return unsupported();
}
