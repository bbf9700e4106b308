/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_VIEW_H
#define CONTROL_VIEW_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* How things are shown to people. */

/*
 * The length of the UTF-8 character at p (terminated by a NUL), a NUL
 * included; 0 if it is none.
 */
size_t	view_character(const unsigned char *p);

/*
 * Add s so that it cannot drive a terminal: control characters, those that
 * change the direction of what follows, and what is no UTF-8 become \xNN.
 */
void	view_text(struct strbuf *out, const char *s);

/*
 * The same for length bytes of a log, in which lines and tabs are kept, and
 * what is no UTF-8 but harmless as well.
 */
void	view_log(struct strbuf *out, const char *data, size_t length);

/*
 * How many columns of a terminal s takes, which has been made harmless: that of
 * East Asia are two wide, and what is put upon another character takes none.
 */
size_t	view_width(const char *s);

/* Cut text to at most so many columns. */
void	view_cut(struct strbuf *text, size_t columns);

/* The columns of the terminal at fd; SIZE_MAX: it is none. */
size_t	view_columns(int fd);

/* "400 ms", "3.2 s", "5 min 10 s", "2 h 3 min", "4 d 2 h". */
void	view_duration(struct strbuf *out, uint64_t ms);

/* "512 B", "12.3 MiB". */
void	view_size(struct strbuf *out, uint64_t bytes);

/* "2026-11-29 06:30:00", local time. */
void	view_time(struct strbuf *out, uint64_t wall_ms);

/* "exited with status 1", "was killed by SIGSEGV (core dumped)". */
void	view_ending(struct strbuf *out, int wait_status);

enum colour {
	COLOUR_NONE,
	COLOUR_GOOD,
	COLOUR_BAD,
	COLOUR_MIDDLING,
	COLOUR_FAINT
};

/*
 * Whether standard output is a terminal that may get colours: NO_COLOR
 * (no-color.org) and TERM=dumb say no.
 */
bool	view_has_colour(void);

/* s in colour, if is_on; s has been made harmless. */
void	view_coloured(struct strbuf *out, bool is_on, enum colour colour,
	    const char *s);

/*
 * Write out to standard output and empty it.  Returns 0, or -1 after it has
 * said what is wrong.
 */
int	view_flush(struct strbuf *out);

#endif
