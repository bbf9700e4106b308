/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/parse.h"

#include <signal.h>

#include "unit/tap.h"

static void
test_limits_of_numbers(void)
{
	struct reason why;
	uint64_t n = 7;
	int64_t i = 7;

	is_int(parse_unsigned("18446744073709551615", 0, UINT64_MAX, &n, &why),
	    0, "the largest number is read");
	ok(n == UINT64_MAX, "and is what it is");
	n = 7;
	is_int(parse_unsigned("5", 6, 8, &n, &why), -1,
	    "a number below the range is refused");
	is_int(parse_unsigned("9", 6, 8, &n, &why), -1, "and one above");
	is_int((intmax_t)n, 7, "the value is left alone");
	is_str(why.text, "must be a number from 6 to 8", "the range is told");
	is_int(parse_signed(
		   "-9223372036854775807", INT64_MIN, INT64_MAX, &i, &why),
	    0, "negative numbers are read");
	is_int(i, -INT64_MAX, "and are what they are");
	is_int(
	    parse_signed("9223372036854775808", INT64_MIN, INT64_MAX, &i, &why),
	    -1, "what does not fit is refused");
}

static void
test_items(void)
{
	char item[PARSE_ITEM_ROOM];
	char longer[PARSE_ITEM_ROOM + 50];
	const char *cursor = "a,,b";

	ok(parse_item(&cursor, ',', item) && strcmp(item, "a") == 0,
	    "the first item");
	ok(parse_item(&cursor, ',', item) && *item == '\0', "an empty item");
	ok(parse_item(&cursor, ',', item) && strcmp(item, "b") == 0 &&
		cursor == NULL,
	    "the last item");
	ok(!parse_item(&cursor, ',', item), "no more");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	cursor = longer;
	ok(parse_item(&cursor, ',', item) &&
		strlen(item) == PARSE_ITEM_ROOM - 1,
	    "a long item is cut");
}

static void
test_words(void)
{
	int length;

	is_int(parse_word("a bc d", "bc"), 1, "a word is found");
	is_int(parse_word("a bc d", "b"), -1, "its beginning is not one");
	is_int(parse_word("a bc d", "bc d"), -1, "nor are two");
	is_int(parse_word("a bc d", ""), -1, "nor is nothing");
	is_str(parse_nth_word("a bc d", 2, &length), "d", "it has a place");
	ok(parse_nth_word("a bc d", 3, &length) == NULL, "the last is last");
}

static void
test_signals_come_back(void)
{
	struct strbuf text = { 0 };
	struct reason why;
	int signal, got, failures = 0;

	for (signal = 1; signal <= 64; signal++) {
		strbuf_clear(&text);
		print_signal(&text, signal);
		failures +=
		    parse_signal(text.bytes, &got, &why) == -1 || got != signal;
	}
	is_int(failures, 0, "each signal is printed as it is read");
	strbuf_fini(&text);
}

int
main(void)
{
	test_limits_of_numbers();
	test_items();
	test_words();
	test_signals_come_back();
	return tap_done();
}
