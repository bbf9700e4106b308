/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/strbuf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/tap.h"
#include "unit/unquote.h"

static void
test_grows(void)
{
	struct strbuf text = { 0 };
	size_t i;

	for (i = 0; i < 10000; i++)
		strbuf_addf(&text, "%zu,", i % 10);
	is_int((intmax_t)text.length, 20000, "what is added is counted");
	is_int((intmax_t)strlen(text.bytes), 20000, "and terminated");
	strbuf_clear(&text);
	is_str(text.bytes, "", "it can be emptied");
	strbuf_fini(&text);
	strbuf_add(&text, "");
	is_str(text.bytes, "", "nothing can be added");
	strbuf_fini(&text);
}

static void
test_every_byte_comes_back(void)
{
	struct strbuf text = { 0 };
	char word[3] = "x";
	char *plain;
	const char *p;
	int c, failures = 0;

	for (c = 1; c < 256; c++) {
		word[1] = (char)c;
		strbuf_clear(&text);
		strbuf_add_quoted(&text, word);
		plain = unquote(text.bytes);
		failures += plain == NULL || strcmp(plain, word) != 0;
		for (p = text.bytes; *p != '\0'; p++)
			failures += *p < 0x20 || *p > 0x7e;
		free(plain);
	}
	is_int(failures, 0,
	    "each byte is quoted in printable ASCII and comes back");
	strbuf_fini(&text);
}

static void
test_unquote_refuses(void)
{
	static const char *const wrong[] = {
		"",
		"a b",
		"\"a",
		"a\"",
		"\"a\"b",
		"\"\\",
		"\"\\\"",
		"\"\\q\"",
		"\"\\x\"",
		"\"\\x1\"",
		"\"\\x1g\"",
		"\"\\x00\"",
		"\"\\xAB\"",
	};
	char *plain;
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		plain = unquote(wrong[i]);
		snprintf(name, sizeof(name), "%zu: not what quoting makes", i);
		ok(plain == NULL, name);
		free(plain);
	}
}

static void
test_write(void)
{
	struct strbuf text = { 0 };
	char got[4] = "";
	int fds[2];

	strbuf_add(&text, "abc");
	if (pipe(fds) == -1)
		return;
	is_int(strbuf_write(&text, fds[1]), 0, "it can be written");
	is_int(read(fds[0], got, sizeof(got)), 3, "all of it");
	is_str(got, "abc", "as it is");
	close(fds[0]);
	close(fds[1]);
	is_int(strbuf_write(&text, fds[1]), -1, "a failure is told");
	strbuf_fini(&text);
}

int
main(void)
{
	test_grows();
	test_every_byte_comes_back();
	test_unquote_refuses();
	test_write();
	return tap_done();
}
