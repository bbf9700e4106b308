/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/flood.h"

#include "base/clock.h"
#include "unit/tap.h"

int
main(void)
{
	const struct rate limit = { 2, 1000 }, none = { 0, 0 };
	struct flood flood = { 0 };

	ok(flood_admit(&flood, &none, 5), "no limit lets everything through");
	ok(flood_admit(&flood, &limit, 100), "the first of two passes");
	ok(flood_admit(&flood, &limit, 600), "the second of two passes");
	ok(flood_report_ms(&flood, &limit) == CLOCK_NEVER,
	    "there is nothing to report");
	ok(!flood_admit(&flood, &limit, 1099), "the third does not");
	is_int((intmax_t)flood.suppressed, 1, "and is counted");
	is_int((intmax_t)flood_report_ms(&flood, &limit), 1100,
	    "the report is due when the span ends");
	ok(flood_admit(&flood, &limit, 1100), "a new span begins");
	ok(flood_admit(&flood, &limit, 2000), "and is counted from its start");
	ok(!flood_admit(&flood, &limit, 2099), "to its end");
	is_int((intmax_t)flood.suppressed, 2, "what is not reported adds up");
	return tap_done();
}
