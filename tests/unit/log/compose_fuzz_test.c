/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * compose_fuzz_test [FIRST [COUNT]]: random bytes in random pieces, put
 * together as the logger does it, against the simplest that can be written.
 * A failure tells its number, with which it can be had again.
 */
#include <config.h>

#include "log/compose.h"

#include <stdlib.h>

#include "unit/tap.h"

#define TEXT_MAX (200 * 1024)
#define IN_MAX	 (128 * 1024)
#define HEAD_MAX 40
#define OUT_MAX	 (IN_MAX * (HEAD_MAX + 2) + 4096)

static const char heads[LOG_STREAMS][HEAD_MAX] = {
	"o 2026-11-29T07:43:00.123456+01:00 ",
	"e 2026-11-29T07:43:00.123456+01:00 ",
};

struct text {
	char *bytes;
	size_t length, room;
};

struct round {
	uint64_t random;
	struct ledger ledger;
	struct text input[LOG_STREAMS], output;
	size_t done[LOG_STREAMS]; /* bytes of the input that were composed */
	size_t held[LOG_STREAMS]; /* and that were looked at behind them */
	size_t head_length, in_max, limit;
	size_t segment; /* bytes of the output since it was rotated */
	bool hold;
};

/* xorshift64 */
static size_t
random_below(struct round *r, size_t limit)
{
	r->random ^= r->random << 13;
	r->random ^= r->random >> 7;
	r->random ^= r->random << 17;
	return (size_t)(r->random >> 11) % limit;
}

