/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/view.h"

#include <string.h>

#include "control/json.h"
#include "unit/tap.h"

static const char *
text(struct strbuf *out, const char *s)
{
	strbuf_clear(out);
	view_text(out, s);
	return out->bytes;
}

static const char *
duration(struct strbuf *out, uint64_t ms)
{
	strbuf_clear(out);
	view_duration(out, ms);
	return out->bytes;
}

static const char *
size(struct strbuf *out, uint64_t bytes)
{
	strbuf_clear(out);
	view_size(out, bytes);
	return out->bytes;
}

static const char *
json(struct strbuf *out, const char *s)
{
	struct json writer;

	strbuf_clear(out);
	json_init(&writer, out);
	json_string(&writer, NULL, s);
	return out->bytes;
}

static void
test_text(struct strbuf *out)
{
	static const char log[] = "a\tb\n\0\033\xc2\x9b\x80\xff\xe2\x82\xac";

	is_str(text(out, "plain \xc3\xa9 \xe2\x82\xac"),
	    "plain \xc3\xa9 \xe2\x82\xac", "UTF-8 is shown");
	is_str(text(out, "\033[31m\n\t\x7f"), "\\x1b[31m\\x0a\\x09\\x7f",
	    "control characters are made visible");
	is_str(text(out, "\xc2\x9b"), "\\xc2\\x9b", "C1 in UTF-8, too");
	is_str(text(out, "\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80"),
	    "\\xff\\xc0\\x80\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80",
	    "what is no UTF-8 as well");
	is_str(text(out, "\xe2\x82"), "\\xe2\\x82", "and half a character");
	strbuf_clear(out);
	view_log(out, log, sizeof(log) - 1);
	is_str(out->bytes,
	    "a\tb\n\\x00\\x1b\\xc2\\x9b\\x80\xff\xe2\x82\xac",
	    "lines, tabs and Latin-1 of a log are kept, nothing else");
	is_str(text(out, "a\xe2\x80\xae" "b\xe2\x81\xa6\xe2\x80\x8f"),
	    "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6\\xe2\\x80\\x8f",
	    "what changes the direction is made visible");
}

static void
test_width(struct strbuf *out)
{
	is_int((intmax_t)view_width("\xc3\xa9x"), 2, "a character is a column");
	is_int((intmax_t)view_width("\xe6\x97\xa5\xe6\x9c\xac"), 4,
	    "one of East Asia two");
	is_int((intmax_t)view_width("e\xcc\x81\xf0\x9f\x98\x80"), 3,
	    "an accent none, a picture two");
	(void)text(out, "a\xe6\x97\xa5\xe6\x9c\xac");
	view_cut(out, 4);
	is_str(out->bytes, "a\xe6\x97\xa5", "half a character is cut");
	view_cut(out, 100);
	is_str(out->bytes, "a\xe6\x97\xa5", "what fits is not");
}

static void
test_numbers(struct strbuf *out)
{
	is_str(duration(out, 0), "0 ms", "no time");
	is_str(duration(out, 999), "999 ms", "less than a second");
	is_str(duration(out, 59999), "59.9 s", "less than a minute");
	is_str(duration(out, 60000), "1 min", "a minute");
	is_str(duration(out, 3661000), "1 h 1 min", "an hour and more");
	is_str(duration(out, 90061000), "1 d 1 h", "a day and more");
	is_str(size(out, 1023), "1023 B", "bytes");
	is_str(size(out, 1536), "1.5 KiB", "kibibytes");
	is_str(size(out, 10ULL << 30), "10.0 GiB", "gibibytes");
	is_str(size(out, 5ULL << 50), "5120.0 TiB", "more than there is");
}

static void
test_json(struct strbuf *out)
{
	is_str(json(out, "a\"\\/\n\x01\x7f"),
	    "\"a\\\"\\\\/\\u000a\\u0001\\u007f\"",
	    "JSON strings are escaped");
	is_str(json(out, "\xff\xe2\x82\xac"), "\"\\ufffd\xe2\x82\xac\"",
	    "and always UTF-8");
	is_str(json(out, NULL), "null", "nothing is null");
}

int
main(void)
{
	struct strbuf out = { NULL, 0, 0 };

	test_text(&out);
	test_width(&out);
	test_numbers(&out);
	test_json(&out);
	strbuf_fini(&out);
	return tap_done();
}
