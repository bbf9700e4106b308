/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/os.h"

#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "os/proc.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/* As the kernel has it; only the first member matters without a handler. */
struct kernel_action {
#ifdef __mips__
	unsigned int flags;
#endif
	uintptr_t handler;
	unsigned long rest[8];
};

/* Of 64 signals, but for MIPS, which has 128. */
#define KERNEL_MASK_SIZE (_NSIG / 8)

int
os_dispose_signal(int signal, bool ignore)
{
	struct kernel_action action;

	memset(&action, 0, sizeof(action));
	action.handler = (uintptr_t)(ignore ? SIG_IGN : SIG_DFL);
	return (int)syscall(SYS_rt_sigaction, signal, &action, NULL,
	    KERNEL_MASK_SIZE);
}

int
os_set_signal_mask(const sigset_t *set)
{
	/* The C library's set begins with the kernel's. */
	return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, set, NULL,
	    KERNEL_MASK_SIZE);
}

int
os_set_comm(const char *name)
{
	return prctl(PR_SET_NAME, name, 0, 0, 0);
}

int
os_become_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int
os_set_parent_death_signal(int signal)
{
	return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

int
os_wait_readable(int fd, int timeout_ms)
{
	struct pollfd pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, timeout_ms);
}

static int
cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags == -1)
		return errno == EBADF ? 0 : -1;
	return fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

static int
cloexec_one(void *context, pid_t number)
{
	const int *first = context;

	return (int)number >= *first && cloexec((int)number) == -1 ? -1 : 0;
}

/*
 * The last resort, with neither close_range(2) nor /proc: poll(2) tells in
 * one call which of a thousand descriptors are open.
 */
static int
cloexec_by_poll(int first)
{
	enum { BLOCK = 1024 };
	static struct pollfd block[BLOCK];
	long limit = sysconf(_SC_OPEN_MAX);
	int i, n;

	if (limit <= 0)
		limit = 1024;
	for (; first < limit; first += n) {
		n = limit - first < BLOCK ? (int)(limit - first) : BLOCK;
		for (i = 0; i < n; i++) {
			block[i].fd = first + i;
			block[i].events = 0;
		}
		if (poll(block, (nfds_t)n, 0) == -1)
			return -1;
		for (i = 0; i < n; i++)
			if ((block[i].revents & POLLNVAL) == 0 &&
			    cloexec(first + i) == -1)
				return -1;
	}
	return 0;
}

int
os_cloexec_from(int first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0 ||
	    proc_each_number("/proc/self/fd", cloexec_one, &first) == 0)
		return 0;
	return cloexec_by_poll(first);
}
