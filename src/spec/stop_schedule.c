/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/stop_schedule.h"

#include <string.h>

#define ITEM_LENGTH_MAX 19
#define WAIT_MAX_MS	(UINT64_C(366) * 86400 * 1000)

/* Where we are in the text. */
struct reader {
	struct stop_schedule schedule;
	const char *text;
	const char *next;  /* NULL after the last item */
	unsigned int item; /* counted from 1 */
	unsigned int column;
	bool repeats; /* there was a "forever" */
};

static const char *const faults[] = {
	[SCHEDULE_SHORT] = "must be a time, or a list of at least two items",
	[SCHEDULE_TIME] = "is no time (ms s m h d) from 0 to 366d",
	[SCHEDULE_ITEM] = "is no signal, time, forever or infinity",
	[SCHEDULE_LONG] = "is too long (is there a '/' missing?)",
	[SCHEDULE_FOREVER_TWICE] = "is there already",
	[SCHEDULE_FOREVER_LAST] = "is last: there is nothing to repeat",
	[SCHEDULE_FOREVER_IDLE] = "repeats without ever waiting",
	[SCHEDULE_MANY] = "is one too many: the most is 16",
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static enum schedule_fault
add_step(struct stop_schedule *schedule, int signal, uint64_t wait_ms)
{
	if (schedule->count == STOP_STEPS)
		return SCHEDULE_MANY;
	schedule->steps[schedule->count++] =
	    (struct stop_step){ signal, wait_ms };
	return 0;
}

static enum schedule_fault
read_forever(struct reader *reader)
{
	if (reader->repeats)
		return SCHEDULE_FOREVER_TWICE;
	reader->repeats = true;
	reader->schedule.repeat_from = reader->schedule.count;
	return 0;
}

static enum schedule_fault
read_item(struct reader *reader, const char *item)
{
	struct reason ignored;
	uint64_t ms;
	int signal;

	if (strlen(item) > ITEM_LENGTH_MAX)
		return SCHEDULE_LONG;
	if (strcmp(item, "forever") == 0)
		return read_forever(reader);
	if (strcmp(item, "infinity") == 0)
		return add_step(&reader->schedule, 0, UINT64_MAX);
	if (is_digit(*item)) {
		if (parse_time(item, 0, WAIT_MAX_MS, &ms, &ignored) == -1)
			return SCHEDULE_TIME;
		return add_step(&reader->schedule, 0, ms);
	}
	if (parse_signal(*item == '-' ? item + 1 : item, &signal, &ignored) ==
	    -1)
		return SCHEDULE_ITEM;
	return add_step(&reader->schedule, signal, 0);
}

/* A repetition that never waits would be a busy loop. */
static bool
waits_in_loop(const struct stop_schedule *schedule)
{
	unsigned int i;

	for (i = schedule->repeat_from; i < schedule->count; i++)
		if (schedule->steps[i].wait_ms > 0)
			return true;
	return false;
}

static enum schedule_fault
read_items(struct reader *reader, char item[PARSE_ITEM_ROOM])
{
	enum schedule_fault fault;

	while (reader->next != NULL) {
		reader->item++;
		reader->column =
		    (unsigned int)(reader->next - reader->text) + 1;
		(void)parse_item(&reader->next, '/', item);
		fault = read_item(reader, item);
		if (fault != 0)
			return fault;
	}
	if (!reader->repeats) {
		reader->schedule.repeat_from = reader->schedule.count;
		return 0;
	}
	if (reader->schedule.repeat_from == reader->schedule.count)
		return SCHEDULE_FOREVER_LAST;
	return waits_in_loop(&reader->schedule) ? 0 : SCHEDULE_FOREVER_IDLE;
}

/* One item, which has to be a time. */
static enum schedule_fault
read_single(struct stop_schedule *schedule, const char *text, int first_signal)
{
	struct reader scratch = { 0 };
	enum schedule_fault fault = SCHEDULE_SHORT;
	uint64_t ms;

	if (*text != '\0')
		fault = read_item(&scratch, text);
	if (fault == 0 && !is_digit(*text))
		fault = SCHEDULE_SHORT;
	if (fault != 0)
		return fault;
	ms = scratch.schedule.steps[0].wait_ms;
	*schedule = (struct stop_schedule){
		.count = 4,
		.repeat_from = 4,
		.steps = {
			{ first_signal, 0 }, { 0, ms },
			{ SIGKILL, 0 }, { 0, ms },
		},
	};
	return 0;
}

enum schedule_fault
stop_schedule_fault(struct stop_schedule *schedule, const char *text,
    int first_signal, struct reason *why)
{
	struct reader reader = { .text = text, .next = text };
	char item[PARSE_ITEM_ROOM] = "";
	enum schedule_fault fault;

	if (strchr(text, '/') == NULL) {
		fault = read_single(schedule, text, first_signal);
		if (fault != 0)
			(void)reason_set(why, "%s%s",
			    fault == SCHEDULE_SHORT ? "" : "it ",
			    faults[fault]);
		return fault;
	}
	fault = read_items(&reader, item);
	if (fault != 0)
		(void)reason_set(why, "item %u, '%.64s', in column %u %s",
		    reader.item, item, reader.column, faults[fault]);
	else
		*schedule = reader.schedule;
	return fault;
}

int
stop_schedule_parse(struct stop_schedule *schedule, const char *text,
    int first_signal, struct reason *why)
{
	return stop_schedule_fault(schedule, text, first_signal, why) == 0 ? 0
									   : -1;
}

static void
print_step(const struct stop_step *step, struct strbuf *text)
{
	struct strbuf name = { 0 };

	if (step->signal == 0) {
		if (step->wait_ms == UINT64_MAX)
			strbuf_add(text, "infinity");
		else
			print_time(text, step->wait_ms);
		return;
	}
	print_signal(&name, step->signal);
	/* A bare number would be a time. */
	strbuf_addf(text, "%s%s", is_digit(*name.bytes) ? "-" : "",
	    name.bytes);
	strbuf_fini(&name);
}

bool
stop_schedule_print(const struct stop_schedule *schedule, struct strbuf *text)
{
	unsigned int i;

	for (i = 0; i < schedule->count; i++) {
		if (i > 0)
			strbuf_add(text, "/");
		if (i == schedule->repeat_from)
			strbuf_add(text, "forever/");
		print_step(&schedule->steps[i], text);
	}
	/* One item would be read as another schedule. */
	if (schedule->count == 1 && schedule->repeat_from == 1)
		strbuf_add(text, "/0");
	return schedule->count != 0;
}
