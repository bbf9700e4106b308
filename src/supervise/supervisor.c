/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "base/signals.h"
#include "launch/detach.h"
#include "os/os.h"
#include "os/pidfd.h"
#include "supervise/marks.h"
#include "supervise/messages.h"
#include "supervise/run.h"
#include "supervise/stopping.h"

/* How long the loggers are given for the last of the output. */
#define FAREWELL_MS 2000

/* How often that is killed again which keeps the next run from beginning. */
#define LEFT_MS 1000

/* Signals that reach the main process unless --forward says otherwise. */
static const unsigned char forwarded[] = { SIGHUP, SIGINT, SIGQUIT, SIGUSR1,
	SIGUSR2, SIGWINCH, SIGCONT, SIGALRM };

uint64_t
supervisor_handles(const struct spec_stop *stop)
{
	uint64_t mask = SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGTERM);
	size_t i;

	for (i = 0; i < sizeof(forwarded); i++)
		mask |= SIGNAL_BIT(forwarded[i]);
	for (i = 1; i <= SIGNALS_LAST; i++)
		if (stop->forward.to[i] > 0)
			mask |= SIGNAL_BIT(i);
	return mask;
}

void
supervisor_set_sink(struct supervisor *sup)
{
	if (sup->spec->foreground && sup->spec->imp_log == NULL)
		diag_set_sink(NULL, NULL);
	else
		diag_set_sink(implog_write, &sup->implog);
}

void
supervisor_report(struct supervisor *sup, enum verdict verdict)
{
	if (sup->committed)
		return;
	sup->committed = verdict == VERDICT_RUNNING;
	sup->result.verdict = verdict;
	sup->result.pid = sup->main_pid;
	(void)caller_send_result(sup->caller_fd, &sup->result);
	fdio_close(&sup->caller_fd);
	/* From here on nobody listens but our own log. */
	if (sup->committed)
		supervisor_set_sink(sup);
}

static enum event
leave(struct supervisor *sup)
{
	sup->over = true;
	return EV_COUNT;
}

static enum event
perform(struct supervisor *sup, enum action action)
{
	switch (action) {
	case ACT_SPAWN:
		return run_spawn(sup);
	case ACT_UP:
		return run_up(sup);
	case ACT_PLAN:
		return run_plan(sup);
	case ACT_PLAN_RETRY:
		return run_plan_retry(sup);
	case ACT_BEGIN_STOP:
		return stopping_begin(sup);
	case ACT_ARM_STOP:
		return stopping_arm(sup);
	case ACT_RESUME_STOP:
		return stopping_resume(sup);
	case ACT_NEXT_STEP:
		return stopping_next(sup);
	case ACT_KILL_LEFT:
		return stopping_kill_left(sup);
	case ACT_REPORT_REFUSED:
		return stopping_report_refused(sup);
	case ACT_LEAVE:
		return leave(sup);
	case ACT_NONE:
	case ACT_COUNT:
		break;
	}
	return EV_COUNT;
}

void
supervisor_event(struct supervisor *sup, enum event event)
{
	enum state before = sup->state;
	struct step step;

	while (event != EV_COUNT) {
		step = state_step(sup->state, event);
		/* Two runs never overlap: the last one must be gone. */
		if (step.action == ACT_SPAWN && !stopping_is_gone(sup)) {
			(void)stopping_kill_left(sup);
			sup->due_ms = clock_ms() + LEFT_MS;
			sup->due_when_gone = true;
			break;
		}
		sup->state = step.next;
		if (step.next == ST_STOPPING)
			sup->due_when_gone = false;
		event = perform(sup, step.action);
	}
	/* States that nobody had the time to see are not told. */
	if (sup->state != before || sup->main_pid == 0)
		run_publish(sup);
}

void
supervisor_stop(struct supervisor *sup)
{
	if (!sup->committed && sup->result.verdict == VERDICT_NONE)
		sup->result.verdict = VERDICT_UNDONE;
	if (sup->state == ST_STOPPING) {
		schedule_hurry(&sup->schedule);
		supervisor_event(sup, EV_HURRY);
	} else
		supervisor_event(sup, EV_STOP);
}

/* Again, if it is to be started again at all. */
static void
restart_or_stop(struct supervisor *sup)
{
	policy_reset(&sup->restarts);
	if (sup->spec->restart.respawn == RESPAWN_NEVER)
		supervisor_stop(sup);
	else
		supervisor_event(sup, EV_RESTART);
}

