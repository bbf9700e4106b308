/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/empty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "os/directory.h"

/* Deeper trees than this stay. */
#define DEPTH_MAX 16

/* How long what was killed is waited for. */
#define EMPTY_MS 5000

struct level {
	int dir_fd;
	int depth;
};

static int
remove_one(void *context, const char *name)
{
	const struct level *above = context;
	struct level level = { -1, above->depth + 1 };

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    unlinkat(above->dir_fd, name, AT_REMOVEDIR) == 0 ||
	    (errno != EBUSY && errno != ENOTEMPTY) ||
	    level.depth == DEPTH_MAX)
		return 0;
	level.dir_fd = openat(above->dir_fd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (level.dir_fd == -1)
		return 0;
	(void)os_each_name(level.dir_fd, ".", remove_one, &level);
	(void)close(level.dir_fd);
	(void)unlinkat(above->dir_fd, name, AT_REMOVEDIR);
	return 0;
}

int
empty_remove(const char *path)
{
	struct level level = { -1, 0 };

	if (rmdir(path) == 0)
		return 0;
	if (errno != EBUSY && errno != ENOTEMPTY)
		return -1;
	level.dir_fd = open(path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (level.dir_fd == -1)
		return -1;
	(void)os_each_name(level.dir_fd, ".", remove_one, &level);
	(void)close(level.dir_fd);
	return rmdir(path);
}

static bool
is_populated(int events_fd)
{
	char text[256];
	ssize_t n = pread(events_fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "populated 1") != NULL;
}

static bool
kill_all(int dir_fd)
{
	int fd = openat(dir_fd, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	bool killed = fd != -1 && write(fd, "1", 1) == 1;

	fdio_close(&fd);
	return killed;
}

void
empty_cgroup(const char *path)
{
	uint64_t deadline = clock_ms() + EMPTY_MS;
	struct pollfd pfd = { -1, POLLPRI, 0 };
	int dir_fd;

	/* Mostly there is nobody. */
	if (empty_remove(path) == 0 || errno != EBUSY)
		return;
	dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir_fd == -1)
		return;
	pfd.fd = openat(dir_fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	if (pfd.fd != -1 && kill_all(dir_fd))
		while (is_populated(pfd.fd) && clock_ms() < deadline)
			(void)poll(&pfd, 1,
			    clock_poll_timeout(clock_ms(), deadline));
	fdio_close(&pfd.fd);
	fdio_close(&dir_fd);
	(void)empty_remove(path);
}
