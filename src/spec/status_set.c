/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/status_set.h"

#include <string.h>

#include "base/signals.h"

static void
add_codes(struct status_set *set, uint64_t first, uint64_t last)
{
	for (; first <= last; first++)
		set->codes[first / 64] |= UINT64_C(1) << first % 64;
}

static bool
has_code(const struct status_set *set, unsigned int code)
{
	return code <= 255 && (set->codes[code / 64] >> code % 64 & 1) != 0;
}

static bool
has_signal(const struct status_set *set, int signal)
{
	return signal >= 1 && signal <= SIGNALS_LAST &&
	    SIGNAL_IN(set->signals, signal);
}

static int
parse_codes(struct status_set *set, const char *item)
{
	char low[PARSE_ITEM_ROOM];
	struct reason ignored;
	uint64_t first, last;

	(void)parse_item(&item, '-', low);
	if (parse_unsigned(low, 0, 255, &first, &ignored) == -1)
		return -1;
	last = first;
	if (item != NULL &&
	    parse_unsigned(item, first, 255, &last, &ignored) == -1)
		return -1;
	add_codes(set, first, last);
	return 0;
}

static int
parse_ending(struct status_set *set, const char *item, struct reason *why)
{
	struct reason ignored;
	int signal;

	if (*item >= '0' && *item <= '9') {
		if (parse_codes(set, item) == 0)
			return 0;
	} else if (parse_signal(item, &signal, &ignored) == 0) {
		set->signals |= SIGNAL_BIT(signal);
		return 0;
	}
	return reason_set(why,
	    "must be a list of exit statuses from 0 to 255 "
	    "and names of signals, such as 0,3,10-20,TERM, or none; '%.64s' "
	    "is neither",
	    item);
}

int
status_set_parse(struct status_set *set, const char *text, struct reason *why)
{
	char item[PARSE_ITEM_ROOM];

	if (strcmp(text, "none") == 0)
		return 0;
	while (parse_item(&text, ',', item))
		if (parse_ending(set, item, why) == -1)
			return -1;
	return 0;
}

void
status_set_print(const struct status_set *set, struct strbuf *text)
{
	const char *separator = "";
	unsigned int first, last;
	int signal;

	for (first = 0; first <= 255; first = last + 1) {
		last = first;
		if (!has_code(set, first))
			continue;
		while (has_code(set, last + 1))
			last++;
		strbuf_addf(text, "%s%u", separator, first);
		if (last > first)
			strbuf_addf(text, "-%u", last);
		separator = ",";
	}
	for (signal = 1; signal <= SIGNALS_LAST; signal++)
		if (has_signal(set, signal)) {
			strbuf_add(text, separator);
			/* A number would be an exit status. */
			strbuf_add(text, "SIG");
			print_signal(text, signal);
			separator = ",";
		}
	if (*separator == '\0')
		strbuf_add(text, "none");
}

bool
status_set_has(const struct status_set *set, bool signalled, int number)
{
	return signalled ? has_signal(set, number)
			 : has_code(set, (unsigned int)number);
}
