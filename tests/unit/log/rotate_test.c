/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/rotate.h"

#include "base/clock.h"
#include "unit/tap.h"

static void
test_due(void)
{
	struct spec_log log = { .rotate = true, .max_bytes = 100 };

	ok(!rotate_is_due(&log, 99, 0, 1000), "not yet large");
	ok(rotate_is_due(&log, 100, 0, 1000), "large");
	log.max_age_ms = 500;
	ok(!rotate_is_due(&log, 1, 501, 1000), "not yet old");
	ok(rotate_is_due(&log, 1, 500, 1000), "old");
	ok(!rotate_is_due(&log, 0, 500, 1000), "an empty file is never due");
	is_int((intmax_t)rotate_due_ms(&log, 7), 507, "when it will be old");
	log.rotate = false;
	ok(!rotate_is_due(&log, 1000, 0, 1000), "no rotation");
	ok(rotate_due_ms(&log, 7) == CLOCK_NEVER, "nor for age");
}

static bool
round_trip(const struct rotate_names *names, struct rotate_entry entry,
    const char *want)
{
	struct rotate_entry got;
	char name[256];

	rotate_format(name, sizeof(name), names, &entry);
	return strcmp(name, want) == 0 && rotate_parse(names, name, &got) &&
	       got.key == entry.key && got.suffix == entry.suffix;
}

static void
test_names(void)
{
	struct rotate_names names = { "a.log", LOG_NAMES_NUMBER, NULL };
	struct rotate_entry entry;
	char suffix[ROTATE_SUFFIX_ROOM];

	ok(round_trip(&names, (struct rotate_entry){ 1, 0, 0 }, "a.log.1"),
	    "a number");
	ok(round_trip(&names, (struct rotate_entry){ 12, 0, 1 }, "a.log.12.gz"),
	    "a number, compressed");
	names.compress = "/opt/squeeze --hard";
	ok(round_trip(&names,
	       (struct rotate_entry){ 3, 0, rotate_compressed() },
	       "a.log.3.squeeze"),
	    "a command's own suffix");
	ok(!rotate_parse(&names, "a.log", &entry), "the file itself");
	ok(!rotate_parse(&names, "a.log.0", &entry), "no number is 0");
	ok(!rotate_parse(&names, "a.log.01", &entry), "or begins with it");
	ok(!rotate_parse(&names, "a.log.1.bak", &entry), "another suffix");
	ok(!rotate_parse(&names, "a.log.1x", &entry), "not only digits");
	ok(!rotate_parse(&names, "b.log.1", &entry), "another file's");
	ok(!rotate_parse(&names, "a.log.99999999999999999999", &entry),
	    "a number too large");
	names.names = LOG_NAMES_TIME;
	ok(round_trip(&names,
	       (struct rotate_entry){ 1795934580123456ULL, 0, 2 },
	       "a.log.20261129T064300.123456Z.zst"),
	    "a time");
	ok(!rotate_parse(&names, "a.log.20261329T064300.123456Z", &entry),
	    "a month that is none");
	ok(!rotate_parse(&names, "a.log.1", &entry), "a number is no time");
	rotate_suffix_of(suffix, "xz -9");
	is_str(suffix, ".xz", "the suffix of a well-known program");
}

static void
test_plans(void)
{
	struct rotate_entry entries[] = { { 3, 30, 0 }, { 1, 10, 1 },
		{ 2, 20, 0 }, { 5, 50, 0 }, { 1, 10, 0 } };

	rotate_sort(entries, 5, LOG_NAMES_NUMBER);
	ok(entries[0].key == 1 && entries[0].suffix == 0 &&
		entries[1].suffix == 1 && entries[4].key == 5,
	    "numbers are sorted, a plain file before its compressed one");
	is_int((intmax_t)rotate_shifts(entries, 5), 4,
	    "those before a gap make way");
	is_int(
	    (intmax_t)rotate_shifts(entries + 2, 3), 0, "none when 1 is free");
	is_int((intmax_t)rotate_kept(entries, 5, 2, 0), 3,
	    "a file and its compressed one are one of those kept");
	is_int((intmax_t)rotate_kept(entries, 5, 9, 69), 3,
	    "no more bytes than allowed");
	is_int((intmax_t)rotate_kept(entries, 5, 9, 70), 4, "but as many");
	is_int((intmax_t)rotate_kept(entries, 5, 0, 0), 0, "none at all");
	rotate_sort(entries, 5, LOG_NAMES_TIME);
	ok(entries[0].key == 5, "the youngest time is the largest");
	is_int((intmax_t)rotate_key(LOG_NAMES_TIME, 5, 9), 10,
	    "a clock that was set back changes no order");
	is_int((intmax_t)rotate_key(LOG_NAMES_NUMBER, 5, 9), 1,
	    "the youngest number is 1");
}

int
main(void)
{
	test_due();
	test_names();
	test_plans();
	return tap_done();
}
