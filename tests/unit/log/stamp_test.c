/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/stamp.h"

#include "unit/tap.h"

static const char *
stamp(enum log_stamp kind, uint64_t at_us, long offset_s)
{
	static char out[STAMP_ROOM];

	stamp_format(out, kind, at_us, offset_s);
	return out;
}

static void
test_stamps(void)
{
	is_str(stamp(LOG_STAMP_ISO_UTC, 0, 0), "1970-01-01T00:00:00.000000Z",
	    "the epoch");
	is_str(stamp(LOG_STAMP_ISO_UTC, 951782399999999ULL, 0),
	    "2000-02-28T23:59:59.999999Z", "before a leap day");
	is_str(stamp(LOG_STAMP_ISO_UTC, 951782400000000ULL, 0),
	    "2000-02-29T00:00:00.000000Z", "a leap day");
	is_str(stamp(LOG_STAMP_ISO_UTC, 4107542400000000ULL, 0),
	    "2100-03-01T00:00:00.000000Z", "2100 has no leap day");
	is_str(stamp(LOG_STAMP_ISO, 1795934580123456ULL, 3600),
	    "2026-11-29T07:43:00.123456+01:00", "east of Greenwich");
	is_str(stamp(LOG_STAMP_ISO, 1795934580123456ULL, -12600),
	    "2026-11-29T03:13:00.123456-03:30", "west, and half an hour");
	is_str(stamp(LOG_STAMP_EPOCH, 1795934580000042ULL, 3600),
	    "1795934580.000042", "seconds since the epoch");
	is_str(stamp(LOG_STAMP_TAI64N, 1795934580123456ULL, 0),
	    "@400000006b0bc97e075bca00", "TAI64N, ten seconds ahead");
	is_str(stamp(LOG_STAMP_NONE, 1, 1), "", "none");
}

static void
test_prefix(void)
{
	const struct stamp_words words = { "web", "2", "stderr", 42 };
	char out[64];
	size_t n;

	n = stamp_prefix(out, sizeof(out), "%n@%i[%p] %s 5%% %q %", &words);
	out[n] = '\0';
	is_str(out, "web@2[42] stderr 5% %q %", "all that a prefix may hold");
	is_int((intmax_t)stamp_prefix(out, 4, "%n:%n", &words), 4,
	    "a prefix that does not fit is cut");
	ok(memcmp(out, "web:", 4) == 0, "and what fits is there");
}

int
main(void)
{
	test_stamps();
	test_prefix();
	return tap_done();
}
