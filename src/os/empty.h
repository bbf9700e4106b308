/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_EMPTY_H
#define OS_EMPTY_H

/*
 * Remove the directory at path and those below it, if there are no files in
 * any of them.  The files of a cgroup are the kernel's and do not count: it
 * can be removed when there is no process in it, but not before the cgroups
 * in it, which a daemon may have made and left.
 *
 * Allocates nothing.  Returns 0, or -1 with errno, as from rmdir(2).
 */
int	empty_remove(const char *path);

/*
 * Kill all that is in the cgroup at path, wait some seconds until it is gone,
 * and remove it.  Does nothing where there is none.
 */
void	empty_cgroup(const char *path);

#endif
