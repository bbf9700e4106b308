/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/watch.h"

#include <errno.h>

int
watch_open(void)
{
	errno = ENOSYS;
	return -1;
}

int
watch_directory(int watch_fd, const char *path)
{
	(void)watch_fd;
	(void)path;
	errno = ENOSYS;
	return -1;
}

int
watch_directory_fd(int watch_fd, int dir_fd)
{
	(void)watch_fd;
	(void)dir_fd;
	errno = ENOSYS;
	return -1;
}

void
watch_drain(int watch_fd)
{
	(void)watch_fd;
}
