/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_TITLE_H
#define SUPERVISE_TITLE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#define TITLE_MAX 128

/*
 * What ps(1) shows for the supervisor: "imp: web [1234] running".  All zero
 * before the first use.  The kernel reads text where it is: on the heap or
 * the stack, and it must stay there for as long as the process lives.
 */
struct title {
	char text[TITLE_MAX];	/* the kernel reads it here */
	const char *given;	/* shown instead, with the pid in brackets and
				   nothing else; NULL: none */
	bool is_shown;		/* what is written to it shows at once */
};

/*
 * Show name (NULL: none), pid (0: none) and a word for the state.  Does
 * nothing where the system has no means for it.  Allocates nothing, needs no
 * set-up in main; once what is written shows at once, makes no system call.
 */
void	title_set(struct title *title, const char *name, pid_t pid,
	    const char *word);

#endif
