/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/stop_schedule.h"

#include "unit/tap.h"

static const struct {
	const char *text;
	enum schedule_fault fault;
	const char *reason;
} faults[] = {
	{ "TERM", SCHEDULE_SHORT, "at least two items" },
	{ "", SCHEDULE_SHORT, "at least two items" },
	{ "5x", SCHEDULE_TIME, "time" },
	{ "TERM/5x/KILL", SCHEDULE_TIME, "item 2, '5x', in column 6" },
	{ "TERM/10/KLL/5", SCHEDULE_ITEM, "item 3, 'KLL', in column 9" },
	{ "TERM//KILL", SCHEDULE_ITEM, "item 2, '', in column 6" },
	{ "TERM/", SCHEDULE_ITEM, "item 2" },
	{ "/TERM", SCHEDULE_ITEM, "item 1, '', in column 1" },
	{ "TERM/-99", SCHEDULE_ITEM, "item 2" },
	{ "TERM/367d", SCHEDULE_TIME, "item 2" },
	{ "TERM/12345678901234567890", SCHEDULE_LONG, "item 2" },
	{ "forever/TERM/1/forever/KILL", SCHEDULE_FOREVER_TWICE, "item 4" },
	{ "TERM/5/forever", SCHEDULE_FOREVER_LAST, "item 3" },
	{ "5/forever/TERM", SCHEDULE_FOREVER_IDLE, "item 3" },
	{ "1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1", SCHEDULE_MANY, "item 17" },
};

static void
test_faults(void)
{
	struct stop_schedule schedule;
	struct reason why;
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		schedule = (struct stop_schedule){ .count = 99 };
		snprintf(
		    name, sizeof(name), "'%.40s' is refused", faults[i].text);
		is_int(stop_schedule_fault(
			   &schedule, faults[i].text, SIGTERM, &why),
		    faults[i].fault, name);
		snprintf(name, sizeof(name), "'%.40s' is told where",
		    faults[i].text);
		if (!ok(strstr(why.text, faults[i].reason) != NULL, name))
			printf("# %s\n", why.text);
		snprintf(name, sizeof(name), "'%.40s' changes nothing",
		    faults[i].text);
		is_int(schedule.count, 99, name);
	}
}

static void
test_list(void)
{
	struct stop_schedule s = { 0 };
	struct reason why;

	is_int(stop_schedule_parse(&s, "INT/1.5/forever/-9/2m", SIGTERM, &why),
	    0, "a list with all kinds of items is read");
	is_int(s.count, 4, "forever is no step of its own");
	is_int(s.repeat_from, 2, "it says where the repetition begins");
	is_int(s.steps[0].signal, SIGINT, "a name is a signal");
	is_int((intmax_t)s.steps[1].wait_ms, 1500, "a number is a wait");
	is_int(s.steps[2].signal, SIGKILL, "-NUMBER is a signal");
	is_int((intmax_t)s.steps[3].wait_ms, 120000, "times take units");
}

static void
test_single(void)
{
	struct stop_schedule s = { 0 };
	struct reason why;

	(void)stop_schedule_parse(&s, "7", SIGINT, &why);
	is_int(s.count, 4, "one time makes four steps");
	is_int(s.repeat_from, 4, "and repeats nothing");
	is_int(s.steps[0].signal, SIGINT, "the first signal is the given one");
	is_int((intmax_t)s.steps[1].wait_ms, 7000, "then it waits");
	is_int(s.steps[2].signal, SIGKILL, "then it kills");
	is_int((intmax_t)s.steps[3].wait_ms, 7000, "and waits again");
}

int
main(void)
{
	test_faults();
	test_list();
	test_single();
	return tap_done();
}
