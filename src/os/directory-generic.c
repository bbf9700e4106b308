/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/directory.h"

#include <errno.h>

int
os_open_dir_without_links(const char *path)
{
	(void)path;
	errno = ENOSYS;
	return -1;
}

bool
os_is_cgroup_2(const char *path)
{
	(void)path;
	return false;
}

int
os_each_name(int dir_fd, const char *path,
    int (*found)(void *context, const char *name), void *context)
{
	(void)dir_fd;
	(void)path;
	(void)found;
	(void)context;
	errno = ENOSYS;
	return -1;
}
