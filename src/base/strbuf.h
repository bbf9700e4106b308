/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stddef.h>

/*
 * Text that grows while it is put together, and is then written at once.  All
 * zero is an empty one.  bytes is terminated by a NUL as soon as anything was
 * added, the empty string included.  For what is printed by a process that
 * starts nothing; without memory each function exits 125 (xalloc).
 */
struct strbuf {
	char *bytes;
	size_t length;
	size_t room;
};

void	strbuf_add(struct strbuf *text, const char *s);
void	strbuf_add_bytes(struct strbuf *text, const void *bytes, size_t length);
void	strbuf_addf(struct strbuf *text, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/*
 * Add s so that it stays one word that can be told from any other: as it is
 * if it consists of letters, digits and some punctuation, else between double
 * quotes, where \" \\ \n \t and \xNN stand for what cannot be there.
 */
void	strbuf_add_quoted(struct strbuf *text, const char *s);

/* Forget what was added, keep the room. */
void	strbuf_clear(struct strbuf *text);

/* Write all of it to fd.  Returns 0, or -1 with errno. */
int	strbuf_write(const struct strbuf *text, int fd);

void	strbuf_fini(struct strbuf *text);

#endif
