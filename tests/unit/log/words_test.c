/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/words.h"

#include "unit/tap.h"

int
main(void)
{
	struct words words;
	char many[200];

	words_init(&words, "gzip  -9\tx");
	ok(words.argv[3] == NULL, "three words");
	is_str(words.argv[0], "gzip", "the first");
	is_str(words.argv[2], "x", "the last");
	words_init(&words, "cat >x");
	is_str(words.argv[0], "/bin/sh", "a shell for what means something");
	is_str(words.argv[2], "cat >x", "and it gets the text as it is");
	memset(many, 'a', sizeof(many));
	for (size_t i = 1; i < sizeof(many); i += 2)
		many[i] = ' ';
	many[sizeof(many) - 1] = '\0';
	words_init(&words, many);
	is_str(words.argv[0], "/bin/sh", "a shell for too many words");
	words_init(&words, "  ");
	is_str(words.argv[0], "/bin/sh", "a shell for no word");
	return tap_done();
}
