/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/compose.h"

#include <stdio.h>
#include <string.h>

#include "log/stamp.h"

static void
put(struct compose *c, const char *bytes, size_t length)
{
	memcpy(c->out + c->used, bytes, length);
	c->used += length;
}

/* Begin a line, on a line of its own whatever stands before it. */
static void
put_head(struct compose *c)
{
	if (c->mid_line)
		put(c, "\n", 1);
	c->mid_line = false;
	put(c, c->head, c->head_length);
}

static void
put_note(struct compose *c, const char *text)
{
	put_head(c);
	put(c, "imp: ", 5);
	put(c, text, strlen(text));
	put(c, "\n", 1);
	c->ledger->open_stream = 0;
}

void
compose_rate_note(struct compose *c)
{
	struct flood *flood = &c->ledger->flood;
	char text[COMPOSE_NOTE_MAX];

	if (flood->suppressed == 0)
		return;
	(void)snprintf(text, sizeof(text), "suppressed %llu line%s",
	    (unsigned long long)flood->suppressed,
	    flood->suppressed == 1 ? "" : "s");
	put_note(c, text);
	flood->suppressed = 0;
}

void
compose_drop_note(char out[COMPOSE_NOTE_MAX], const struct ledger *ledger)
{
	char from[STAMP_ROOM], to[STAMP_ROOM];

	(void)stamp_format(from, LOG_STAMP_ISO, ledger->drop.from_us,
	    stamp_utc_offset(ledger->drop.from_us));
	(void)stamp_format(to, LOG_STAMP_ISO, ledger->drop.to_us,
	    stamp_utc_offset(ledger->drop.to_us));
	(void)snprintf(out, COMPOSE_NOTE_MAX,
	    "%llu bytes (%llu lines) dropped between %s and %s",
	    (unsigned long long)ledger->drop.bytes,
	    (unsigned long long)ledger->drop.lines, from, to);
}

void
compose_drop(struct ledger *ledger, enum log_stream_number stream,
    const char *in, size_t length, uint64_t at_us)
{
	const char *p = in, *end = in + length;
	uint64_t lines = 0;

	if (length == 0)
		return;
	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		lines++;
		p++;
	}
	ledger_drop(ledger, length, lines, at_us);
	ledger->lines[stream] = end[-1] == '\n' ? LINE_START : LINE_DROPPED;
}

/*
 * The common case, in a tight loop: whole lines, each at the start of one,
 * all of which pass.  Returns where it stopped.
 */
static const char *
put_whole_lines(struct compose *c, const char *p, const char *end)
{
	const char *newline;
	size_t length;
	char *out = c->out + c->used;
	char *out_end = c->out + c->room;
	uint64_t lines = 0;

	while ((uint64_t)(out - c->out) < c->until &&
	       (newline = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		length = (size_t)(newline - p) + 1;
		if (c->head_length + length > (size_t)(out_end - out))
			break;
		memcpy(out, c->head, c->head_length);
		out += c->head_length;
		memcpy(out, p, length);
		out += length;
		p += length;
		lines++;
	}
	c->used = (size_t)(out - c->out);
	c->ledger->stats.lines += lines;
	return p;
}

static bool
is_common_case(const struct compose *c)
{
	return c->ledger->lines[c->stream] == LINE_START && !c->mid_line &&
	       c->rate.count == 0 && c->match == NULL;
}

/* A line begins, or goes on after another stream came between. */
static bool
begins(const struct compose *c)
{
	uint32_t line = c->ledger->lines[c->stream];

	return line == LINE_START ||
	       (line == LINE_STORED &&
		   c->ledger->open_stream != c->stream + 1U);
}

/* Store a piece of a line whose head is there; ends: with its newline. */
static void
store_piece(struct compose *c, const char *piece, size_t length, bool ends)
{
	struct ledger *l = c->ledger;

	put(c, piece, length);
	if (c->match != NULL &&
	    match_feed(c->match, piece, length - ends, ends))
		l->matched = 1;
	c->mid_line = !ends;
	l->lines[c->stream] = ends ? LINE_START : LINE_STORED;
	l->open_stream = ends ? 0 : c->stream + 1U;
	l->stats.lines += ends;
}

/*
 * Store, suppress or drop a piece: a line, or the part of one that is there.
 * Returns false, with nothing done, when there is no room.
 */
static bool
put_piece(struct compose *c, const char *piece, size_t length, bool ends)
{
	struct ledger *l = c->ledger;
	uint32_t *line = &l->lines[c->stream];

	if (c->used > 0 && c->room - c->used <
			       length + 2 * (c->head_length + COMPOSE_NOTE_MAX))
		return false;
	if (*line == LINE_START &&
	    !flood_admit(&l->flood, &c->rate, c->now_ms)) {
		l->stats.suppressed_lines++;
		*line = LINE_SUPPRESSED;
	}
	if (*line == LINE_SUPPRESSED) {
		if (ends)
			*line = LINE_START;
		return true;
	}
	if (*line == LINE_DROPPED) {
		compose_drop(l, c->stream, piece, length, l->batch.at_us);
		return true;
	}
	if (begins(c)) {
		compose_rate_note(c);
		if (c->head_length > 0)
			put_head(c);
	}
	store_piece(c, piece, length, ends);
	return true;
}

/* Terminate the line that a process left behind. */
static void
end_line(struct compose *c)
{
	uint32_t *line = &c->ledger->lines[c->stream];

	if (*line == LINE_STORED && c->head_length > 0 &&
	    c->ledger->open_stream == c->stream + 1U)
		store_piece(c, "\n", 1, true);
	*line = LINE_START;
}

/*
 * The file is due, and another stream's line is in the way: it ends here, or
 * two streams of long lines could keep a file from ever being rotated.
 */
static bool
must_end_other(const struct compose *c)
{
	return c->mid_line && c->used + 1 >= c->until && c->head_length > 0 &&
	       begins(c);
}

static void
end_other(struct compose *c)
{
	put(c, "\n", 1);
	c->mid_line = false;
	c->ledger->open_stream = 0;
}

static void
put_drop_note(struct compose *c)
{
	if (c->drop_note == NULL)
		return;
	put_note(c, c->drop_note);
	c->note_end = c->used;
	c->ledger->told = c->ledger->drop;
	memset(&c->ledger->drop, 0, sizeof(c->ledger->drop));
}

size_t
compose_lines(struct compose *c, const char *in, size_t length)
{
	const char *p = in, *end = in + length, *newline, *stop;

	/* What is still dropped belongs into the note. */
	if (length > 0 && c->ledger->lines[c->stream] == LINE_DROPPED) {
		newline = memchr(p, '\n', length);
		stop = newline == NULL ? end : newline + 1;
		compose_drop(c->ledger, c->stream, in, (size_t)(stop - in),
		    c->ledger->batch.at_us);
		return (size_t)(stop - in);
	}
	put_drop_note(c);
	while (p < end && (c->used < c->until || c->mid_line)) {
		if (is_common_case(c))
			p = put_whole_lines(c, p, end);
		if (p == end || (c->used >= c->until && !c->mid_line))
			break;
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL && c->hold && !c->flush)
			break;
		if (must_end_other(c)) {
			end_other(c);
			break;
		}
		stop = newline == NULL ? end : newline + 1;
		if (!put_piece(c, p, (size_t)(stop - p), newline != NULL))
			break;
		p = stop;
	}
	if (p == end && c->end_line)
		end_line(c);
	return (size_t)(p - in);
}
