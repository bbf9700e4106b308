/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/pipe.h"

#include <errno.h>

static int
cannot(void)
{
	errno = ENOSYS;
	return -1;
}

ssize_t
os_splice(int pipe_fd, int to_fd, off_t *offset, size_t length)
{
	(void)pipe_fd, (void)to_fd, (void)offset, (void)length;
	return cannot();
}

ssize_t
os_tee(int pipe_fd, int to_fd, size_t length)
{
	(void)pipe_fd, (void)to_fd, (void)length;
	return cannot();
}

size_t
os_pipe_grow(int pipe_fd, size_t bytes)
{
	(void)pipe_fd, (void)bytes;
	return 0;
}

size_t
os_pipe_used(int pipe_fd)
{
	(void)pipe_fd;
	return 0;
}

bool
os_pipe_is_full(int pipe_fd)
{
	(void)pipe_fd;
	return false;
}

int
os_signal_fd(const int *signals)
{
	(void)signals;
	return cannot();
}

int
os_signal_take(int signal_fd)
{
	(void)signal_fd;
	return 0;
}

int
os_close_all_but(int *keep, size_t count)
{
	(void)keep, (void)count;
	return cannot();
}

int
os_file_born(int fd, uint64_t *born_ms)
{
	(void)fd, (void)born_ms;
	return cannot();
}
