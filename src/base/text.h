/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text put together in storage of the caller's, where snprintf(3) is too
 * much: between fork and exec, and in loops that must not touch new memory.
 * What does not fit is dropped and remembered; data is always terminated.
 */
struct text {
	char *data;
	size_t room;
	size_t length;
	bool overflow;
};

/* Start with nothing in the room bytes (at least one) at data. */
void	text_init(struct text *text, char *data, size_t room);

void	text_put(struct text *text, const char *s);
void	text_put_char(struct text *text, char c);
void	text_put_bytes(struct text *text, const char *data, size_t length);

/* In decimal. */
void	text_put_number(struct text *text, uint64_t n);
void	text_put_signed(struct text *text, int64_t n);

/*
 * Read the decimal digits that s begins with, of a number that fits, into *n.
 * Returns what is behind them: s itself, with *n 0, if there are none.
 */
const char *text_take_number(const char *s, uint64_t *n);

/* In hexadecimal, sixteen digits. */
void	text_put_hex(struct text *text, uint64_t n);

/*
 * s with backslashes, control characters and bytes that are no ASCII as
 * \xNN, so that it stays on one line and can be read back.
 */
void	text_put_escaped(struct text *text, const char *s);

/* How many bytes text_put_escaped() makes of s. */
size_t	text_escaped_length(const char *s);

/* Undo text_put_escaped() in place. */
void	text_unescape(char *s);

#endif
