/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/schedule.h"

#include <signal.h>

#include "base/clock.h"
#include "unit/tap.h"

static const struct stop_schedule usual = {
	.count = 4,
	.repeat_from = 4,
	.steps = {
		{ .signal = SIGTERM },
		{ .wait_ms = 10000 },
		{ .signal = SIGKILL },
		{ .wait_ms = 5000 },
	},
};

static bool
sends(struct schedule_move move, int signal)
{
	return move.kind == SCHEDULE_SIGNAL && move.signal == signal;
}

static bool
waits(struct schedule_move move, uint64_t until_ms)
{
	return move.kind == SCHEDULE_WAIT && move.until_ms == until_ms;
}

static void
test_walk(void)
{
	struct schedule walk;
	struct schedule_move move;

	schedule_begin(&walk, &usual);
	move = schedule_next(&walk, 100);
	ok(sends(move, SIGTERM) && !move.kill_all, "it begins with TERM");
	ok(move.then_cont, "which is followed by CONT");
	ok(waits(schedule_next(&walk, 100), 10100), "then it waits");
	ok(waits(schedule_next(&walk, 5000), 10100),
	    "asked too early it waits on, until the same moment");
	move = schedule_next(&walk, 10100);
	ok(sends(move, SIGKILL) && move.kill_all, "then all are killed");
	ok(!move.then_cont, "without a CONT");
	ok(waits(schedule_next(&walk, 10100), 15100), "and waited for");
	is_int(schedule_next(&walk, 15100).kind, SCHEDULE_OVER,
	    "then nothing is left to do");
	is_int(schedule_next(&walk, 99999).kind, SCHEDULE_OVER,
	    "and it stays so");
	schedule_hurry(&walk);
	ok(sends(schedule_next(&walk, 99999), SIGTERM),
	    "asked again it begins again");
}

static void
test_hurry(void)
{
	struct schedule walk;

	schedule_begin(&walk, &usual);
	(void)schedule_next(&walk, 0);
	(void)schedule_next(&walk, 0);
	schedule_hurry(&walk);
	ok(sends(schedule_next(&walk, 1), SIGKILL),
	    "in a hurry the next step comes at once");
	ok(waits(schedule_next(&walk, 1), 5001), "and takes its time");
}

static void
test_forever(void)
{
	static const struct stop_schedule plan = {
		.count = 4,
		.repeat_from = 2,
		.steps = {
			{ .signal = SIGINT },
			{ .wait_ms = 1000 },
			{ .signal = SIGKILL },
			{ .wait_ms = 10 },
		},
	};
	struct schedule walk;
	uint64_t now_ms = 1000;
	int i;
	int wrong = 0;

	schedule_begin(&walk, &plan);
	(void)schedule_next(&walk, 0);
	(void)schedule_next(&walk, 0);
	for (i = 0; i < 100; i++) {
		wrong += !sends(schedule_next(&walk, now_ms), SIGKILL);
		wrong += !waits(schedule_next(&walk, now_ms), now_ms + 10);
		now_ms += 10;
	}
	is_int(wrong, 0, "the repeated part is repeated");
	schedule_hurry(&walk);
	ok(sends(schedule_next(&walk, now_ms), SIGKILL),
	    "a hurry at its end repeats it, too");
}

static void
test_no_spinning(void)
{
	static const struct stop_schedule plan = {
		.count = 1,
		.repeat_from = 0,
		.steps = { { .signal = SIGTERM } },
	};
	struct schedule walk;

	schedule_begin(&walk, &plan);
	ok(sends(schedule_next(&walk, 0), SIGTERM),
	    "a repeated part without a wait");
	ok(waits(schedule_next(&walk, 0), 1000), "gets one");
	ok(sends(schedule_next(&walk, 1000), SIGTERM), "in each");
	ok(waits(schedule_next(&walk, 1000), 2000), "round");
}

static void
test_edges(void)
{
	static const struct stop_schedule endless = {
		.count = 2,
		.repeat_from = 2,
		.steps = { { .signal = SIGTERM }, { .wait_ms = UINT64_MAX } },
	};
	static const struct stop_schedule empty = { 0 };
	struct schedule walk;

	schedule_begin(&walk, &endless);
	(void)schedule_next(&walk, 7);
	ok(waits(schedule_next(&walk, 7), CLOCK_NEVER),
	    "a wait can be without end");
	ok(waits(schedule_next(&walk, UINT64_MAX - 1), CLOCK_NEVER),
	    "at any time");
	schedule_begin(&walk, &empty);
	is_int(schedule_next(&walk, 0).kind, SCHEDULE_OVER,
	    "an empty schedule is over at once");
	schedule_hurry(&walk);
	is_int(schedule_next(&walk, 0).kind, SCHEDULE_OVER,
	    "even in a hurry");
}

static void
test_signals(void)
{
	static const int harmless[] = { SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP,
		SIGTTIN, SIGTTOU, SIGURG, SIGWINCH };
	int signal;
	size_t i;
	int terminating = 0;

	for (signal = 1; signal <= 64; signal++)
		terminating += schedule_signal_terminates(signal);
	is_int(terminating, 56, "all signals but eight end a process");
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		terminating += schedule_signal_terminates(harmless[i]);
	is_int(terminating, 56, "and those are the eight");
}

int
main(void)
{
	test_walk();
	test_hurry();
	test_forever();
	test_no_spinning();
	test_edges();
	test_signals();
	return tap_done();
}
