/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_TITLE_H
#define SUPERVISE_TITLE_H

#include <sys/types.h>

/*
 * What ps(1) shows for the supervisor: "imp: web [1234] running".
 */
#define TITLE_MAX 128

struct title {
	char text[TITLE_MAX];	/* the kernel reads it here */
};

/*
 * Show name (NULL: the command's), pid (0: none) and a word for the state.
 * *title must stay where it is for as long as the process lives.  Does
 * nothing where the system has no means for it.  Needs no set-up in main.
 */
void	title_set(struct title *title, const char *name, pid_t pid,
	    const char *word);

#endif
