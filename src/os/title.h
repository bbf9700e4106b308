/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_TITLE_H
#define OS_TITLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Show text, in room bytes, as the arguments of this process, in ps(1) and
 * /proc.  Its last byte becomes a sign to the kernel.
 *
 * text  on the heap, the stack or in a page that was written to: the kernel
 *       reads it there whenever it is asked, and looks at no memory that
 *       belongs to a file.
 *
 * Needs no set-up, moves neither arguments nor environment, allocates
 * nothing.  Returns whether changes of text show by themselves from now on;
 * else it has to be called again, and errno is ENOSYS, EINVAL or EPERM if
 * this kernel cannot do it at all, 0 if it shows for now.
 */
bool	os_set_title(char *text, size_t room);

#endif
