/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/run.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "launch/detach.h"
#include "launch/failure.h"
#include "os/pidfd.h"
#include "os/process.h"
#include "os/vfork.h"
#include "supervise/forking.h"
#include "supervise/stopping.h"
#include "supervise/supervisor.h"

static uint32_t
next_random(struct supervisor *sup)
{
	/* xorshift64: it only spreads restarts, it guards nothing. */
	sup->random ^= sup->random << 13;
	sup->random ^= sup->random >> 7;
	sup->random ^= sup->random << 17;
	return (uint32_t)(sup->random >> 32);
}

int
run_record(struct supervisor *sup)
{
	const struct record_head *head = &sup->start.head;
	char text[RECORD_HEAD_SIZE + 1];

	/* The target has written it already, before its exec, as a rule. */
	if (sup->start.record_fd == -1 ||
	    memcmp(head, &sup->recorded, sizeof(*head)) == 0)
		return 0;
	text[RECORD_HEAD_SIZE] = '\0';
	record_format_head(head, text);
	/* In place and within a page: it cannot run out of space. */
	if (claim_update_record(sup->start.record_fd, text) == -1)
		return -1;
	memcpy(&sup->recorded, head, sizeof(*head));
	return 0;
}

void
run_publish(struct supervisor *sup)
{
	static const enum record_state states[ST_COUNT] = {
		[ST_DOWN] = RECORD_BACKOFF,
		[ST_STARTING] = RECORD_STARTING,
		[ST_UP] = RECORD_UP,
		[ST_ENDING] = RECORD_STOPPING,
		[ST_REPLACING] = RECORD_STOPPING,
		[ST_BACKOFF] = RECORD_BACKOFF,
		[ST_STOPPING] = RECORD_STOPPING,
		[ST_GONE] = RECORD_GAVE_UP,
	};
	struct record_head *head = &sup->start.head;

	title_set(&sup->title, sup->label, sup->main_pid,
	    state_name(sup->state));
	head->state = states[sup->state];
	head->ready = sup->state == ST_UP;
	head->restarts = sup->restarts.restarts;
	if (sup->main_pid == 0)
		head->main.pid = 0;
	(void)run_record(sup);
}

static void
take_line(void *context, int priority, const char *line)
{
	struct supervisor *sup = context;

	(void)priority;
	(void)strlcpy(sup->seldom->status_text, line,
	    sizeof(sup->seldom->status_text));
}

/* Kept where no run has its status, and told with what comes next. */
static void
note_failure(struct supervisor *sup, const struct report *report)
{
	diag_set_sink(take_line, sup);
	(void)failure_tell(&sup->start.plan, report);
	supervisor_set_sink(sup);
}

static void
add_failure_to_history(struct supervisor *sup, int error)
{
	struct history_entry entry;

	memset(&entry, 0, sizeof(entry));
	entry.wall_ms = clock_wall_ms();
	entry.cause = HISTORY_NO_START;
	entry.error = error;
	(void)history_add(&sup->history, &entry);
}

static enum event
fail_start(struct supervisor *sup, const struct report *report)
{
	ready_end(&sup->ready);
	answers_ended(sup, "it could not be started");
	if (!sup->committed) {
		sup->result.report = *report;
		sup->result.verdict = VERDICT_FAILED;
	} else {
		note_failure(sup, report);
		add_failure_to_history(sup, report->error);
	}
	return EV_SPAWN_FAILED;
}

static void
begin_run(struct supervisor *sup, pid_t pid)
{
	uint64_t now = clock_ms();

	sup->main_pid = pid;
	sup->main_fd = -1;
	sup->settling = false;
	sup->named_pid = 0;
	sup->all_were_told = false;
	sup->group = pid;
	sup->settling_status = 0;
	sup->timed_out = sup->unready = false;
	sup->began_ms = clock_boot_ms();
	sup->runtime_due_ms = sup->spec->restart.max_runtime_ms == 0
	    ? CLOCK_NEVER
	    : now + sup->spec->restart.max_runtime_ms;
	policy_started(&sup->spec->restart, &sup->restarts, now);
	logging_set_pid(&sup->logging, pid);
}

