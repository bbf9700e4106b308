/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/flood.h"

#include "base/clock.h"

bool
flood_admit(struct flood *flood, const struct rate *limit, uint64_t now_ms)
{
	if (limit->count == 0)
		return true;
	if (!flood->is_open || now_ms - flood->since_ms >= limit->per_ms) {
		flood->is_open = 1;
		flood->since_ms = now_ms;
		flood->lines = 0;
	}
	if (flood->lines < limit->count) {
		flood->lines++;
		return true;
	}
	flood->suppressed++;
	return false;
}

uint64_t
flood_report_ms(const struct flood *flood, const struct rate *limit)
{
	if (flood->suppressed == 0)
		return CLOCK_NEVER;
	return flood->since_ms + limit->per_ms;
}
