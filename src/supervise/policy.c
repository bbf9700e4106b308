/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/policy.h"

#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>

#include "base/exitcode.h"
#include "base/signame.h"
#include "spec/status_set.h"

#define HEALTHY_MS     60000
#define NO_START_MS    1000
#define JITTER_DIVISOR 5	/* +-20 % */

void
ending_from_wait(struct ending *ending, int wait_status, uint64_t uptime_ms)
{
	*ending = (struct ending){ .uptime_ms = uptime_ms };
	ending->signalled = WIFSIGNALED(wait_status);
	if (ending->signalled) {
		ending->number = WTERMSIG(wait_status);
		ending->core = WCOREDUMP(wait_status);
	} else
		ending->number = WEXITSTATUS(wait_status);
}

static const char *
prelude(const struct ending *ending)
{
	return ending->timed_out ? "exceeded its time and " : "";
}

void
ending_describe(const struct ending *ending, char text[ENDING_TEXT_MAX])
{
	char name[SIGNAME_MAX];

	if (ending->not_started)
		(void)snprintf(text, ENDING_TEXT_MAX, "could not be started");
	else if (ending->signalled)
		(void)snprintf(text, ENDING_TEXT_MAX, "%swas killed by %s%s",
		    prelude(ending), signame_text(ending->number, name),
		    ending->core ? " (core dumped)" : "");
	else
		(void)snprintf(text, ENDING_TEXT_MAX,
		    "%sexited with status %d", prelude(ending),
		    ending->number);
}

const char *
duration_describe(uint64_t ms, char text[DURATION_TEXT_MAX])
{
	unsigned long long s = ms / 1000;

	if (s == 0)
		(void)snprintf(text, DURATION_TEXT_MAX, "%u ms",
		    (unsigned int)ms);
	else if (s < 60)
		(void)snprintf(text, DURATION_TEXT_MAX, "%llu.%u s", s,
		    (unsigned int)(ms % 1000 / 100));
	else if (s < 7200)
		(void)snprintf(text, DURATION_TEXT_MAX, "%llu min", s / 60);
	else
		(void)snprintf(text, DURATION_TEXT_MAX, "%llu h", s / 3600);
	return text;
}

int
ending_exit_status(const struct ending *ending)
{
	return ending->signalled ? EX_SIGNALLED + ending->number
				 : ending->number;
}

/* What a well-behaved program dies of when it is told to end. */
static bool
is_clean_signal(int signal)
{
	return signal == SIGHUP || signal == SIGINT || signal == SIGTERM ||
	    signal == SIGPIPE;
}

enum outcome
policy_classify(const struct spec_restart *policy, const struct ending *ending)
{
	if (ending->not_started)
		return OUTCOME_ABNORMAL;
	if (status_set_has(&policy->fatal, ending->signalled, ending->number))
		return OUTCOME_FATAL;
	if (ending->timed_out)
		return OUTCOME_ABNORMAL;
	if (status_set_has(&policy->success, ending->signalled, ending->number))
		return OUTCOME_SUCCESS;
	if (ending->signalled)
		return is_clean_signal(ending->number) ? OUTCOME_SUCCESS :
		    OUTCOME_ABNORMAL;
	return ending->number == 0 ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
}

static bool
wants_restart(enum respawn respawn, enum outcome outcome)
{
	switch (respawn) {
	case RESPAWN_ALWAYS:
		return true;
	case RESPAWN_ON_FAILURE:
		return outcome != OUTCOME_SUCCESS;
	case RESPAWN_ON_ABNORMAL:
		return outcome == OUTCOME_ABNORMAL;
	case RESPAWN_NEVER:
		break;
	}
	return false;
}

/* The first multiple of every_ms after slot_ms that is not before now. */
static uint64_t
next_slot(uint64_t slot_ms, uint64_t every_ms, uint64_t now_ms)
{
	uint64_t slots = 1;

	if (now_ms > slot_ms)
		slots = (now_ms - slot_ms + every_ms - 1) / every_ms;
	return slot_ms + slots * every_ms;
}

void
policy_started(const struct spec_restart *policy, struct restart_state *state,
    uint64_t now_ms)
{
	state->no_starts = 0;
	if (policy->every_ms == 0)
		return;
	if (!state->has_slot)
		state->slot_ms = now_ms;
	else
		state->slot_ms += (now_ms - state->slot_ms) /
		    policy->every_ms * policy->every_ms;
	state->has_slot = true;
}

/* first, doubled times times, but no more than limit. */
static uint64_t
doubled(uint64_t first, unsigned int times, uint64_t limit)
{
	while (times-- > 0 && first != 0 && first < limit)
		first = first > limit / 2 ? limit : first * 2;
	return first < limit ? first : limit;
}

