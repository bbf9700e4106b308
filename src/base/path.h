/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_PATH_H
#define BASE_PATH_H

/*
 * path made absolute by the current directory: itself if it is absolute, else
 * in memory that is never freed.  NULL stays NULL.  NULL with errno if the
 * current directory is not known.  Prints nothing.
 */
const char	*path_absolute(const char *path);

#endif
