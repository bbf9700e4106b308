/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_PATH_H
#define BASE_PATH_H

/*
 * path made absolute by the current directory, allocated.  NULL with errno if
 * that is not known and the path is not absolute.  Prints nothing.
 */
char	*path_absolute(const char *path);

#endif