enum event
run_spawn(struct supervisor *sup)
{
	struct plan *plan = &sup->start.plan;
	struct report report;
	bool is_ready_by_exec;
	pid_t pid;

	memset(&report, 0, sizeof(report));
	sup->due_ms = CLOCK_NEVER;
	if (sup->seldom->status_text[0] != '\0')
		sup->seldom->status_text[0] = '\0';
	logging_start(&sup->logging, &sup->family);
	sup->left_is_timed = sup->has_new_plan = false;
	fdio_close(&sup->left_fd);
	report.stage = STAGE_ENVIRONMENT;
	if (sup->committed && environment_rebuild(&plan->environment) == -1) {
		report.error = errno;
		return fail_start(sup, &report);
	}
	if (sup->notify.fd != -1)
		environment_set(&plan->environment,
		    sup->seldom->notify_variable);
	report.stage = STAGE_STREAMS;
	if (ready_begin(&sup->ready) == -1 ||
	    terminal_begin(&sup->terminal, plan, &sup->family) == -1) {
		report.error = errno;
		return fail_start(sup, &report);
	}
	plan->notify_fd = sup->ready.child_fd;
	plan->notify_as = sup->spec->ready.fd;
	plan->cgroup_fd = cgroup_renew(&sup->cgroup);
	/* The target puts itself on record, as what it will be then. */
	is_ready_by_exec = !sup->spec->restart.forking &&
	    sup->spec->ready.kind <= READY_EXEC;
	sup->start.head.state = is_ready_by_exec ? RECORD_UP : RECORD_STARTING;
	sup->start.head.ready = is_ready_by_exec;
	sup->start.head.restarts = sup->restarts.restarts;
	sup->start.head.since_wall_ms = clock_wall_ms();
	pid = detach_spawn(plan, &report);
	terminal_begun(plan);
	if (pid == -1) {
		pid_file_remove(&plan->pidfile);
		return fail_start(sup, &report);
	}
	begin_run(sup, report.pid);
	if (sup->spec->restart.forking) {
		ready_launched(&sup->ready, clock_ms());
		return EV_COUNT;
	}
	return ready_spawned(&sup->ready, clock_ms()) == PROBE_READY
	    ? EV_READY
	    : EV_COUNT;
}

enum event
run_up(struct supervisor *sup)
{
	forking_look_again(sup);
	/* A descriptor for newlines stays: writing to it must never hurt. */
	if (sup->spec->ready.kind != READY_FD)
		ready_end(&sup->ready);
	run_publish(sup);
	supervisor_report(sup, VERDICT_RUNNING);
	answers_ready(sup);
	if (sup->upward != NULL)
		(void)notify_send(sup->upward, "READY=1");
	/* What the start needed of the stack is not needed while it is idle. */
	os_release_stack();
	return EV_COUNT;
}

/*
 * To the group of the main process, as long as that is not our own.  One that
 * we have adopted need not lead its group.
 */
static bool
signal_group(const struct supervisor *sup, int signal)
{
	pid_t group = getpgid(sup->main_pid);

	/* The number was its own if it is still there. */
	if (sup->main_fd != -1 && os_pidfd_signal(sup->main_fd, 0) == -1)
		return false;
	return group > 1 && group != getpgrp() && kill(-group, signal) == 0;
}

void
run_signal(struct supervisor *sup, int signal, bool group)
{
	if (sup->main_pid <= 1)
		return;
	if (group && signal_group(sup, signal))
		return;
	/* Without a descriptor it is our child: the number is its own. */
	if (sup->main_fd != -1)
		(void)os_pidfd_signal(sup->main_fd, signal);
	else
		(void)kill(sup->main_pid, signal);
}

/* What remains of a run, once its main process has ended. */
static void
clear_run(struct supervisor *sup)
{
	sup->stop_plan = &sup->spec->stop.schedule;
	sup->stop_signal = 0;
	sup->status_error = 0;
	ready_end(&sup->ready);
	pid_file_remove(&sup->start.plan.pidfile);
	if (sup->spec->restart.forking && sup->main_pid != 0)
		pid_file_remove_of(&sup->start.plan.pidfile, sup->main_pid);
	logging_drain(&sup->logging);
	sup->main_pid = 0;
	fdio_close(&sup->main_fd);
	sup->settling = false;
	sup->runtime_due_ms = CLOCK_NEVER;
}

/*
 * Whoever waits for the start, or for the command, hears of its end anyway;
 * a file that is asked for does not.
 */
static bool
is_waited_for(const struct supervisor *sup, const char *next)
{
	return !sup->committed || (sup->spec->foreground &&
	    sup->spec->imp_log == NULL && *next == '\0');
}

