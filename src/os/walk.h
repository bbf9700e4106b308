/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_WALK_H
#define OS_WALK_H

#include <stddef.h>

/*
 * Open a directory component by component.  A symbolic link on the way is
 * followed only if it and the directory that it is in belong to root or to
 * the user that we act as.
 *
 * path    length bytes, fewer than PATH_MAX, no NUL among them.
 *
 * Returns a close-on-exec O_PATH descriptor, or -1 with errno: ELOOP for a
 * link of somebody else and for more links than the kernel follows, else from
 * openat(2), fstatat(2) or readlinkat(2).
 */
int	walk_links(const char *path, size_t length);

#endif
