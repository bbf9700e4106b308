/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/burst.h"

#include <limits.h>

/* Seconds in an int, as those have them who count in bursts. */
#define TIME_MAX_MS (UINT64_C(1000) * INT_MAX)

int
burst_parse(struct restart_burst *burst, const char *text, struct reason *why)
{
	struct restart_burst new = { .set = true };
	char items[4][PARSE_ITEM_ROOM];
	uint64_t attempts, limit = 0;
	unsigned int n = 0;

	while (n < 4 && parse_item(&text, '/', items[n]))
		n++;
	if (n < 3 || text != NULL)
		return reason_set(
		    why, "must be ATTEMPTS/ACCEPTABLE/PAUSE[/LIMIT]");
	if (parse_unsigned(items[0], 0, INT_MAX, &attempts, why) == -1 ||
	    parse_time(items[1], 0, TIME_MAX_MS, &new.acceptable_ms, why) ==
		-1 ||
	    parse_time(items[2], 0, TIME_MAX_MS, &new.pause_ms, why) == -1 ||
	    (n == 4 && parse_unsigned(items[3], 0, INT_MAX, &limit, why) == -1))
		return -1;
	new.attempts = (unsigned int)attempts;
	new.limit = (unsigned int)limit;
	*burst = new;
	return 0;
}

bool
burst_print(const struct restart_burst *burst, struct strbuf *text)
{
	if (!burst->set)
		return false;
	strbuf_addf(text, "%u/", burst->attempts);
	print_time(text, burst->acceptable_ms);
	strbuf_add(text, "/");
	print_time(text, burst->pause_ms);
	if (burst->limit != 0)
		strbuf_addf(text, "/%u", burst->limit);
	return true;
}
