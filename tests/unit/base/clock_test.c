/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/clock.h"

#include <limits.h>

#include "unit/tap.h"

static void
test_after(void)
{
	ok(clock_after(1000, 500) == 1500, "half a second later");
	ok(clock_after(1000, CLOCK_NEVER) == CLOCK_NEVER, "for ever is never");
	ok(clock_after(1000, CLOCK_NEVER - 1) == CLOCK_NEVER,
	    "what is too far to be told is never, and not in the past");
}

static void
test_left(void)
{
	ok(clock_left(1000, 1500) == 500, "half a second is left");
	ok(clock_left(1500, 1500) == 0, "nothing is left when it is due");
	ok(clock_left(1501, 1500) == 0, "nothing is left when it has passed");
	ok(clock_left(1000, CLOCK_NEVER) == CLOCK_NEVER,
	    "what never comes stays as far as it was");
}

static void
test_poll_timeout(void)
{
	is_int(clock_poll_timeout(1000, CLOCK_NEVER), -1,
	    "what never comes is waited for without a limit");
	is_int(clock_poll_timeout(1500, 1500), 0,
	    "what is due is not waited for");
	is_int(clock_poll_timeout(1000, 1001), 2,
	    "the part of a millisecond that has passed is made up for");
	is_int(clock_poll_timeout(0, CLOCK_NEVER - 1), INT_MAX,
	    "a wait is no longer than poll(2) can take");
}

int
main(void)
{
	test_after();
	test_left();
	test_poll_timeout();
	return tap_done();
}
