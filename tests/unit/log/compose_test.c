/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/compose.h"

#include <stdlib.h>

#include "unit/tap.h"

struct fixture {
	struct ledger ledger;
	struct compose c;
	char out[1 << 16];
};

static struct fixture *
new_fixture(const char *head)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		abort();
	f->c.ledger = &f->ledger;
	f->c.head = head;
	f->c.head_length = strlen(head);
	f->c.until = UINT64_MAX;
	f->c.out = f->out;
	f->c.room = sizeof(f->out);
	return f;
}

static size_t
feed(struct fixture *f, const char *text)
{
	return compose_lines(&f->c, text, strlen(text));
}

static const char *
output(struct fixture *f)
{
	f->out[f->c.used] = '\0';
	return f->out;
}

static void
test_lines(void)
{
	struct fixture *f = new_fixture("h ");

	is_int((intmax_t)feed(f, "a\n\nb"), 4, "all of it is taken");
	is_str(output(f), "h a\nh \nh b", "a head for each line");
	feed(f, "c");
	feed(f, "d\ne\n");
	is_str(output(f), "h a\nh \nh bcd\nh e\n",
	    "and none in the middle of one");
	is_int((intmax_t)f->ledger.stats.lines, 4, "lines are counted");
	f->c.hold = true;
	is_int((intmax_t)feed(f, "f\ng"), 2, "a part of a line is held");
	f->c.flush = f->c.end_line = true;
	is_int((intmax_t)feed(f, "g"), 1, "until it is asked for");
	is_str(output(f), "h a\nh \nh bcd\nh e\nh f\nh g\n",
	    "and then it is terminated");
	free(f);
}

static void
test_streams(void)
{
	struct fixture *f = new_fixture("1 ");

	feed(f, "part");
	f->c.stream = LOG_STDERR;
	f->c.head = "2 ";
	feed(f, "line\n");
	f->c.stream = LOG_STDOUT;
	f->c.head = "1 ";
	feed(f, "rest\n");
	is_str(output(f), "1 part\n2 line\n1 rest\n",
	    "a line that another stream interrupts goes on under its head");
	free(f);
}

static void
test_limits(void)
{
	struct fixture *f = new_fixture("h ");

	f->c.until = 5;
	is_int((intmax_t)feed(f, "a\nb\nc\n"), 4,
	    "the line that crosses the size is the last");
	free(f);
	f = new_fixture("h ");
	f->c.room = 3 * (2 + COMPOSE_NOTE_MAX);
	f->c.used = f->c.room - 5;
	is_int((intmax_t)feed(f, "a\nb\n"), 2, "no more than there is room");
	free(f);
	f = new_fixture("h ");
	f->c.mid_line = true;
	feed(f, "a\n");
	is_str(output(f), "\nh a\n", "a line begins on a line of its own");
	free(f);
}

static void
test_flood(void)
{
	struct fixture *f = new_fixture("");

	f->c.rate.count = 2;
	f->c.rate.per_ms = 1000;
	feed(f, "1\n2\n3\n4 part");
	feed(f, " rest\n");
	f->c.now_ms = 1000;
	feed(f, "5\n");
	is_str(output(f), "1\n2\nimp: suppressed 2 lines\n5\n",
	    "lines over the rate are left out, and noted");
	is_int((intmax_t)f->ledger.stats.suppressed_lines, 2, "and counted");
	free(f);
}

static void
test_drop(void)
{
	struct fixture *f = new_fixture("h ");
	char note[COMPOSE_NOTE_MAX];

	compose_drop(&f->ledger, LOG_STDOUT, "1\n2\n3", 5, 1000000);
	is_int((intmax_t)feed(f, "rest\n4\n"), 5,
	    "the rest of a line is dropped with its beginning");
	is_str(output(f), "", "nothing of it is stored");
	compose_drop_note(note, &f->ledger);
	ok(strncmp(note, "10 bytes (3 lines) dropped between 1970", 39) == 0,
	    "the note has the sums");
	f->c.drop_note = note;
	feed(f, "4\n");
	ok(strncmp(output(f), "h imp: 10 bytes", 15) == 0,
	    "it stands before the next line");
	ok(strstr(output(f), "\nh 4\n") != NULL, "which follows");
	is_int((intmax_t)f->ledger.drop.bytes, 0, "and is written once");
	is_int((intmax_t)f->ledger.stats.dropped_bytes, 10,
	    "the statistics remember");
	free(f);
}

/* Any cut of the input gives the same output. */
static void
test_cuts(void)
{
	static const char text[] = "a\n\nbc\nlonger line\n\n\nx";
	struct fixture *whole = new_fixture("h ");
	size_t i, length = sizeof(text) - 1;
	bool same = true;

	feed(whole, text);
	for (i = 0; i <= length; i++) {
		struct fixture *f = new_fixture("h ");

		compose_lines(&f->c, text, i);
		compose_lines(&f->c, text + i, length - i);
		same = same && strcmp(output(f), output(whole)) == 0;
		free(f);
	}
	ok(same, "wherever the input is cut, the output is the same");
	free(whole);
}

int
main(void)
{
	test_lines();
	test_streams();
	test_limits();
	test_flood();
	test_drop();
	test_cuts();
	return tap_done();
}
