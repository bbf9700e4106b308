/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_WORDS_H
#define LOG_WORDS_H

/*
 * A command as the user typed it, ready for exec: split at blanks, or, when
 * it holds anything that means something to a shell, given to /bin/sh -c.
 */
#define WORDS_MAX 32

struct words {
	char text[1024];
	char *argv[WORDS_MAX + 1];
};

/* Split command; borrowed, and must outlive *words.  Pure. */
void	words_init(struct words *words, const char *command);

/*
 * For a child: reset signals, and exec words with stdin and stdout where they
 * are not -1; or exit as a shell would.
 */
void	words_exec(struct words *words, int stdin_fd, int stdout_fd)
    __attribute__((__noreturn__));

#endif
