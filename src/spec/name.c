/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/name.h"

#include <string.h>

#define NAME_LENGTH_MAX 200

static bool
is_name(const char *text)
{
	const char *p;

	if (*text == '\0' || *text == '.' || *text == '-')
		return false;
	for (p = text; *p != '\0'; p++)
		if (*p <= 0x20 || *p > 0x7e || *p == '/' || *p == '%')
			return false;
	return p - text <= NAME_LENGTH_MAX;
}

int
name_parse(const char **name, const char *text, struct reason *why)
{
	if (!is_name(text))
		return reason_set(why,
		    "must be 1 to %d letters, digits or "
		    "punctuation, without '/' and '%%', and not begin with "
		    "'.' or '-'",
		    NAME_LENGTH_MAX);
	*name = text;
	return 0;
}

bool
name_is_pattern(const char *name)
{
	return strpbrk(name, "*?[]\\") != NULL;
}
