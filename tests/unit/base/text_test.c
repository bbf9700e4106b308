/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/text.h"

#include "unit/tap.h"

static void
test_numbers(void)
{
	char data[256];
	struct text text;

	text_init(&text, data, sizeof(data));
	text_put_number(&text, 0);
	text_put_char(&text, ' ');
	text_put_number(&text, UINT64_MAX);
	text_put_char(&text, ' ');
	text_put_signed(&text, INT64_MIN);
	text_put_char(&text, ' ');
	text_put_hex(&text, 0xfeed);
	is_str(data, "0 18446744073709551615 -9223372036854775808 "
		     "000000000000feed", "numbers are whole at both ends");
	ok(!text.overflow && text.length == strlen(data),
	    "what fits is no overflow");
}

static void
test_overflow(void)
{
	char data[5] = "xxxx";
	struct text text;

	text_init(&text, data, sizeof(data));
	text_put(&text, "1234");
	ok(!text.overflow, "a text may fill its room");
	text_put_char(&text, '5');
	ok(text.overflow, "one byte more is an overflow");
	text_put(&text, "678");
	is_str(data, "1234", "what does not fit is dropped");
}

static void
test_escapes(void)
{
	static const char all[] = "a b\\c\n\x7f\xc3\xa9\x01";
	char data[64];
	struct text text;

	text_init(&text, data, sizeof(data));
	text_put_escaped(&text, all);
	is_str(data, "a b\\x5cc\\x0a\\x7f\\xc3\\xa9\\x01",
	    "controls, backslashes and foreign bytes are escaped");
	text_unescape(data);
	is_str(data, all, "the way back gives the same");
}

static void
test_bad_escapes(void)
{
	char text[] = "\\x4 \\xzz \\ \\x41\\x";

	text_unescape(text);
	is_str(text, "\\x4 \\xzz \\ A\\x", "what is no escape stays");
}

int
main(void)
{
	test_numbers();
	test_overflow();
	test_escapes();
	test_bad_escapes();
	return tap_done();
}
