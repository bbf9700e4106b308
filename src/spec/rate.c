/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/rate.h"

#include <string.h>

#define COUNT_MAX  1000000
#define PER_MAX_MS (UINT64_C(366) * 86400 * 1000)

int
rate_parse(struct rate *rate, const char *text, struct reason *why)
{
	char count[PARSE_ITEM_ROOM];
	struct reason ignored;
	uint64_t n, ms;

	if (strcmp(text, "none") == 0) {
		*rate = (struct rate){ 0 };
		return 0;
	}
	(void)parse_item(&text, '/', count);
	if (text == NULL ||
	    parse_unsigned(count, 1, COUNT_MAX, &n, &ignored) == -1 ||
	    parse_time(text, 1, PER_MAX_MS, &ms, &ignored) == -1)
		return reason_set(why,
		    "must be N/TIME, such as 5/1m, or none; "
		    "N from 1 to %d, TIME from 1ms to 366d",
		    COUNT_MAX);
	rate->count = (unsigned int)n;
	rate->per_ms = ms;
	return 0;
}

void
rate_print(const struct rate *rate, struct strbuf *text)
{
	if (rate->count == 0) {
		strbuf_add(text, "none");
		return;
	}
	strbuf_addf(text, "%u/", rate->count);
	print_time(text, rate->per_ms);
}
