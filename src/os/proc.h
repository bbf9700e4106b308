/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_PROC_H
#define OS_PROC_H

#include <sys/types.h>

#include "base/text.h"

/* Paths and numbers in the file system /proc: for the sources of Linux. */

#define PROC_PATH_ROOM 64

/* Begin text in path: /proc/PID/FILE, or /proc/self/FILE for pid 0. */
void	proc_put_path(struct text *text, char path[PROC_PATH_ROOM], pid_t pid,
	    const char *file);

/*
 * Call found(context, number) for each number that names an entry of the
 * directory, until it returns non-zero, which is then returned.  -1 with
 * errno: the directory cannot be read.
 */
int	proc_each_number(const char *path,
	    int (*found)(void *context, pid_t number), void *context);

#endif
