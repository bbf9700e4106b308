/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/tail.h"

#include <stdlib.h>

#include "unit/tap.h"

static void
test_ring(void)
{
	struct log_shared *shared = calloc(1, sizeof(*shared) + 8);
	struct ledger next = { 0 };
	char buf[16];

	if (shared == NULL)
		abort();
	shared->tail_room = 8;
	tail_put(shared, &next, "abcdef", 6);
	is_int((intmax_t)tail_get(shared, buf, sizeof(buf)), 0,
	    "what is not committed does not count");
	ledger_commit(shared, &next);
	is_int((intmax_t)tail_get(shared, buf, sizeof(buf)), 6, "it does now");
	tail_put(shared, &next, "ghijk", 5);
	ledger_commit(shared, &next);
	is_int((intmax_t)tail_get(shared, buf, sizeof(buf)), 8,
	    "a ring holds its room");
	ok(memcmp(buf, "defghijk", 8) == 0, "the last of it");
	is_int((intmax_t)tail_get(shared, buf, 3), 3, "or less");
	ok(memcmp(buf, "ijk", 3) == 0, "still the last");
	tail_put(shared, &next, "0123456789", 10);
	ledger_commit(shared, &next);
	tail_get(shared, buf, sizeof(buf));
	ok(memcmp(buf, "23456789", 8) == 0, "more than the room at once");
	free(shared);
}

static void
test_line(void)
{
	char text[] = "rest\nline\n", one[] = "one";

	is_int((intmax_t)tail_begin_at_line(text, 10), 5, "a part is dropped");
	ok(memcmp(text, "line\n", 5) == 0, "and the whole line is there");
	is_int((intmax_t)tail_begin_at_line(one, 3), 3,
	    "unless nothing would be left");
}

int
main(void)
{
	test_ring();
	test_line();
	return tap_done();
}
