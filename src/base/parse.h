/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * From the user's text to values, and back.  All of it is strict: the whole
 * text is the value; no blanks, no sign where none belongs, nothing out of
 * range.  Each returns 0, or -1 with a reason and the value untouched; none
 * prints.
 */

/* Why a text is no value: what it must be, for "invalid value 'x': ...". */
#define REASON_ROOM 256
struct reason {
	char text[REASON_ROOM];
};

/* Write a reason; returns -1, for the caller to return. */
int	reason_set(struct reason *why, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/* Decimal numbers from min to max. */
int	parse_unsigned(const char *text, uint64_t min, uint64_t max,
    uint64_t *value, struct reason *why);
int	parse_signed(const char *text, int64_t min, int64_t max, int64_t *value,
    struct reason *why);

/*
 * A time in milliseconds from min_ms to max_ms: a number, with a fraction if
 * need be, and one of ms s m h d; seconds without one.  "forever" is
 * UINT64_MAX, where max_ms is that.
 */
int	parse_time(const char *text, uint64_t min_ms, uint64_t max_ms,
    uint64_t *ms, struct reason *why);

/* A size in bytes: a whole number and one of K M G (powers of 1024). */
int	parse_size(const char *text, uint64_t min, uint64_t max,
    uint64_t *bytes, struct reason *why);

/* A file mode in octal, of no more bits than max has. */
int	parse_mode(const char *text, mode_t max, mode_t *mode,
    struct reason *why);

/*
 * A signal, 1 to 64: a number, or a name with or without SIG, in upper or
 * lower case; RTMIN+N and RTMAX-N too.
 */
int	parse_signal(const char *text, int *signal, struct reason *why);

/*
 * Split at a separator.  *cursor is where to go on and becomes NULL after the
 * last item; item gets a copy, cut to its room, which is more than any
 * number, signal or word that is looked for needs.  Returns whether there was
 * an item; an empty text has one, which is empty.
 */
#define PARSE_ITEM_ROOM 256
bool	parse_item(
    const char **cursor, char separator, char item[PARSE_ITEM_ROOM]);

/*
 * The place of a word in a list of words with one space between them, or -1.
 * The other way: the word, for "%.*s", with its length in *length.
 */
int	parse_word(const char *words, const char *text);
const char	*parse_nth_word(const char *words, unsigned int n, int *length);

/* A short text that parses to the same value. */
void	print_time(struct strbuf *text, uint64_t ms);
void	print_size(struct strbuf *text, uint64_t bytes);
void	print_signal(struct strbuf *text, int signal);

#endif
