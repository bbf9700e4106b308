/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/empty.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "os/directory.h"

/* Deeper trees than this stay. */
#define DEPTH_MAX 16

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
