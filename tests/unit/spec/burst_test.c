/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/burst.h"

#include "unit/tap.h"

int
main(void)
{
	static const char *const wrong[] = { "", "5", "5/1", "5/1/", "/1/1",
		"5/1/1/", "5/1/1/1/1", "x/1/1", "5/x/1", "5/1/x", "5/1/1/x",
		"-1/1/1", "5/1/1/99999999999" };
	struct restart_burst burst = { 0 };
	struct strbuf text = { 0 };
	struct reason why;
	size_t i;

	ok(!burst_print(&burst, &text), "no burst is printed as none");
	is_int(burst_parse(&burst, "5/300/2m", &why), 0, "three are enough");
	ok(burst.set && burst.attempts == 5 && burst.acceptable_ms == 300000 &&
		burst.pause_ms == 120000 && burst.limit == 0,
	    "a count, two times, and no limit");
	ok(burst_print(&burst, &text), "which are printed");
	is_str(text.bytes, "5/5m/2m", "as they can be read");
	strbuf_clear(&text);
	is_int(burst_parse(&burst, "0/10/0/7", &why), 0, "a limit may follow");
	(void)burst_print(&burst, &text);
	is_str(text.bytes, "0/10s/0/7", "and is printed");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		is_int(burst_parse(&burst, wrong[i], &why), -1,
		    *wrong[i] == '\0' ? "an empty one is refused" : wrong[i]);
	is_int(burst.limit, 7, "what is refused changes nothing");
	strbuf_fini(&text);
	return tap_done();
}
