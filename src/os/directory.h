/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_DIRECTORY_H
#define OS_DIRECTORY_H

#include <sys/types.h>

#include <stdbool.h>

/* Directories.  Returns and limits as in os.h. */

/*
 * Open a directory (O_PATH) on whose path there is no symbolic link, in one
 * call (openat2(2)).  ELOOP if there is one.
 */
int	os_open_dir_without_links(const char *path);

/* Whether it is one of the cgroup file system, version 2. */
bool	os_is_cgroup_2(const char *path);

/*
 * Call found(context, name) for each name in the directory, "." and ".."
 * included, until it returns non-zero, which is then returned.
 *
 * path  relative to dir_fd, which may be an O_PATH descriptor.
 */
int	os_each_name(int dir_fd, const char *path,
	    int (*found)(void *context, const char *name), void *context);

#endif
