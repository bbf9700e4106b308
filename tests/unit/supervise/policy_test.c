/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/policy.h"

#include <signal.h>

#include "unit/tap.h"

#define CENTRE 0x80000000u	/* no jitter */
#define MINUTE 60000u

static struct ending
exited(int status, uint64_t uptime_ms)
{
	return (struct ending){ .number = status, .uptime_ms = uptime_ms };
}

static struct ending
killed(int signal, uint64_t uptime_ms)
{
	return (struct ending){
		.signalled = true,
		.number = signal,
		.uptime_ms = uptime_ms,
	};
}

static struct spec_restart
defaults(enum respawn respawn)
{
	return (struct spec_restart){
		.respawn = respawn,
		.delay = { .count = 1, .ms = { 100 } },
		.max_delay_ms = MINUTE,
		.fatal = { .codes = { 0, UINT64_C(1) << 0 | 1 << 14,
		    0, 0 } },	/* 64, 78 */
	};
}

static void
test_wait_status(void)
{
	struct ending ending;
	char text[ENDING_TEXT_MAX];

	ending_from_wait(&ending, 3 << 8, 7);
	ok(!ending.signalled && ending.number == 3 && ending.uptime_ms == 7,
	    "an exit status is taken from the wait status");
	ending_describe(&ending, text);
	is_str(text, "exited with status 3", "and described");
	is_int(ending_exit_status(&ending), 3, "and passed on");

	ending_from_wait(&ending, SIGSEGV | 0x80, 0);
	ok(ending.signalled && ending.number == SIGSEGV && ending.core,
	    "a signal with a core dump is told");
	ending_describe(&ending, text);
	is_str(text, "was killed by SIGSEGV (core dumped)", "and described");
	is_int(ending_exit_status(&ending), 128 + SIGSEGV,
	    "and passed on as 128 + N");

	ending_from_wait(&ending, SIGTERM, 0);
	ending.timed_out = true;
	ending_describe(&ending, text);
	is_str(text, "exceeded its time and was killed by SIGTERM",
	    "a time limit is described");
	ending = (struct ending){ .signalled = true, .number = SIGRTMIN + 3 };
	ending_describe(&ending, text);
	is_str(text, "was killed by SIGRTMIN+3", "real-time signals too");
	ending.not_started = true;
	ending_describe(&ending, text);
	is_str(text, "could not be started", "and a start that failed");
}

static enum outcome
classify(struct ending ending)
{
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);

	policy.success.codes[0] = 1 << 3;
	policy.success.signals = UINT64_C(1) << (SIGUSR1 - 1);
	policy.fatal.signals = UINT64_C(1) << (SIGSYS - 1);
	return policy_classify(&policy, &ending);
}

static void
test_classes(void)
{
	static const int clean[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };
	struct ending ending;
	int status, i;
	int wrong = 0;

	for (status = 0; status <= 255; status++) {
		enum outcome want = OUTCOME_FAILURE;

		if (status == 0 || status == 3)
			want = OUTCOME_SUCCESS;
		if (status == 64 || status == 78)
			want = OUTCOME_FATAL;
		wrong += classify(exited(status, 0)) != want;
	}
	is_int(wrong, 0, "each exit status is in its class");
	for (i = 0; i < 4; i++)
		wrong += classify(killed(clean[i], 0)) != OUTCOME_SUCCESS;
	is_int(wrong, 0, "HUP, INT, TERM and PIPE are a success");
	is_int(classify(killed(SIGUSR1, 0)), OUTCOME_SUCCESS,
	    "so is a signal in --success");
	is_int(classify(killed(SIGKILL, 0)), OUTCOME_ABNORMAL,
	    "any other signal is abnormal");
	is_int(classify(killed(SIGSYS, 0)), OUTCOME_FATAL,
	    "a signal in --fatal is fatal");
	ending = exited(0, 0);
	ending.timed_out = true;
	is_int(classify(ending), OUTCOME_ABNORMAL,
	    "a run over its time is abnormal, whatever its status");
	ending = exited(64, 0);
	ending.timed_out = true;
	is_int(classify(ending), OUTCOME_FATAL, "--fatal goes before that");
}

