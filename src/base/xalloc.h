/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include <stddef.h>

/*
 * Allocation for the time before anything runs.  When there is no memory
 * each prints "imp: out of memory" and exits 125: nothing was started yet, so
 * there is nothing to undo.  A supervisor or logger never calls these once
 * its loop has begun.
 */
void	*xcalloc(size_t count, size_t size);
void	*xreallocarray(void *p, size_t count, size_t size);
char	*xstrdup(const char *s);
char	*xstrndup(const char *s, size_t length);
char	*xasprintf(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));

#endif
