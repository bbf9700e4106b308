/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/delays.h"

#define DELAY_MAX_MS (UINT64_C(86400) * 1000)

int
delays_parse(struct spec_restart *restart, const char *text, struct reason *why)
{
	char item[PARSE_ITEM_ROOM];
	uint64_t ms[RESTART_DELAYS];
	unsigned int count = 0;
	unsigned int i;

	while (parse_item(&text, ',', item)) {
		if (count == RESTART_DELAYS)
			return reason_set(
			    why, "must be at most %d times", RESTART_DELAYS);
		if (parse_time(item, 0, DELAY_MAX_MS, &ms[count++], why) == -1)
			return -1;
	}
	restart->delay.count = count;
	for (i = 0; i < count; i++)
		restart->delay.ms[i] = ms[i];
	return 0;
}

bool
delays_print(const struct spec_restart *restart, struct strbuf *text)
{
	unsigned int i;

	for (i = 0; i < restart->delay.count; i++) {
		if (i > 0)
			strbuf_add(text, ",");
		print_time(text, restart->delay.ms[i]);
	}
	return restart->delay.count != 0;
}
