/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/exits.h"

#include <stdint.h>

#define STATUS_MAX 255

static void
set_identity(struct exits *exits)
{
	int i;

	for (i = 0; i <= STATUS_MAX; i++)
		exits->to[i] = (unsigned char)i;
	exits->set = true;
}

static int
parse_range(const char *text, uint64_t *first, uint64_t *last,
    struct reason *why)
{
	char low[PARSE_ITEM_ROOM];

	(void)parse_item(&text, '-', low);
	if (parse_unsigned(low, 0, STATUS_MAX, first, why) == -1)
		return -1;
	*last = *first;
	return text == NULL
	    ? 0
	    : parse_unsigned(text, *first, STATUS_MAX, last, why);
}

static int
parse_pair(struct exits *exits, const char *item, struct reason *why)
{
	char from[PARSE_ITEM_ROOM];
	uint64_t first, last, to;

	(void)parse_item(&item, '=', from);
	if (item == NULL)
		return reason_set(why, "must be a list of N=M or N-N=M");
	if (parse_range(from, &first, &last, why) == -1 ||
	    parse_unsigned(item, 0, STATUS_MAX, &to, why) == -1)
		return -1;
	for (; first <= last; first++)
		exits->to[first] = (unsigned char)to;
	return 0;
}

int
exits_parse(struct exits *exits, const char *text, struct reason *why)
{
	char item[PARSE_ITEM_ROOM];

	if (!exits->set)
		set_identity(exits);
	while (parse_item(&text, ',', item))
		if (parse_pair(exits, item, why) == -1)
			return -1;
	return 0;
}

bool
exits_print(const struct exits *exits, struct strbuf *text)
{
	const char *separator = "";
	int first, last;

	if (!exits->set)
		return false;
	for (first = 0; first <= STATUS_MAX; first = last + 1) {
		last = first;
		if (exits->to[first] == first)
			continue;
		while (last < STATUS_MAX &&
		    exits->to[last + 1] == exits->to[first] &&
		    exits->to[last + 1] != last + 1)
			last++;
		strbuf_addf(text, "%s%d", separator, first);
		if (last > first)
			strbuf_addf(text, "-%d", last);
		strbuf_addf(text, "=%d", exits->to[first]);
		separator = ",";
	}
	return *separator != '\0';
}

int
exits_map(const struct exits *exits, int status)
{
	if (!exits->set || status < 0 || status > STATUS_MAX)
		return status;
	return exits->to[status];
}