/* As systemd.service(5) has it: S success, F failure, A abnormal. */
static void
test_policies(void)
{
	static const enum respawn respawns[] = { RESPAWN_NEVER, RESPAWN_ALWAYS,
		RESPAWN_ON_FAILURE, RESPAWN_ON_ABNORMAL };
	static const bool want[4][3] = {
		{ false, false, false },
		{ true, true, true },
		{ false, true, true },
		{ false, false, true },
	};
	struct ending endings[3] = { exited(0, 0), exited(1, 0),
		killed(SIGABRT, 0) };
	struct policy_decision decision;
	int i, j;
	int wrong = 0;

	for (i = 0; i < 4; i++)
		for (j = 0; j < 3; j++) {
			struct spec_restart policy = defaults(respawns[i]);
			struct restart_state state = { 0 };

			policy_started(&policy, &state, 0);
			decision = policy_decide(&policy, &state, &endings[j],
			    0, CENTRE);
			wrong += (decision.action == POLICY_RESTART) !=
			    want[i][j];
			if (!want[i][j])
				wrong += decision.action != POLICY_DONE;
		}
	is_int(wrong, 0, "the policies restart what systemd's do");
}

static uint64_t
delay_after(const struct spec_restart *policy, struct restart_state *state,
    uint64_t uptime_ms, uint32_t random)
{
	struct ending ending = exited(1, uptime_ms);
	struct policy_decision decision =
	    policy_decide(policy, state, &ending, 0, random);

	return decision.action == POLICY_RESTART ? decision.delay_ms :
	    UINT64_MAX;
}

static void
test_doubling(void)
{
	static const uint64_t want[] = { 100, 200, 400, 800, 1600, 3200, 6400,
		12800, 25600, 51200, 60000 };
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);
	struct restart_state state = { 0 };
	uint64_t got;
	int i;
	int wrong = 0;

	for (i = 0; i < 11; i++) {
		got = delay_after(&policy, &state, 0, CENTRE);
		/* At the cap the spread is downwards only. */
		if (i == 10)
			wrong += got != 54000;
		else if (i == 9)
			wrong += got < 50000 || got > 60000;
		else
			wrong += got != want[i];
	}
	is_int(wrong, 0, "the delay doubles up to its maximum");
	for (i = 0; i < 100; i++)
		got = delay_after(&policy, &state, 0, UINT32_MAX);
	is_int((intmax_t)got, MINUTE, "which is never exceeded");
	is_int((intmax_t)delay_after(&policy, &state, 0, 0), 48000,
	    "nor undercut by more than 20 %");
	state = (struct restart_state){ 0 };
	is_int((intmax_t)delay_after(&policy, &state, 0, 0), 80,
	    "the least random value gives -20 %");
	state = (struct restart_state){ 0 };
	is_int((intmax_t)delay_after(&policy, &state, 0, UINT32_MAX), 120,
	    "the greatest +20 %");
	policy.delay.ms[0] = 0;
	state = (struct restart_state){ 0 };
	for (i = 0; i < 100; i++)
		got = delay_after(&policy, &state, 0, UINT32_MAX);
	is_int((intmax_t)got, 0, "a delay of 0 stays 0");
	policy.delay.ms[0] = 120000;
	state = (struct restart_state){ 0 };
	(void)delay_after(&policy, &state, 0, UINT32_MAX);
	is_int((intmax_t)delay_after(&policy, &state, 0, UINT32_MAX), 120000,
	    "a first delay above the maximum is kept");
	policy.delay.ms[0] = UINT64_MAX - 1;
	policy.max_delay_ms = UINT64_MAX - 1;
	state = (struct restart_state){ 0 };
	(void)delay_after(&policy, &state, 0, UINT32_MAX);
	ok(delay_after(&policy, &state, 0, UINT32_MAX) > UINT64_MAX / 2,
	    "the largest delay does not overflow");
}

static void
test_list(void)
{
	static const uint64_t want[] = { 1000, 1000, 5000, 30000, 30000 };
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);
	struct restart_state state = { 0 };
	int i;
	int wrong = 0;

	policy.delay.count = 4;
	for (i = 0; i < 4; i++)
		policy.delay.ms[i] = want[i];
	for (i = 0; i < 5; i++)
		wrong += delay_after(&policy, &state, 0, 0) != want[i];
	is_int(wrong, 0, "a list of delays is followed to the letter");
	is_int((intmax_t)delay_after(&policy, &state, 60001, 0), 1000,
	    "and begins again after a healthy run");
}

