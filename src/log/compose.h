/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_COMPOSE_H
#define LOG_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log/ledger.h"
#include "log/match.h"

/*
 * From the bytes of a stream to the bytes of a log: a head in front of each
 * line, lines over the rate left out, notes of what was dropped or
 * suppressed put in.  Pure: the same input and ledger give the same output.
 */
struct compose {
	struct ledger *ledger; /* lines, flood, drop and statistics
					   are advanced */
	enum log_stream_number stream;
	const char *head; /* in front of each line */
	size_t head_length;
	const char *drop_note; /* from compose_drop_note(); NULL */
	bool hold;	       /* leave an unterminated line */
	bool flush;	       /* ... not this time */
	bool end_line;	       /* terminate it */
	bool mid_line;	       /* the output does not end at a line */
	uint64_t until;	       /* stop at the first end of a line
					   at or behind this many bytes */
	struct rate rate;      /* of lines that pass */
	uint64_t now_ms;
	struct match *match; /* NULL: not looked for */
	char *out;	     /* room for a head and all the input */
	size_t room, used;
	size_t note_end; /* of out, where .drop_note ends; 0 */
};

/* Of a note of dropped or suppressed lines, without the head. */
#define COMPOSE_NOTE_MAX 200

/*
 * Compose what length bytes at in allow.  Returns how many of them are done
 * with: fewer when out is full, at .until, or when a line is held.  .room
 * must be at least length + 2 * (.head_length + COMPOSE_NOTE_MAX).
 */
size_t	compose_lines(struct compose *compose, const char *in, size_t length);

/* Compose a note of the lines that the rate suppressed, if there are any. */
void	compose_rate_note(struct compose *compose);

/*
 * Count length bytes at in as dropped, in place of composing them.  All of
 * them are done with, and the rest of an unterminated line is dropped later.
 */
void	compose_drop(struct ledger *ledger, enum log_stream_number stream,
    const char *in, size_t length, uint64_t at_us);

/*
 * "N bytes (M lines) dropped between T1 and T2", of ledger->drop; local time.
 */
void compose_drop_note(char out[COMPOSE_NOTE_MAX], const struct ledger *ledger);

#endif
