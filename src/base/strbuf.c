/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/strbuf.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fdio.h"
#include "base/xalloc.h"

static void
make_room(struct strbuf *text, size_t more)
{
	size_t need = text->length + more + 1;

	if (need <= text->room)
		return;
	text->room = need < 128 ? 256 : need * 2;
	text->bytes = xreallocarray(text->bytes, text->room, 1);
}

void
strbuf_add_bytes(struct strbuf *text, const void *bytes, size_t length)
{
	make_room(text, length);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void
strbuf_add(struct strbuf *text, const char *s)
{
	strbuf_add_bytes(text, s, strlen(s));
}

void
strbuf_addf(struct strbuf *text, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	if (n > 0) {
		make_room(text, (size_t)n);
		(void)vsnprintf(
		    text->bytes + text->length, (size_t)n + 1, format, again);
		text->length += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

static bool
is_plain(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) &&
		    strchr("_./:@%+,=-", *p) == NULL)
			return false;
	return p != s;
}

void
strbuf_add_quoted(struct strbuf *text, const char *s)
{
	const char *p;

	if (is_plain(s)) {
		strbuf_add(text, s);
		return;
	}
	strbuf_add(text, "\"");
	for (p = s; *p != '\0'; p++)
		if (*p == '"' || *p == '\\')
			strbuf_addf(text, "\\%c", *p);
		else if (*p == '\n')
			strbuf_add(text, "\\n");
		else if (*p == '\t')
			strbuf_add(text, "\\t");
		else if (*p < 0x20 || *p > 0x7e)
			strbuf_addf(text, "\\x%02x", (unsigned char)*p);
		else
			strbuf_add_bytes(text, p, 1);
	strbuf_add(text, "\"");
}

void
strbuf_clear(struct strbuf *text)
{
	text->length = 0;
	strbuf_add(text, "");
}

int
strbuf_write(const struct strbuf *text, int fd)
{
	return fdio_write_all(fd, text->bytes, text->length);
}

void
strbuf_fini(struct strbuf *text)
{
	free(text->bytes);
	*text = (struct strbuf){ 0 };
}
