/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/match.h"

#include <string.h>

#include "base/diag.h"

int
match_init(struct match *match, const char *text)
{
	char why[256];
	int rc = regcomp(&match->regex, text, REG_EXTENDED | REG_NOSUB);

	match->length = 0;
	if (rc == 0)
		return 0;
	(void)regerror(rc, &match->regex, why, sizeof(why));
	diag_errx("bad regular expression '%s': %s", text, why);
	return -1;
}

bool
match_feed(struct match *match, const char *piece, size_t length, bool ends)
{
	size_t room = sizeof(match->line) - 1 - match->length;
	bool found;
	size_t i;

	if (length > room)
		length = room;
	memcpy(match->line + match->length, piece, length);
	match->length += length;
	if (!ends)
		return false;
	/* A NUL would end the line for regexec(3). */
	for (i = 0; i < match->length; i++)
		if (match->line[i] == '\0')
			match->line[i] = ' ';
	match->line[match->length] = '\0';
	found = regexec(&match->regex, match->line, 0, NULL, 0) == 0;
	match->length = 0;
	return found;
}

void
match_fini(struct match *match)
{
	regfree(&match->regex);
}
