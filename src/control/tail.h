/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_TAIL_H
#define CONTROL_TAIL_H

#include <sys/types.h>

#include <stdbool.h>

#include "base/strbuf.h"

/*
 * A log file and those it was rotated to: FILE.1, FILE.2.gz and so on, or
 * with times in their names.
 */
struct tail {
	const char *path;	/* absolute, borrowed */
	const char *name;	/* its last component */
	char *dir;
	int fd;			/* of what is being followed; -1: none */
	off_t at;
	char seen[64];		/* the last bytes before at */
	size_t seen_length;
	int watch_fd;		/* readable when something has changed; -1 */
};

/* Open it.  Returns 0, or -1 with errno; there may be no file yet. */
int	tail_open(struct tail *tail, const char *path);

/*
 * Add the last lines to out, from as many files as that takes.  A last line
 * without a newline counts as one.  What follows is from where this ended.
 */
void	tail_read(struct tail *tail, unsigned int lines, struct strbuf *out);

/* Watch for more.  Returns 0, or -1 with errno. */
int	tail_watch(struct tail *tail);

/* Add all that has come since, from the files that were begun meanwhile. */
void	tail_follow(struct tail *tail, struct strbuf *out);

void	tail_close(struct tail *tail);

/* Cut what is before the last lines of text. */
void	tail_cut(struct strbuf *text, unsigned int lines);

#endif
