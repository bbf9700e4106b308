/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_FLOOD_H
#define LOG_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

#include "spec/rate.h"

/*
 * How many lines came in a span of time.  Pure.  All zero is a fresh state.
 */
struct flood {
	uint64_t since_ms;   /* when this span began */
	uint32_t lines;	     /* let through in it */
	uint32_t is_open;    /* a span has begun */
	uint64_t suppressed; /* not yet reported */
};

/*
 * Whether one more line may pass at now_ms, and count it: at most .count in
 * .per_ms, counted from the first line of a span.
 */
bool	flood_admit(
    struct flood *flood, const struct rate *limit, uint64_t now_ms);

/*
 * When the lines suppressed so far should be reported if no other line comes:
 * CLOCK_NEVER if there are none.
 */
uint64_t flood_report_ms(const struct flood *flood, const struct rate *limit);

#endif
