/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/clock.h"

#include <limits.h>
#include <time.h>

static uint64_t
read_ms(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

uint64_t
clock_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

uint64_t
clock_boot_ms(void)
{
	return read_ms(CLOCK_BOOTTIME);
}

uint64_t
clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

uint64_t
clock_after(uint64_t now_ms, uint64_t for_ms)
{
	return for_ms >= CLOCK_NEVER - now_ms ? CLOCK_NEVER : now_ms + for_ms;
}

uint64_t
clock_left(uint64_t now_ms, uint64_t deadline_ms)
{
	if (deadline_ms == CLOCK_NEVER)
		return CLOCK_NEVER;
	return deadline_ms <= now_ms ? 0 : deadline_ms - now_ms;
}

int
clock_poll_timeout(uint64_t now_ms, uint64_t deadline_ms)
{
	uint64_t left = clock_left(now_ms, deadline_ms);

	if (left == CLOCK_NEVER)
		return -1;
	if (left == 0)
		return 0;
	/* now_ms was rounded down, so one more millisecond is needed. */
	return left >= INT_MAX ? INT_MAX : (int)left + 1;
}
