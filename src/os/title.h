/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_TITLE_H
#define OS_TITLE_H

#include <stddef.h>

/*
 * Show text as the arguments of this process, in ps(1) and /proc.
 *
 * text    on the heap or the stack: the kernel reads it there whenever it is
 *         asked, and looks at no memory that belongs to a file.  It may be
 *         changed in place.
 * length  without the NUL.
 *
 * Needs no set-up, moves neither arguments nor environment, allocates
 * nothing.  Returns 0, or -1 with errno: ENOSYS, EINVAL if this kernel cannot
 * do it.
 */
int	os_set_title(char *text, size_t length);

#endif
