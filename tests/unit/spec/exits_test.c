/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/exits.h"

#include <stdlib.h>

#include "unit/tap.h"

static void
test_map(void)
{
	struct exits exits = { 0 };
	struct reason why;

	is_int(exits_map(&exits, 75), 75, "without a list all stay");
	is_int(exits_parse(&exits, "1-255=1,75=3", &why), 0,
	    "ranges and single ones are read");
	is_int(exits_map(&exits, 0), 0, "what is not named stays");
	is_int(exits_map(&exits, 1), 1, "the first of a range is mapped");
	is_int(exits_map(&exits, 255), 1, "and the last");
	is_int(exits_map(&exits, 75), 3, "the later word counts");
	is_int(exits_parse(&exits, "0=9", &why), 0, "a second list is read");
	is_int(exits_map(&exits, 0), 9, "and added");
	is_int(exits_map(&exits, 75), 3, "to the first");
	is_int(exits_map(&exits, 256), 256, "what is no status stays");
	is_int(exits_map(&exits, -1), -1, "and what is less than one");
}

static void
test_faults(void)
{
	static const char *const wrong[] = { "", "1", "=1", "1=", "a=1",
		"1=a", "256=1", "1=256", "5-3=1", "1-=2", "-3=2", "1=2,",
		"1=2,,3=4", " 1=2", "1=2 " };
	struct exits exits = { 0 };
	struct reason why;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		is_int(exits_parse(&exits, wrong[i], &why), -1,
		    *wrong[i] == '\0' ? "an empty list is refused"
				      : wrong[i]);
}

/* Read a list and print it; the result is static. */
static const char *
printed(const char *list)
{
	static struct strbuf text;
	struct exits exits = { 0 }, again = { 0 };
	struct reason why;
	int i;

	strbuf_clear(&text);
	if (exits_parse(&exits, list, &why) == -1)
		return "refused";
	if (!exits_print(&exits, &text))
		return "nothing";
	if (exits_parse(&again, text.bytes, &why) == -1)
		return "not read back";
	for (i = 0; i < 256; i++)
		if (exits.to[i] != again.to[i])
			return "read back as another";
	return text.bytes;
}

int
main(void)
{
	struct exits none = { 0 };
	struct strbuf text = { 0 };

	test_map();
	test_faults();
	ok(!exits_print(&none, &text), "no list is printed as none");
	is_str(printed("3=3"), "nothing", "nor is one that changes nothing");
	is_str(printed("1-255=1,75=3"), "2-74=1,75=3,76-255=1",
	    "what stays is left out, and ranges are put together");
	is_str(printed("255=0"), "255=0", "the last is printed");
	is_str(printed("0=1"), "0=1", "and the first");
	return tap_done();
}