static bool
terminal_stops_with(int signal)
{
	return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/*
 * SIGINT is what a terminal sends: it is passed on and is a stop at the same
 * time, whose schedule then needs no first signal of its own.
 */
static void
take_signal(struct supervisor *sup, int signal)
{
	int to = sup->spec->stop.forward.to[signal];
	bool by_default = to == -1;

	if (signal == SIGCHLD) {
		run_reap(sup);
		return;
	}
	if (signal == sup->spec->log.reopen_signal)
		logging_ask(&sup->logging, LOG_ASK_REOPEN);
	if (signal == sup->spec->restart.signal)
		restart_or_stop(sup);
	if (by_default)
		to = signal == SIGTERM ||
			memchr(forwarded, signal, sizeof(forwarded)) == NULL
		    ? 0
		    : signal;
	if (to > 0)
		run_signal(sup, to, sup->spec->stop.forward.group);
	if (sup->spec->stop.forward.suspend && terminal_stops_with(signal))
		(void)raise(SIGSTOP);
	if (!by_default || (signal != SIGTERM && signal != SIGINT))
		return;
	sup->skip_first = signal == SIGINT && sup->state != ST_STOPPING &&
	    sup->main_pid != 0;
	supervisor_stop(sup);
	/* If the schedule was not begun anew, or begins with a wait. */
	sup->skip_first = false;
}

/* What may be waited for, in this order. */
enum {
	POLL_CALLER,
	POLL_BIND,
	POLL_MAIN,
	POLL_LEFT,
	POLL_NOTIFY,
	POLL_READY
};

#define POLL_LOGGING (POLL_READY + READY_POLLFDS)
#define POLL_SERVER  (POLL_LOGGING + LOGGING_CHANNELS)
#define POLL_COUNT   (POLL_SERVER + SERVER_POLLFDS)

static void
want(struct pollfd *pfd, int fd)
{
	pfd->fd = fd;
	pfd->events = POLLIN;
	pfd->revents = 0;
}

/* How many of the entries belong to whom has a varying number of them. */
struct poll_counts {
	size_t ready, server;
};

static void
fill_poll(const struct supervisor *sup, struct pollfd *fds,
    struct poll_counts *counts)
{
	size_t i;

	/* Its end stays readable once it is closed. */
	want(&fds[POLL_CALLER], sup->undoing ? -1 : sup->caller_fd);
	want(&fds[POLL_BIND], sup->bind_fd);
	want(&fds[POLL_MAIN], sup->main_fd);
	want(&fds[POLL_LEFT], sup->left_fd);
	want(&fds[POLL_NOTIFY], sup->notify.fd);
	for (i = POLL_READY; i < POLL_SERVER; i++)
		want(&fds[i], -1);
	(void)logging_poll(&sup->logging, &fds[POLL_LOGGING]);
	counts->ready = ready_poll(&sup->ready, &fds[POLL_READY]);
	counts->server = server_poll(&sup->server, &fds[POLL_SERVER]);
}

/*
 * ppoll(2) takes no more entries than RLIMIT_NOFILE, those without a
 * descriptor included, so these are left out.
 */
static void
wait_for_any(struct pollfd *fds, size_t count, int timeout_ms)
{
	struct pollfd open[POLL_COUNT];
	nfds_t used = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (fds[i].fd != -1)
			open[used++] = fds[i];
	(void)marks_wait(open, used, timeout_ms);
	for (i = count; i-- > 0;)
		if (fds[i].fd != -1)
			fds[i].revents = open[--used].revents;
}

static uint64_t
earliest(const struct supervisor *sup)
{
	const uint64_t times[] = { sup->runtime_due_ms,
		answers_deadline(sup), ready_deadline(&sup->ready),
		logging_deadline(&sup->logging) };
	uint64_t first = sup->due_ms;
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i] < first)
			first = times[i];
	return first;
}

static void
check_ready(struct supervisor *sup, const struct pollfd *fds, size_t count,
    uint64_t now)
{
	enum ready_state state = ready_handle(&sup->ready, fds, count, now);

	if (sup->state != ST_STARTING)
		return;
	if (state == PROBE_WAITING && sup->logging.matched)
		state = ready_log_matched(&sup->ready);
	if (state == PROBE_READY) {
		if (sup->settling && sup->ready.found_pid != 0)
			run_adopt(sup, sup->ready.found_pid);
		supervisor_event(sup, EV_READY);
	} else if (state == PROBE_TIMED_OUT) {
		if (!sup->committed)
			sup->result.verdict = VERDICT_TIMED_OUT;
		sup->timed_out = sup->unready = true;
		supervisor_event(sup, EV_READY_TIMEOUT);
	}
}

/*
 * A main process that is no child of ours may have ended; its status is its
 * parent's, unless the kernel tells.  Since we waited another may have taken
 * its place.
 */
static void
check_main(struct supervisor *sup)
{
	int status;

	if (sup->main_fd == -1 || os_wait_readable(sup->main_fd, 0) != 1)
		return;
	if (os_pidfd_exit_status(sup->main_fd, &status) == -1)
		status = 0;
	run_ended(sup, status, NULL);
	supervisor_event(sup, EV_EXITED);
}