/* One line for each end of a run: how it ended, and what comes next. */
static void
tell_end(const struct supervisor *sup, const char *next)
{
	static const char format[] = "%s: process %ld %s after %s%s";
	char text[ENDING_TEXT_MAX];
	char time[DURATION_TEXT_MAX];

	ending_describe(&sup->ending, text);
	(void)duration_describe(sup->ending.uptime_ms, time);
	if (is_waited_for(sup, next))
		diag_verbose(format, sup->label, (long)sup->ended_pid, text,
		    time, next);
	else
		diag_notice(format, sup->label, (long)sup->ended_pid, text,
		    time, next);
}

static enum history_cause
cause(struct supervisor *sup)
{
	if (sup->timed_out)
		return sup->unready ? HISTORY_UNREADY : HISTORY_TIME;
	if (sup->state == ST_STOPPING || sup->state == ST_REPLACING)
		return HISTORY_STOP;
	if (sup->ending.signalled && sup->ending.number == SIGKILL &&
	    cgroup_had_oom_kill(&sup->cgroup))
		return HISTORY_OOM;
	return HISTORY_ENDED;
}

static void
add_to_history(struct supervisor *sup, const struct rusage *usage)
{
	struct history_entry entry;

	memset(&entry, 0, sizeof(entry));
	entry.wall_ms = clock_wall_ms();
	entry.uptime_ms = sup->ending.uptime_ms;
	entry.cause = cause(sup);
	entry.status = sup->status;
	entry.pid = sup->ended_pid;
	if (usage != NULL) {
		entry.cpu_ms = (uint64_t)(usage->ru_utime.tv_sec +
				   usage->ru_stime.tv_sec) *
			1000 +
		    (uint64_t)(usage->ru_utime.tv_usec +
			usage->ru_stime.tv_usec) /
			1000;
		entry.peak_bytes = (uint64_t)usage->ru_maxrss * 1024;
	}
	(void)history_add(&sup->history, &entry);
}

void
run_ended(struct supervisor *sup, int status, const struct rusage *usage)
{
	uint64_t uptime = clock_boot_ms() - sup->began_ms;
	char text[ENDING_TEXT_MAX];

	sup->ended_pid = sup->main_pid;
	sup->status = status;
	sup->start.head.last_status = status;
	ending_from_wait(&sup->ending, status, uptime);
	sup->ending.timed_out = sup->timed_out;
	add_to_history(sup, usage);
	ending_describe(&sup->ending, text);
	answers_ended(sup, text);
	clear_run(sup);
	if (sup->state == ST_STOPPING)
		tell_end(sup, "; stopped");
	else if (sup->state == ST_REPLACING)
		tell_end(sup, "; restarting as asked");
	if (sup->committed)
		return;
	sup->result.status = status;
	sup->result.uptime_ms = uptime;
	if (sup->result.verdict == VERDICT_NONE)
		sup->result.verdict = VERDICT_DIED;
}

static enum event
main_exited(struct supervisor *sup, int status, const struct rusage *usage)
{
	if (forking_is_parent(sup, status) && forking_settle(sup)) {
		if (sup->settling)
			sup->main_pid = 0;
		if (ready_spawned(&sup->ready, clock_ms()) != PROBE_READY)
			return EV_COUNT;
		forking_stop_settling(sup);
		return EV_READY;
	}
	if (forking_follow(sup, status))
		return EV_COUNT;
	run_ended(sup, status, usage);
	return EV_EXITED;
}

/* --forking, and what should have become the daemon is gone already. */
static enum event
check_settling(struct supervisor *sup)
{
	if (!sup->settling || family_is_left(&sup->family))
		return EV_COUNT;
	run_ended(sup, sup->settling_status, NULL);
	return EV_EXITED;
}

/*
 * --farewell: to the group of the main process, which has ended.  As long as
 * it is not reaped its number can be nobody else's.
 */
static void
say_goodbye(const struct supervisor *sup)
{
	siginfo_t info;

	info.si_pid = 0;
	if (sup->spec->stop.farewell == 0 || sup->main_pid == 0 ||
	    waitid(P_PID, (id_t)sup->main_pid, &info,
		WEXITED | WNOHANG | WNOWAIT) == -1 ||
	    info.si_pid != sup->main_pid)
		return;
	(void)kill(-sup->main_pid, sup->spec->stop.farewell);
}

