/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/state.h"

#include "unit/supervise/event_name.h"
#include "unit/tap.h"

/*
 * The whole matrix, written down a second time: a line per state, a word per
 * event.  "." is ignored, "A" alone an action without a change of state.
 */
static const char *const matrix[ST_COUNT][EV_COUNT] = {
	[ST_DOWN] = { "STARTING SPAWN", ".", ".", ".", ".", ".", ".",
		"STARTING SPAWN", "STOPPING KILL_LEFT", ".", ".",
		"STOPPING KILL_LEFT", ".", "." },
	[ST_STARTING] = { ".", "BACKOFF PLAN_RETRY", "UP UP",
		"ENDING BEGIN_STOP", "BACKOFF PLAN", "ENDING BEGIN_STOP",
		"ENDING ARM_STOP", "REPLACING BEGIN_STOP",
		"STOPPING BEGIN_STOP", ".", ".", ".", ".", "." },
	[ST_UP] = { ".", ".", ".", ".", "BACKOFF PLAN", "ENDING BEGIN_STOP",
		"ENDING ARM_STOP", "REPLACING BEGIN_STOP",
		"STOPPING BEGIN_STOP", ".", ".", ".", ".", "." },
	[ST_ENDING] = { "STAY NEXT_STEP", ".", ".", ".", "BACKOFF PLAN", ".",
		".", "REPLACING RESUME_STOP", "STOPPING BEGIN_STOP", ".", ".",
		".", "STAY REPORT_REFUSED", "." },
	[ST_REPLACING] = { "STAY NEXT_STEP", ".", ".", ".", "STAY KILL_LEFT",
		".", ".", "STAY RESUME_STOP", "STOPPING RESUME_STOP", ".", ".",
		".", "STAY REPORT_REFUSED", "STARTING SPAWN" },
	[ST_BACKOFF] = { "STARTING SPAWN", ".", ".", ".", ".", ".", ".",
		"STARTING SPAWN", "STOPPING KILL_LEFT", ".", "DOWN NONE",
		"STOPPING KILL_LEFT", ".", "." },
	[ST_STOPPING] = { "STAY NEXT_STEP", ".", ".", ".", "STAY KILL_LEFT",
		".", ".", ".", "STAY RESUME_STOP", "STAY NEXT_STEP", ".", ".",
		"STAY REPORT_REFUSED", "GONE LEAVE" },
	[ST_GONE] = { ".", ".", ".", ".", ".", ".", ".", ".", ".", ".", ".",
		".", ".", "." },
};

static const char *const state_words[ST_COUNT] = {
	[ST_STAY] = "STAY",
	[ST_DOWN] = "DOWN",
	[ST_STARTING] = "STARTING",
	[ST_UP] = "UP",
	[ST_ENDING] = "ENDING",
	[ST_REPLACING] = "REPLACING",
	[ST_BACKOFF] = "BACKOFF",
	[ST_STOPPING] = "STOPPING",
	[ST_GONE] = "GONE",
};

static const char *const action_words[ACT_COUNT] = {
	[ACT_NONE] = "NONE",
	[ACT_SPAWN] = "SPAWN",
	[ACT_UP] = "UP",
	[ACT_PLAN] = "PLAN",
	[ACT_PLAN_RETRY] = "PLAN_RETRY",
	[ACT_BEGIN_STOP] = "BEGIN_STOP",
	[ACT_ARM_STOP] = "ARM_STOP",
	[ACT_RESUME_STOP] = "RESUME_STOP",
	[ACT_NEXT_STEP] = "NEXT_STEP",
	[ACT_KILL_LEFT] = "KILL_LEFT",
	[ACT_REPORT_REFUSED] = "REPORT_REFUSED",
	[ACT_LEAVE] = "LEAVE",
};

static void
print_step(char text[64], enum state state, enum event event)
{
	struct step step = state_step(state, event);

	if (step.next == state && step.action == ACT_NONE)
		(void)snprintf(text, 64, ".");
	else
		(void)snprintf(text, 64, "%s %s",
		    state_words[step.next == state ? ST_STAY : step.next],
		    action_words[step.action]);
}

static void
test_matrix(void)
{
	char text[64], name[96];
	enum state state;
	enum event event;

	for (state = ST_DOWN; state < ST_COUNT; state++)
		for (event = EV_DUE; event < EV_COUNT; event++) {
			print_step(text, state, event);
			(void)snprintf(name, sizeof(name), "%s, %s: %s",
			    state_name(state), event_name(event),
			    matrix[state][event]);
			is_str(text, matrix[state][event], name);
		}
}

/* Whatever comes after a stop, in whatever order, nothing is started. */
static void
test_stop_is_final(void)
{
	enum state state;
	enum event event;
	int starts = 0;
	int ways_back = 0;

	for (state = ST_STOPPING; state <= ST_GONE; state++)
		for (event = EV_DUE; event < EV_COUNT; event++) {
			struct step step = state_step(state, event);

			starts += step.action == ACT_SPAWN;
			ways_back += step.next != ST_STOPPING &&
			    step.next != ST_GONE;
		}
	is_int(starts, 0, "after a stop nothing is started");
	is_int(ways_back, 0, "and no event leads back");
	for (state = ST_DOWN; state < ST_GONE; state++)
		ways_back += state_step(state, EV_STOP).next != ST_STOPPING;
	is_int(ways_back, 0, "a stop is obeyed in every state");
}

/* Whether there is a main process in this state. */
static bool
has_run(enum state state)
{
	return state == ST_STARTING || state == ST_UP || state == ST_ENDING ||
	    state == ST_REPLACING;
}

/* A spawn must not happen while there is a main process. */
static void
test_one_run(void)
{
	enum state state;
	enum event event;
	int twins = 0;

	for (state = ST_DOWN; state < ST_COUNT; state++)
		for (event = EV_DUE; event < EV_COUNT; event++)
			twins += event != EV_ALL_GONE &&
			    has_run(state) &&
			    state_step(state, event).action == ACT_SPAWN;
	is_int(twins, 0, "no run is started beside another");
}

int
main(void)
{
	test_matrix();
	test_stop_is_final();
	test_one_run();
	return tap_done();
}
