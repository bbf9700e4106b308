/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_MATCH_H
#define LOG_MATCH_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Waiting for a line that matches a regular expression.
 */

#define MATCH_LINE_MAX 4096 /* what is behind that in a line is not seen */

struct match {
	regex_t regex;
	size_t length; /* of the line so far */
	char line[MATCH_LINE_MAX];
};

/*
 * Prepare for an extended regular expression.  Returns 0, or -1 after it has
 * said what is wrong with it.
 */
int	match_init(struct match *match, const char *text);

/*
 * Look at a piece of a line; ends: it is the last.  Returns whether the line
 * matches, false until it ends.
 */
bool	match_feed(
    struct match *match, const char *piece, size_t length, bool ends);

void	match_fini(struct match *match);

#endif