static bool
helper_exited(struct supervisor *sup, pid_t pid, int status)
{
	return answers_child_exited(sup, pid, status) ||
	    logging_child_exited(&sup->logging, pid) ||
	    terminal_child_exited(&sup->terminal, pid) ||
	    ready_child_exited(&sup->ready, pid, status, clock_ms());
}

void
run_reap(struct supervisor *sup)
{
	enum event event = EV_COUNT;
	struct rusage usage;
	int status;
	pid_t pid;

	say_goodbye(sup);
	while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
		family_forget_helper(&sup->family, pid);
		if (pid == sup->main_pid)
			event = main_exited(sup, status, &usage);
		else if (!helper_exited(sup, pid, status) && sup->settling)
			sup->settling_status = status;
	}
	if (event == EV_COUNT)
		event = check_settling(sup);
	if (event != EV_COUNT)
		supervisor_event(sup, event);
	logging_start(&sup->logging, &sup->family);
	if (sup->main_pid == 0)
		run_check_left(sup);
}

/* What was below those that we killed has come up to us by now. */
void
run_check_left(struct supervisor *sup)
{
	if (stopping_kill_left(sup) != EV_ALL_GONE)
		return;
	if (sup->state == ST_STOPPING || sup->state == ST_REPLACING)
		supervisor_event(sup, EV_ALL_GONE);
	else if (sup->due_when_gone) {
		sup->due_when_gone = false;
		supervisor_event(sup, EV_DUE);
	}
}

static void
tell_decision(struct supervisor *sup, const struct policy_decision *decision)
{
	char next[80];
	char time[DURATION_TEXT_MAX];

	next[0] = '\0';
	if (decision->action == POLICY_RESTART)
		(void)snprintf(next, sizeof(next),
		    "; next start in %s (restart %llu)",
		    duration_describe(decision->delay_ms, time),
		    (unsigned long long)sup->restarts.restarts);
	if (decision->action == POLICY_GIVE_UP)
		(void)snprintf(next, sizeof(next), "; giving up: %s",
		    policy_reason_text(decision->reason));
	if (!sup->ending.not_started) {
		tell_end(sup, next);
		if (!is_waited_for(sup, next))
			logging_tell_last(&sup->logging, sup->ended_pid);
	} else
		diag_errx("%s: could not be started: %s%s", sup->label,
		    sup->seldom->status_text, next);
}

static enum event
plan_next(struct supervisor *sup)
{
	struct policy_decision decision;

	if (!sup->committed)
		return EV_DONE;
	(void)stopping_kill_left(sup);
	decision = policy_decide(&sup->spec->restart, &sup->restarts,
	    &sup->ending, clock_ms(), next_random(sup));
	tell_decision(sup, &decision);
	if (decision.action != POLICY_RESTART) {
		sup->gave_up = decision.action == POLICY_GIVE_UP;
		return EV_DONE;
	}
	sup->due_ms = clock_after(clock_ms(), decision.delay_ms);
	if (decision.reason == POLICY_SLOT)
		return EV_SLOT;
	return decision.delay_ms == 0 ? EV_DUE : EV_COUNT;
}

enum event
run_plan(struct supervisor *sup)
{
	return plan_next(sup);
}

enum event
run_plan_retry(struct supervisor *sup)
{
	memset(&sup->ending, 0, sizeof(sup->ending));
	sup->ending.not_started = true;
	return plan_next(sup);
}

/*
 * The identity is recorded as soon as it is known; here it is not the target
 * that does it, since it was forked before we knew of it.
 */
void
run_adopt(struct supervisor *sup, pid_t pid)
{
	struct os_process process;
	/* Opened first, and proved then: else it may be of another process. */
	int fd = os_pidfd_open(pid);

	if (os_process(pid, &process) == -1 || !family_has(pid) ||
	    (fd == -1 && process.ppid != getpid())) {
		fdio_close(&fd);
		return;
	}
	/* What is our child has its number until we reap it. */
	if (process.ppid == getpid())
		fdio_close(&fd);
	fdio_close(&sup->main_fd);
	sup->main_fd = fd;
	sup->main_pid = pid;
	sup->settling = false;
	identity_take(&sup->start.head.main, &sup->start.head.supervisor,
	    &process);
	sup->group = process.pgid == getpgrp() ? 0 : process.pgid;
	sup->start.head.session = process.sid;
	logging_set_pid(&sup->logging, pid);
	run_publish(sup);
}
