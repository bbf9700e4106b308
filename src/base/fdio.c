/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/fdio.h"

#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
fdio_write_all(int fd, const void *data, size_t length)
{
	const char *p = data;
	ssize_t n;

	while (length > 0) {
		n = write(fd, p, length);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		p += n;
		length -= (size_t)n;
	}
	return 0;
}

ssize_t
fdio_read_full(int fd, void *data, size_t length)
{
	char *p = data;
	size_t have = 0;
	ssize_t n;

	while (have < length) {
		n = read(fd, p + have, length - have);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

ssize_t
fdio_read_file(int dir_fd, const char *name, char *buf, size_t room)
{
	ssize_t n;
	int fd;

	/* O_NONBLOCK: a FIFO without a writer must not keep us waiting. */
	fd = openat(dir_fd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return -1;
	n = fdio_read_full(fd, buf, room);
	fdio_close(&fd);
	if (n == (ssize_t)room) {
		errno = EFBIG;
		return -1;
	}
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

int
fdio_pipe(int fds[2])
{
	return pipe2(fds, O_CLOEXEC);
}

int
fdio_occupy_standard(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		/* All below fd are taken, so open(2) gives us fd. */
		if (open("/dev/null", O_RDWR) != fd)
			return -1;
	}
	return 0;
}

size_t
fdio_allow(size_t count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 0;
	if (limit.rlim_cur < count) {
		limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max
							: count;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	return getrlimit(RLIMIT_NOFILE, &limit) == -1 ? 0 : limit.rlim_cur;
}

void
fdio_close(int *fd)
{
	int saved = errno;

	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
	errno = saved;
}