/* A value within +-20 % of delay, but no more than limit. */
static uint64_t
jittered(uint64_t delay, uint64_t limit, uint32_t random)
{
	uint64_t low = delay - delay / JITTER_DIVISOR;
	uint64_t high = delay / JITTER_DIVISOR > limit - delay ? limit :
	    delay + delay / JITTER_DIVISOR;
	/* 0 to 2^32 - 1 parts of the width, which may be large. */
	uint64_t width = high - low + 1;

	return low + (width >> 32) * random +
	    ((width & UINT32_MAX) * random >> 32);
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t
next_delay(const struct spec_restart *policy, unsigned int in_row,
    uint32_t random)
{
	unsigned int last;
	uint64_t limit;

	if (policy->delay.count > 1) {
		last = policy->delay.count - 1;
		return policy->delay.ms[in_row < last ? in_row : last];
	}
	limit = larger(policy->max_delay_ms, policy->delay.ms[0]);
	return jittered(doubled(policy->delay.ms[0], in_row, limit), limit,
	    random);
}

void
policy_reset(struct restart_state *state)
{
	state->in_row = 0;
	state->no_starts = 0;
	state->last_delay_ms = 0;
	state->attempts = 0;
	state->bursts = 0;
	state->window.open = false;
}

/* Count the run that is over; start afresh after a healthy one. */
static void
account(const struct spec_restart *policy, struct restart_state *state,
    uint64_t uptime_ms)
{
	uint64_t last_ms = state->last_delay_ms;

	state->ran_ms += uptime_ms;
	if (uptime_ms <= HEALTHY_MS || uptime_ms <= last_ms ||
	    uptime_ms - last_ms <= last_ms)
		return;
	state->in_row = 0;
	state->last_delay_ms = 0;
	if (policy->limit.per_ms == 0)
		state->window.open = false;
}

/* Count one more restart; whether that is one too many. */
static bool
exceeds_limit(const struct spec_restart *policy, struct restart_state *state)
{
	if (policy->limit.count == 0)
		return false;
	if (!state->window.open ||
	    (policy->limit.per_ms != 0 &&
		state->ran_ms - state->window.since_ran_ms >=
		    policy->limit.per_ms)) {
		state->window.open = true;
		state->window.since_ran_ms = state->ran_ms;
		state->window.count = 0;
	}
	return ++state->window.count > policy->limit.count;
}

static struct policy_decision
restart_after(struct restart_state *state, uint64_t delay_ms,
    enum policy_reason reason)
{
	state->restarts++;
	return (struct policy_decision){
		.action = POLICY_RESTART,
		.reason = reason,
		.delay_ms = delay_ms,
	};
}

static struct policy_decision
end(enum policy_action action, enum policy_reason reason)
{
	return (struct policy_decision){ .action = action, .reason = reason };
}

static struct policy_decision
retry_start(const struct spec_restart *policy, struct restart_state *state,
    uint32_t random)
{
	uint64_t limit = larger(policy->max_delay_ms, NO_START_MS);
	uint64_t delay = doubled(NO_START_MS, state->no_starts, limit);

	if (state->no_starts < UINT32_MAX)
		state->no_starts++;
	return restart_after(state, jittered(delay, limit, random),
	    POLICY_NO_START);
}

static struct policy_decision
wait_for_slot(const struct spec_restart *policy, struct restart_state *state,
    uint64_t now_ms)
{
	return restart_after(state,
	    next_slot(state->slot_ms, policy->every_ms, now_ms) - now_ms,
	    POLICY_SLOT);
}

static struct policy_decision
respawn_in_bursts(const struct restart_burst *burst,
    struct restart_state *state, uint64_t uptime_ms)
{
	if (uptime_ms >= burst->acceptable_ms ||
	    ++state->attempts < burst->attempts)
		return restart_after(state, 0, POLICY_ENDED);
	if (burst->limit != 0 && ++state->bursts >= burst->limit)
		return end(POLICY_GIVE_UP, POLICY_LIMIT);
	state->attempts = 0;
	return restart_after(state, burst->pause_ms, POLICY_ENDED);
}

static struct policy_decision
respawn(const struct spec_restart *policy, struct restart_state *state,
    uint64_t now_ms, uint32_t random)
{
	uint64_t delay_ms;

	if (exceeds_limit(policy, state))
		return end(POLICY_GIVE_UP, POLICY_LIMIT);
	delay_ms = next_delay(policy, state->in_row, random);
	if (state->has_slot && delay_ms >=
	    next_slot(state->slot_ms, policy->every_ms, now_ms) - now_ms)
		return wait_for_slot(policy, state, now_ms);
	if (state->in_row < UINT32_MAX)
		state->in_row++;
	state->last_delay_ms = delay_ms;
	return restart_after(state, delay_ms, POLICY_ENDED);
}

struct policy_decision
policy_decide(const struct spec_restart *policy, struct restart_state *state,
    const struct ending *ending, uint64_t now_ms, uint32_t random)
{
	enum outcome outcome = policy_classify(policy, ending);

	if (ending->not_started)
		return retry_start(policy, state, random);
	account(policy, state, ending->uptime_ms);
	if (outcome == OUTCOME_FATAL)
		return end(POLICY_GIVE_UP, POLICY_WAS_FATAL);
	if (state->has_slot && (outcome == OUTCOME_SUCCESS ||
	    !wants_restart(policy->respawn, outcome)))
		return wait_for_slot(policy, state, now_ms);
	if (!wants_restart(policy->respawn, outcome))
		return end(POLICY_DONE, POLICY_NOT_ASKED);
	if (policy->burst.set)
		return respawn_in_bursts(
		    &policy->burst, state, ending->uptime_ms);
	return respawn(policy, state, now_ms, random);
}

const char *
policy_reason_text(enum policy_reason reason)
{
	switch (reason) {
	case POLICY_NOT_ASKED:
		return "no restart was asked for";
	case POLICY_WAS_FATAL:
		return "this end is never followed by a restart";
	case POLICY_LIMIT:
		return "restart limit reached";
	case POLICY_ENDED:
		return "restart policy";
	case POLICY_SLOT:
		return "next run due";
	case POLICY_NO_START:
		return "could not be started";
	}
	return "";
}
