/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/pipe.h"

#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/proc.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

ssize_t
os_splice(int pipe_fd, int to_fd, off_t *offset, size_t length)
{
	loff_t at = offset == NULL ? 0 : (loff_t)*offset;
	ssize_t n;

	do
		n = splice(pipe_fd, NULL, to_fd, offset == NULL ? NULL : &at,
		    length, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	while (n == -1 && errno == EINTR);
	if (offset != NULL)
		*offset = (off_t)at;
	return n;
}

ssize_t
os_tee(int pipe_fd, int to_fd, size_t length)
{
	ssize_t n;

	do
		n = tee(pipe_fd, to_fd, length, SPLICE_F_NONBLOCK);
	while (n == -1 && errno == EINTR);
	return n;
}

size_t
os_pipe_grow(int pipe_fd, size_t bytes)
{
	int now = fcntl(pipe_fd, F_GETPIPE_SZ);

	/* EPERM: over /proc/sys/fs/pipe-max-size, or the user has too much. */
	while (bytes > 0 && (int)bytes > now &&
	    fcntl(pipe_fd, F_SETPIPE_SZ, (int)bytes) == -1)
		bytes /= 2;
	now = fcntl(pipe_fd, F_GETPIPE_SZ);
	/* A page is what any pipe holds. */
	return now == -1 ? PIPE_BUF : (size_t)now;
}

size_t
os_pipe_used(int pipe_fd)
{
	int n = 0, tries = 3;

	/* It does not fail by itself, but a tracer may have it fail. */
	while (ioctl(pipe_fd, FIONREAD, &n) == -1 && --tries > 0)
		;
	return n < 0 ? 0 : (size_t)n;
}

bool
os_pipe_is_full(int pipe_fd)
{
	struct pollfd fd = { pipe_fd, POLLOUT, 0 };

	return poll(&fd, 1, 0) == 0;
}

int
os_signal_fd(const int *signals)
{
	sigset_t set;

	(void)sigemptyset(&set);
	while (*signals != 0)
		(void)sigaddset(&set, *signals++);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
os_signal_take(int signal_fd)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

static int
compare_numbers(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
find_highest(void *context, pid_t number)
{
	int *highest = context;

	if ((int)number > *highest)
		*highest = (int)number;
	return 0;
}

/* Before Linux 5.9.  The limit may be a thousand million. */
static void
close_each(unsigned int first, unsigned int last)
{
	int highest = -1;

	if (proc_each_number("/proc/self/fd", find_highest, &highest) == -1)
		highest = (int)sysconf(_SC_OPEN_MAX) - 1;
	for (; first <= last && (int)first <= highest; first++)
		(void)close((int)first);
}

static void
close_range_of(unsigned int first, unsigned int last)
{
	if (first <= last && syscall(SYS_close_range, first, last, 0) == -1)
		close_each(first, last);
}

int
os_close_all_but(int *keep, size_t count)
{
	unsigned int next = 3;
	size_t i;

	/* A handful of integers: glibc sorts them without allocating. */
	qsort(keep, count, sizeof(*keep), compare_numbers);
	for (i = 0; i < count; i++) {
		if (keep[i] < (int)next)
			continue;
		close_range_of(next, (unsigned int)keep[i] - 1);
		next = (unsigned int)keep[i] + 1;
	}
	close_range_of(next, ~0U);
	return 0;
}

int
os_file_born(int fd, uint64_t *born_ms)
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &stx) == -1)
		return -1;
	if ((stx.stx_mask & STATX_BTIME) == 0) {
		errno = ENOSYS;
		return -1;
	}
	*born_ms = (uint64_t)stx.stx_btime.tv_sec * 1000 +
		   stx.stx_btime.tv_nsec / 1000000;
	return 0;
}