static void
add(struct text *text, const char *bytes, size_t length)
{
	if (text->length + length > text->room) {
		text->room = 2 * (text->length + length);
		text->bytes = realloc(text->bytes, text->room);
		if (text->bytes == NULL)
			abort();
	}
	if (length > 0)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

/* Mostly short; some around the 64 KiB of a pipe and of what is continued. */
static size_t
random_length(struct round *r)
{
	switch (random_below(r, 4)) {
	case 0:
		return 65536 - 4 + random_below(r, 9);
	case 1:
		return random_below(r, TEXT_MAX);
	default:
		return random_below(r, 600);
	}
}

static void
make_input(struct round *r, struct text *text)
{
	static const size_t rarity[] = { 2, 10, 100, 5000, 70000, 400000 };
	size_t rare = rarity[random_below(r, 6)];
	size_t length = random_length(r), i;
	char byte;

	for (i = 0; i < length; i++) {
		byte = (char)random_below(r, 256);
		if (byte == '\n' || random_below(r, rare) == 0)
			byte = random_below(r, rare) < 2 ? '\n' : '\0';
		add(text, &byte, 1);
	}
}

/* All that the program under test is asked for. */
static void
compose(
    struct round *r, unsigned int stream, size_t length, bool flush, bool last)
{
	static char out[OUT_MAX];
	struct compose c;
	size_t used;

	memset(&c, 0, sizeof(c));
	c.ledger = &r->ledger;
	c.stream = stream;
	c.head = heads[stream];
	c.head_length = r->head_length;
	c.hold = r->hold;
	c.flush = flush;
	c.end_line = last;
	c.mid_line = r->output.length > 0 &&
		     r->output.bytes[r->output.length - 1] != '\n';
	c.until = r->segment >= r->limit ? 0 : r->limit - r->segment;
	c.out = out;
	c.room = length + 2 * (r->head_length + COMPOSE_NOTE_MAX) +
		 random_below(r, 2000);
	used =
	    compose_lines(&c, r->input[stream].bytes + r->done[stream], length);
	r->done[stream] += used;
	r->held[stream] = used == 0 ? length : 0;
	r->segment += c.used;
	add(&r->output, out, c.used);
}

/*
 * As the logger: what is held is looked at again with more behind it; when no
 * more fits, or comes, it is taken as it is.
 */
static void
step(struct round *r, unsigned int stream)
{
	size_t rest = r->input[stream].length - r->done[stream];
	size_t length = r->held[stream] + 1 + random_below(r, r->in_max);
	bool last;

	if (length > r->in_max)
		length = r->in_max;
	if (length > rest)
		length = rest;
	last = length == rest;
	compose(r, stream, length, last || length == r->in_max, last);
}

/* Whether a file may be rotated here, and is not too long. */
static bool
rotate(struct round *r)
{
	const struct text *out = &r->output;
	size_t line = 0;

	if (r->segment < r->limit || out->bytes[out->length - 1] != '\n')
		return true;
	while (
	    ++line < r->segment && out->bytes[out->length - line - 1] != '\n')
		;
	if (r->segment - line >= r->limit)
		return false;
	r->segment = 0;
	return true;
}

static bool
is_over(const struct round *r, unsigned int streams)
{
	unsigned int i;

	for (i = 0; i < streams; i++)
		if (r->done[i] < r->input[i].length)
			return false;
	return true;
}

static void
want(const struct round *r, struct text *text)
{
	const struct text *in = &r->input[0];
	bool begins = true;
	size_t i;

	for (i = 0; i < in->length; i++) {
		if (begins)
			add(text, heads[0], r->head_length);
		add(text, in->bytes + i, 1);
		begins = in->bytes[i] == '\n';
	}
	if (!begins && r->head_length > 0)
		add(text, "\n", 1);
}

/*
 * Where a line was too long to be held, another stream may have come between:
 * then it goes on in a line of its own.  What is left of each stream without
 * heads and newlines is what it was.
 */
static bool
is_each_there(const struct round *r, unsigned int streams)
{
	const char *p = r->output.bytes, *end = p + r->output.length, *q;
	size_t at[LOG_STREAMS] = { 0, 0 };
	const struct text *in;
	unsigned int stream;

	for (; p < end; p = q + 1) {
		q = memchr(p, '\n', (size_t)(end - p));
		if (q == NULL || (size_t)(q - p) < r->head_length)
			return false;
		stream = *p == 'e';
		if (memcmp(p, heads[stream], r->head_length) != 0)
			return false;
		in = &r->input[stream];
		for (p += r->head_length; p < q; p++, at[stream]++) {
			while (at[stream] < in->length &&
			       in->bytes[at[stream]] == '\n')
				at[stream]++;
			if (at[stream] == in->length ||
			    in->bytes[at[stream]] != *p)
				return false;
		}
	}
	for (stream = 0; stream < streams; stream++)
		for (in = &r->input[stream]; at[stream] < in->length;
		     at[stream]++)
			if (in->bytes[at[stream]] != '\n')
				return false;
	return true;
}

static bool
is_right(const struct round *r, unsigned int streams)
{
	struct text text = { NULL, 0, 0 };
	bool same;

	if (streams > 1)
		return is_each_there(r, streams);
	want(r, &text);
	same = text.length == r->output.length &&
	       (text.length == 0 ||
		   memcmp(text.bytes, r->output.bytes, text.length) == 0);
	free(text.bytes);
	return same;
}

static bool
play(size_t number)
{
	static const size_t in_maxs[] = { 1, 7, 100, 4096, 65536, IN_MAX };
	struct round r;
	unsigned int streams, i;
	size_t steps = 0;
	bool holds;

	memset(&r, 0, sizeof(r));
	r.random = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
	streams = 1 + (unsigned int)random_below(&r, 2);
	r.head_length =
	    streams == 2 || random_below(&r, 2) == 0 ? strlen(heads[0]) : 0;
	r.hold = streams == 2 || random_below(&r, 2) == 0;
	r.limit =
	    random_below(&r, 2) == 0 ? SIZE_MAX : 1 + random_below(&r, 20000);
	for (i = 0; i < streams; i++)
		make_input(&r, &r.input[i]);
	/* Bytes one by one take their time. */
	r.in_max = in_maxs[r.input[0].length + r.input[1].length < 2000
			       ? random_below(&r, 6)
			       : 2 + random_below(&r, 4)];
	holds = true;
	for (; holds && !is_over(&r, streams); steps++) {
		step(&r, (unsigned int)random_below(&r, streams));
		holds = rotate(&r) && steps < 10 * TEXT_MAX;
	}
	holds = holds && is_right(&r, streams);
	for (i = 0; i < LOG_STREAMS; i++)
		free(r.input[i].bytes);
	free(r.output.bytes);
	return holds;
}

int
main(int argc, char *argv[])
{
	size_t first = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	size_t count = argc > 2 ? strtoul(argv[2], NULL, 0) : 400;
	size_t i;

	for (i = first; i < first + count; i++)
		if (!play(i)) {
			printf("# number %zu\n", i);
			break;
		}
	ok(i == first + count, "each composition is what it should be");
	return tap_done();
}