static void
test_reset(void)
{
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);
	struct restart_state state = { 0 };
	int i;

	(void)delay_after(&policy, &state, 0, CENTRE);
	is_int((intmax_t)delay_after(&policy, &state, MINUTE, CENTRE), 200,
	    "a run of 60 s is not yet healthy");
	is_int((intmax_t)delay_after(&policy, &state, MINUTE + 1, CENTRE),
	    100, "a longer one is");
	policy.max_delay_ms = 600000;
	for (i = 0; i < 10; i++)
		(void)delay_after(&policy, &state, 0, CENTRE);
	ok(delay_after(&policy, &state, MINUTE + 1, CENTRE) > 100000,
	    "but not if the last delay was more than half of it");
	policy_reset(&state);
	is_int((intmax_t)delay_after(&policy, &state, 0, CENTRE), 100,
	    "a reset goes back to the first delay");
}

static void
test_limit(void)
{
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);
	struct restart_state state = { 0 };
	struct ending ending = exited(1, 1000);
	struct policy_decision decision;
	uint64_t now_ms = 0;
	int i;
	int given = 0;

	policy.limit.count = 3;
	policy.limit.per_ms = 10000;
	policy.delay.ms[0] = 8000;
	for (i = 0; i < 3; i++) {
		now_ms += 1000;
		decision = policy_decide(&policy, &state, &ending, now_ms,
		    CENTRE);
		now_ms += decision.delay_ms;
		given += decision.action == POLICY_RESTART;
	}
	is_int(given, 3, "as many restarts as the limit allows");
	decision = policy_decide(&policy, &state, &ending, now_ms, CENTRE);
	ok(decision.action == POLICY_GIVE_UP &&
	    decision.reason == POLICY_LIMIT && now_ms > 30000,
	    "one more gives up, though our delays were longer than TIME");

	state = (struct restart_state){ 0 };
	ending.uptime_ms = 5000;
	for (given = 0; given < 20; given++)
		if (policy_decide(&policy, &state, &ending, 0, CENTRE).action !=
		    POLICY_RESTART)
			break;
	is_int(given, 20, "slower failures never reach the limit");

	policy.limit.per_ms = 0;
	state = (struct restart_state){ 0 };
	for (given = 0; given < 20; given++)
		if (policy_decide(&policy, &state, &ending, 0, CENTRE).action !=
		    POLICY_RESTART)
			break;
	is_int(given, 3, "without a TIME all failures in a row count");
	ending.uptime_ms = 600000;
	is_int(policy_decide(&policy, &state, &ending, 0, CENTRE).action,
	    POLICY_RESTART, "until a healthy run");
}

static void
test_fatal(void)
{
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);
	struct restart_state state = { 0 };
	struct ending ending = exited(78, 0);
	struct policy_decision decision;

	policy.every_ms = 1000;
	policy_started(&policy, &state, 0);
	decision = policy_decide(&policy, &state, &ending, 0, CENTRE);
	ok(decision.action == POLICY_GIVE_UP &&
	    decision.reason == POLICY_WAS_FATAL,
	    "a fatal status is never followed by a restart");
}

static void
test_no_start(void)
{
	struct spec_restart policy = defaults(RESPAWN_NEVER);
	struct restart_state state = { 0 };
	struct ending ending = { .not_started = true };
	struct policy_decision decision;
	int i;

	policy.limit.count = 1;
	policy.limit.per_ms = MINUTE;
	decision = policy_decide(&policy, &state, &ending, 0, CENTRE);
	ok(decision.action == POLICY_RESTART && decision.delay_ms == 1000,
	    "a start that fails is tried again after a second");
	decision = policy_decide(&policy, &state, &ending, 0, CENTRE);
	ok(decision.action == POLICY_RESTART && decision.delay_ms == 2000,
	    "then after two, whatever the limit");
	for (i = 0; i < 100; i++)
		decision = policy_decide(&policy, &state, &ending, 0,
		    UINT32_MAX);
	is_int((intmax_t)decision.delay_ms, MINUTE, "up to the maximum");
	policy_started(&policy, &state, 0);
	decision = policy_decide(&policy, &state, &ending, 0, CENTRE);
	is_int((intmax_t)decision.delay_ms, 1000,
	    "a start that works begins this anew");
}

