/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_POLICY_H
#define SUPERVISE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/restart.h"

/*
 * What follows the end of a run: pure functions from values to values.
 * Times are given, never read; nothing here prints.
 */

/* How a run ended. */
struct ending {
	bool signalled;
	int number;		/* the signal, or the exit status */
	bool core;		/* and memory was dumped */
	bool timed_out;		/* we ended it: longer than --max-runtime, or
				   not ready in time */
	bool not_started;	/* there was no run: fork(2) and the like */
	uint64_t uptime_ms;	/* CLOCK_BOOTTIME, from its spawn to its end */
};

/* The meaning of an ending; systemd.service(5) has the same classes. */
enum outcome {
	OUTCOME_SUCCESS,	/* 0; HUP INT TERM PIPE; --success */
	OUTCOME_FAILURE,	/* any other exit status */
	OUTCOME_ABNORMAL,	/* any other signal, a time limit */
	OUTCOME_FATAL		/* --fatal */
};

enum policy_action {
	POLICY_RESTART,		/* run it again after delay_ms */
	POLICY_DONE,		/* it has ended and that was all */
	POLICY_GIVE_UP		/* it should run but must not be tried again */
};

/* Why, for the log; policy_reason_text() has the words. */
enum policy_reason {
	POLICY_NOT_ASKED,	/* DONE: the policy covers no such ending */
	POLICY_WAS_FATAL,	/* GIVE_UP: --fatal */
	POLICY_LIMIT,		/* GIVE_UP: --respawn-limit */
	POLICY_ENDED,		/* RESTART: --respawn */
	POLICY_SLOT,		/* RESTART: at the next multiple of --every */
	POLICY_NO_START		/* RESTART: it could not be started */
};

struct policy_decision {
	enum policy_action action;
	enum policy_reason reason;
	uint64_t delay_ms;	/* RESTART: from now */
};

/* What has to be remembered between runs.  All zero before the first. */
struct restart_state {
	unsigned int in_row;	/* restarts since the last healthy run */
	unsigned int no_starts;	/* failures to start since the last start */
	uint64_t last_delay_ms;
	unsigned int attempts;	/* too short runs, of this burst */
	unsigned int bursts;
	uint64_t ran_ms;	/* all uptimes together */
	struct {
		bool open;
		uint64_t since_ran_ms;
		unsigned int count;
	} window;		/* of --respawn-limit */
	bool has_slot;
	uint64_t slot_ms;	/* --every: when the present run was due */
	uint64_t restarts;	/* in all, for status */
};

/* An ending from what wait(2) gave; the flags that it cannot know are off. */
void	ending_from_wait(struct ending *ending, int wait_status,
	    uint64_t uptime_ms);

#define ENDING_TEXT_MAX 96
/*
 * "exited with status 3", "was killed by SIGSEGV (core dumped)", "exceeded
 * its time and was killed by SIGTERM": the predicate of a sentence.
 */
void	ending_describe(const struct ending *ending,
	    char text[ENDING_TEXT_MAX]);

#define DURATION_TEXT_MAX 32
/* "400 ms", "3.2 s", "5 min", "3 h": for people.  Returns text. */
const char	*duration_describe(uint64_t ms,
		    char text[DURATION_TEXT_MAX]);

/*
 * The status imp ends with after such an end: the exit status, or 128 + N.
 */
int	ending_exit_status(const struct ending *ending);

/* --fatal goes before all else, then time-outs, then --success. */
enum outcome	policy_classify(const struct spec_restart *policy,
		    const struct ending *ending);

/* A run begins now (monotonic): keeps the grid of --every. */
void	policy_started(const struct spec_restart *policy,
	    struct restart_state *state, uint64_t now_ms);

/*
 * A run has ended, or could not begin (ending->not_started).  now_ms is
 * monotonic; random is any value, uniformly distributed: it places the delay
 * within +-20 %.
 *
 * Delays: delay.ms[0], doubled each time up to max_delay_ms, jittered and
 * never above the larger of the two; or, with more than one in the list,
 * exactly those, the last one again and again.  Back to the first after a run
 * longer than 60 s and than twice the last delay.  A start that failed is
 * always tried again: after 1 s, doubled each time up to the maximum; this
 * does not count for the limit.
 *
 * The limit: more than count restarts in per_ms (0: since the last healthy
 * run).  Only time in which it ran counts; our own delays do not make a
 * crash loop look slow.  The window opens with its first restart.
 *
 * --every: the next multiple of every_ms after the first start that is not
 * over.  With --respawn too, the earlier of the two.  It ends after --fatal.
 *
 * restart_burst, if it is set, takes the place of delays and limit: a run
 * shorter than acceptable_ms is an attempt; after so many of them comes the
 * pause, or after the last burst nothing; all else is started again at once.
 */
struct policy_decision	policy_decide(const struct spec_restart *policy,
			    struct restart_state *state,
			    const struct ending *ending, uint64_t now_ms,
			    uint32_t random);

/* Forget what has gone wrong so far: the next delay is the first again. */
void	policy_reset(struct restart_state *state);

/* "restart limit reached" and so on: static text. */
const char	*policy_reason_text(enum policy_reason reason);

#endif
