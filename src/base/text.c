/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/text.h"

#include <string.h>

void
text_init(struct text *text, char *data, size_t room)
{
	text->data = data;
	text->room = room;
	text->length = 0;
	text->overflow = false;
	data[0] = '\0';
}

void
text_put_bytes(struct text *text, const char *data, size_t length)
{
	size_t left = text->room - text->length - 1;

	if (length > left) {
		length = left;
		text->overflow = true;
	}
	memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void
text_put(struct text *text, const char *s)
{
	text_put_bytes(text, s, strlen(s));
}

void
text_put_char(struct text *text, char c)
{
	text_put_bytes(text, &c, 1);
}

void
text_put_number(struct text *text, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	text_put_bytes(text, digits + at, sizeof(digits) - at);
}

void
text_put_signed(struct text *text, int64_t n)
{
	if (n < 0)
		text_put_char(text, '-');
	text_put_number(text, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

const char *
text_take_number(const char *s, uint64_t *n)
{
	for (*n = 0; *s >= '0' && *s <= '9'; s++)
		*n = *n * 10 + (uint64_t)(*s - '0');
	return s;
}

void
text_put_hex(struct text *text, uint64_t n)
{
	static const char hex[] = "0123456789abcdef";
	int shift;

	for (shift = 60; shift >= 0; shift -= 4)
		text_put_char(text, hex[n >> shift & 15]);
}

static bool
is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '\\';
}

size_t
text_escaped_length(const char *s)
{
	size_t length = 0;

	for (; *s != '\0'; s++)
		length += is_plain((unsigned char)*s) ? 1 : 4;
	return length;
}

void
text_put_escaped(struct text *text, const char *s)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p;

	for (p = (const unsigned char *)s; *p != '\0'; p++) {
		if (is_plain(*p)) {
			text_put_char(text, (char)*p);
			continue;
		}
		text_put(text, "\\x");
		text_put_char(text, hex[*p >> 4]);
		text_put_char(text, hex[*p & 15]);
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

void
text_unescape(char *s)
{
	char *out = s;
	int high, low;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] == 'x' &&
		    (high = hex_value(s[2])) >= 0 &&
		    (low = hex_value(s[3])) >= 0) {
			*out++ = (char)(high << 4 | low);
			s += 3;
			continue;
		}
		*out++ = *s;
	}
	*out = '\0';
}
