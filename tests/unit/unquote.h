/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef TESTS_UNQUOTE_H
#define TESTS_UNQUOTE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

static int
hex_digit(char c)
{
	const char digits[] = "0123456789abcdef";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* What follows a backslash at *p, which moves on; -1: nothing that can. */
static int
unescape(const char **p)
{
	int high, low;

	switch (*(*p)++) {
	case '"':
		return '"';
	case '\\':
		return '\\';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'x':
		high = hex_digit((*p)[0]);
		low = high == -1 ? -1 : hex_digit((*p)[1]);
		if (low == -1)
			return -1;
		*p += 2;
		return high * 16 + low;
	default:
		return -1;
	}
}

/*
 * The way back from strbuf_add_quoted(): a string that it made, allocated;
 * NULL if it is not one.
 */
static char *
unquote(const char *quoted)
{
	char *plain = xcalloc(1, strlen(quoted) + 1);
	char *out = plain;
	const char *p = quoted;
	struct strbuf again = { 0 };
	bool is_plain;
	int c;

	if (*p != '"') {
		strcpy(plain, quoted);
		strbuf_add_quoted(&again, plain);
		is_plain = strcmp(again.bytes, plain) == 0;
		strbuf_fini(&again);
		if (is_plain)
			return plain;
		goto bad;
	}
	for (p++; *p != '"'; *out++ = (char)c) {
		c = *p == '\0' ? -1 : (unsigned char)*p++;
		if (c == '\\')
			c = unescape(&p);
		if (c <= 0)
			goto bad;
	}
	if (p[1] == '\0')
		return plain;
bad:
	free(plain);
	return NULL;
}

#endif