static void
check_times(struct supervisor *sup, uint64_t now)
{
	if (sup->runtime_due_ms <= now) {
		sup->runtime_due_ms = CLOCK_NEVER;
		sup->timed_out = true;
		diag_notice("%s: process %ld has exceeded its time",
		    sup->label, (long)sup->main_pid);
		supervisor_event(sup, EV_RUNTIME_OVER);
	}
	if (sup->due_ms <= now) {
		sup->due_ms = CLOCK_NEVER;
		supervisor_event(sup, EV_DUE);
	}
	logging_start(&sup->logging, &sup->family);
}

/* One turn: wait, and then do all that there is to do. */
static void
turn(struct supervisor *sup)
{
	struct pollfd fds[POLL_COUNT];
	struct poll_counts counts;
	uint64_t now;
	int signal;

	fill_poll(sup, fds, &counts);
	wait_for_any(fds, POLL_SERVER + counts.server,
	    clock_poll_timeout(clock_ms(), earliest(sup)));
	/* Datagrams first: they were sent before their sender ended. */
	if (fds[POLL_NOTIFY].revents != 0)
		messages_take(sup);
	logging_handle(&sup->logging);
	while ((signal = marks_take()) != 0)
		take_signal(sup, signal);
	if (fds[POLL_MAIN].revents != 0)
		check_main(sup);
	if (fds[POLL_LEFT].revents != 0 && sup->left_fd != -1)
		run_check_left(sup);
	/* The caller is gone, or asks for the start to be undone. */
	if (fds[POLL_CALLER].revents != 0 && sup->caller_fd != -1) {
		sup->undoing = true;
		if (sup->state != ST_STOPPING)
			supervisor_stop(sup);
	}
	if (fds[POLL_BIND].revents != 0 && sup->bind_fd != -1) {
		fdio_close(&sup->bind_fd);
		diag_notice("%s: what it is bound to has ended", sup->label);
		if (sup->state != ST_STOPPING)
			supervisor_stop(sup);
	}
	now = clock_ms();
	check_ready(sup, &fds[POLL_READY], counts.ready, now);
	answers_handle(sup, &fds[POLL_SERVER], counts.server, now);
	check_times(sup, now);
}

/* While nothing but the end of our children is to be heard of. */
static void
reap_those_marked(struct supervisor *sup)
{
	int signal;

	while ((signal = marks_take()) != 0)
		if (signal == SIGCHLD)
			run_reap(sup);
}

/* The last words of the last run: not lost, but not waited for for long. */
static void
say_farewell(struct supervisor *sup)
{
	uint64_t deadline = clock_ms() + FAREWELL_MS;
	struct pollfd fds[LOGGING_CHANNELS];
	uint64_t due, now;
	size_t count;

	streams_close(&sup->start.plan.streams);
	while (sup->terminal.pid != 0 && clock_ms() < deadline) {
		(void)marks_wait(NULL, 0,
		    clock_poll_timeout(clock_ms(), deadline));
		reap_those_marked(sup);
	}
	logging_finish(&sup->logging);
	logging_start(&sup->logging, &sup->family);
	while (logging_is_busy(&sup->logging) &&
	    (now = clock_ms()) < deadline) {
		due = logging_deadline(&sup->logging);
		count = logging_poll(&sup->logging, fds);
		(void)marks_wait(fds, count,
		    clock_poll_timeout(now, due < deadline ? due : deadline));
		logging_start(&sup->logging, &sup->family);
		logging_handle(&sup->logging);
		reap_those_marked(sup);
	}
	/* The last report may have come before we waited for it. */
	logging_handle(&sup->logging);
}

void
supervisor_run(struct supervisor *sup)
{
	sup->state = ST_DOWN;
	supervisor_event(sup, EV_DUE);
	while (!sup->over)
		turn(sup);
	say_farewell(sup);
}

pid_t
supervisor_spawn_helper(struct supervisor *sup, const char *const argv[])
{
	struct plan plan = sup->start.plan;
	struct report report;
	char *paths[2];
	pid_t pid;

	/* As the target, but for what makes it the main process. */
	paths[0] = (char *)(uintptr_t)argv[0];
	paths[1] = NULL;
	plan.paths = paths;
	plan.argv = (char **)(uintptr_t)argv;
	plan.record = NULL;
	plan.notify_fd = -1;
	plan.own_session = plan.take_terminal = false;
	plan.terminal_fd = -1;
	plan.streams.fds[0] = plan.streams.fds[1] = plan.streams.fds[2] =
	    plan.streams.null_fd;
	pid = detach_spawn(&plan, &report);
	if (pid > 0)
		family_adopt_helper(&sup->family, pid);
	return pid;
}