/* A run of so many seconds; returns the delay, or -1 for giving up. */
static intmax_t
burst_delay(const struct spec_restart *policy, struct restart_state *state,
    uint64_t seconds)
{
	struct ending ending = exited(0, seconds * 1000);
	struct policy_decision decision;

	decision = policy_decide(policy, state, &ending, 0, CENTRE);
	return decision.action == POLICY_RESTART ? (intmax_t)decision.delay_ms
						 : -1;
}

static void
test_bursts(void)
{
	struct spec_restart policy = defaults(RESPAWN_ALWAYS);
	struct restart_state state = { 0 };

	policy.burst = (struct restart_burst){ .set = true, .attempts = 3,
		.acceptable_ms = 10000, .pause_ms = 300000, .limit = 2 };
	is_int(burst_delay(&policy, &state, 1), 0,
	    "in a burst a short run is followed by the next at once");
	is_int(burst_delay(&policy, &state, 1000), 0,
	    "and so is a long one");
	is_int(burst_delay(&policy, &state, 9), 0,
	    "which does not count, nor make up for short ones");
	is_int(burst_delay(&policy, &state, 1), 300000,
	    "the last attempt is followed by the pause");
	is_int(burst_delay(&policy, &state, 10), 0,
	    "a run that is just long enough does not count");
	is_int(burst_delay(&policy, &state, 1), 0, "then a burst begins anew");
	is_int(burst_delay(&policy, &state, 1), 0, "with as many attempts");
	is_int(burst_delay(&policy, &state, 1), -1,
	    "the last burst ends it all");
	policy_reset(&state);
	is_int(burst_delay(&policy, &state, 1), 0, "unless it was forgotten");
	policy.burst.attempts = 0;
	policy.burst.limit = 0;
	is_int(burst_delay(&policy, &state, 1), 300000,
	    "without attempts each short run is followed by the pause");
	is_int(burst_delay(&policy, &state, 10), 0, "and no other");
}

static struct policy_decision
end_run(const struct spec_restart *policy, struct restart_state *state,
    uint64_t from_ms, uint64_t to_ms, int status)
{
	struct ending ending = exited(status, to_ms - from_ms);

	policy_started(policy, state, from_ms);
	return policy_decide(policy, state, &ending, to_ms, CENTRE);
}

static void
test_every(void)
{
	struct spec_restart policy = defaults(RESPAWN_NEVER);
	struct restart_state state = { 0 };
	struct policy_decision decision;

	policy.every_ms = 10000;
	decision = end_run(&policy, &state, 5000, 6000, 0);
	ok(decision.action == POLICY_RESTART &&
	    decision.reason == POLICY_SLOT && decision.delay_ms == 9000,
	    "--every counts from start to start");
	decision = end_run(&policy, &state, 15020, 16000, 1);
	is_int((intmax_t)decision.delay_ms, 9000,
	    "a late wake-up does not shift it, nor does a failure");
	decision = end_run(&policy, &state, 25000, 51000, 0);
	is_int((intmax_t)decision.delay_ms, 4000, "missed runs are skipped");
	decision = end_run(&policy, &state, 55000, 65000, 0);
	is_int((intmax_t)decision.delay_ms, 0,
	    "a run that takes just as long is followed at once");
	policy.respawn = RESPAWN_ON_FAILURE;
	decision = end_run(&policy, &state, 65000, 66000, 1);
	ok(decision.reason == POLICY_ENDED && decision.delay_ms == 100,
	    "a failed run is repeated if that was asked");
	decision = end_run(&policy, &state, 66100, 74950, 1);
	ok(decision.reason == POLICY_SLOT && decision.delay_ms == 50,
	    "but no later than the next is due");
	policy.respawn = RESPAWN_ALWAYS;
	decision = end_run(&policy, &state, 75000, 76000, 0);
	ok(decision.reason == POLICY_SLOT && decision.delay_ms == 9000,
	    "after a success it waits, even with --respawn=always");
}

int
main(void)
{
	test_wait_status();
	test_classes();
	test_policies();
	test_doubling();
	test_list();
	test_reset();
	test_limit();
	test_fatal();
	test_no_start();
	test_bursts();
	test_every();
	return tap_done();
}
