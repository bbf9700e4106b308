/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A directory of a test's own, which is the current one, and its path. */
static char scratch[PATH_MAX];

static inline int
scratch_remove_one(const char *path, const struct stat *st, int kind,
    struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void
scratch_end(void)
{
	(void)nftw(scratch, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void
scratch_begin(void)
{
	char made[] = "/tmp/imp-unit.XXXXXX";

	if (mkdtemp(made) == NULL || chdir(made) == -1 ||
	    getcwd(scratch, sizeof(scratch)) == NULL || atexit(scratch_end))
		abort();
}

/* A file with these bytes and this mode. */
static inline void
scratch_file(const char *name, const void *data, size_t length, mode_t mode)
{
	int fd;

	(void)unlink(name);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, data, length) != (ssize_t)length ||
	    fchmod(fd, mode) == -1)
		abort();
	(void)close(fd);
}

#endif
