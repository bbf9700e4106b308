/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/answers.h"

#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "supervise/run.h"
#include "supervise/supervisor.h"

static uint64_t
monotonic_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void
fill_logs(const struct supervisor *sup, struct status *status)
{
	struct log_stats stats;
	struct status_log *log;
	unsigned int i;

	for (i = 0; i < sup->logging.count && i < STATUS_LOGS; i++) {
		log = &status->logs[i];
		log_stats(&sup->logging.loggers[i].channel, &stats);
		log->dest = logging_dest(&sup->logging, i);
		log->logger = sup->logging.loggers[i].pid;
		log->bytes = stats.bytes;
		log->lines = stats.lines;
		log->dropped_bytes = stats.dropped_bytes;
		log->dropped_lines = stats.dropped_lines;
		log->suppressed_lines = stats.suppressed_lines;
		log->rotations = stats.rotations;
		log->blocked = stats.blocked;
		log->error = stats.error;
		log->compress_status = stats.compress_status;
	}
}

/* Longer than all that why() puts together. */
#define WHY_MAX (NOTIFY_STATUS_MAX + 128)

/* Why it is in this state: the end of the last run, where that matters. */
static const char *
why(const struct supervisor *sup, char text[WHY_MAX])
{
	unsigned long long restart = sup->restarts.restarts;
	char time[DURATION_TEXT_MAX];
	char end[ENDING_TEXT_MAX];

	if (restart == 0 && sup->state != ST_BACKOFF && sup->state != ST_DOWN)
		return NULL;
	if (sup->ending.not_started) {
		(void)snprintf(text, WHY_MAX,
		    "restart %llu, the last could not be started: %s", restart,
		    sup->seldom->status_text);
		return text;
	}
	ending_describe(&sup->ending, end);
	(void)snprintf(text, WHY_MAX, "restart %llu, %s after %s", restart,
	    end, duration_describe(sup->ending.uptime_ms, time));
	return text;
}

static void
answer_status(struct supervisor *sup, const struct server_request *request)
{
	static const char *const kinds[] = {
		[READY_ALIVE] = "alive",
		[READY_NOTIFY] = "notify",
		[READY_FD] = "fd",
		[READY_PIDFILE] = "pidfile",
		[READY_FILE] = "file",
		[READY_SOCKET] = "socket",
		[READY_TCP] = "tcp",
		[READY_LOG] = "log",
		[READY_COMMAND] = "command",
	};
	char text[WHY_MAX];
	struct status status;

	memset(&status, 0, sizeof(status));
	status.state = state_name(sup->state);
	status.why = why(sup, text);
	status.main = sup->main_pid;
	status.supervisor = sup->start.head.supervisor.pid;
	if (sup->main_pid != 0)
		status.uptime_ms = clock_boot_ms() - sup->began_ms;
	status.restarts = sup->restarts.restarts;
	status.in_row = sup->restarts.in_row;
	status.next_ms = clock_left(clock_ms(), sup->due_ms);
	status.stop_signal = sup->stop_signal;
	status.ready_how = kinds[sup->spec->ready.kind];
	status.ready = sup->state == ST_UP;
	/* Else it is not the daemon's, but why there is none. */
	if (sup->main_pid != 0)
		status.text = sup->seldom->status_text;
	status.error = sup->status_error;
	status.notify_ignored = sup->notify.ignored;
	fill_logs(sup, &status);
	server_done_status(&sup->server, request->client, &status);
}

/* Theirs takes the place of the daemon's own, for this one stop. */
static void
take_schedule(struct supervisor *sup, const struct server_request *request)
{
	if (!request->has_schedule)
		return;
	sup->seldom->asked_schedule = request->schedule;
	sup->stop_plan = &sup->seldom->asked_schedule;
	sup->has_new_plan = true;
}

/* How far the stop is that somebody joins. */
static void
tell_progress(struct supervisor *sup)
{
	server_progress(&sup->server, sup->stop_signal,
	    clock_left(clock_ms(), sup->due_ms));
}

static void
answer_stop(struct supervisor *sup, const struct server_request *request)
{
	take_schedule(sup, request);
	/* Whoever comes later waits for the same end, and does not hurry it. */
	if (sup->state == ST_STOPPING) {
		supervisor_event(sup, EV_STOP);
		tell_progress(sup);
	} else
		supervisor_stop(sup);
}

static void
answer_restart(struct supervisor *sup, const struct server_request *request)
{
	if (sup->state == ST_STOPPING || sup->state == ST_GONE) {
		server_done(&sup->server, request->client, EX_FAILED,
		    "it is being stopped");
		return;
	}
	take_schedule(sup, request);
	supervisor_event(sup, EV_RESTART);
}

static bool
start_reload_command(struct supervisor *sup)
{
	const char *const argv[] = { "/bin/sh", "-c",
		sup->spec->control.reload_command, NULL };

	sup->reload.command_pid = supervisor_spawn_helper(sup, argv);
	return sup->reload.command_pid > 0;
}

static void
answer_reload(struct supervisor *sup, const struct server_request *request)
{
	int signal = request->signal != 0 ? request->signal
					  : sup->spec->control.reload_signal;

	if (sup->main_pid == 0) {
		server_done(&sup->server, request->client, EX_FAILED,
		    "it is not running now");
		return;
	}
	sup->reload.since_us = monotonic_us();
	sup->reload.announced = false;
	sup->reload.due_ms =
	    clock_after(clock_ms(), sup->spec->ready.timeout_ms);
	if (request->signal == 0 &&
	    sup->spec->control.reload_command != NULL) {
		if (sup->reload.command_pid == 0 && !start_reload_command(sup))
			server_done_all(&sup->server, ASK_RELOAD, EX_FAILED,
			    "cannot start the reload command");
		return;
	}
	run_signal(sup, signal, false);
	if (sup->spec->ready.kind != READY_NOTIFY)
		answers_reloaded(sup);
}

static void
answer_signal(struct supervisor *sup, const struct server_request *request)
{
	if (sup->main_pid == 0) {
		server_done(&sup->server, request->client, EX_FAILED,
		    "it is not running now");
		return;
	}
	run_signal(sup, request->signal, false);
	server_done(&sup->server, request->client, EX_DONE, NULL);
}

static void
answer_rotate(struct supervisor *sup, const struct server_request *request)
{
	if (sup->logging.count == 0)
		server_done(&sup->server, request->client, EX_FAILED,
		    "it has no log that imp writes");
	else
		logging_ask(&sup->logging, LOG_ASK_ROTATE);
}

/* As soon as it has been done, or tried in vain. */
static void
answer_rotated(struct supervisor *sup)
{
	char text[1024];
	unsigned int i = 0;
	int error;

	if (!logging_has_rotated(&sup->logging, &i, &error))
		return;
	if (error == 0) {
		server_done_all(&sup->server, ASK_ROTATE, EX_DONE, NULL);
		return;
	}
	(void)snprintf(text, sizeof(text), "cannot rotate '%s': %s",
	    logging_dest(&sup->logging, i), strerror(error));
	server_done_all(&sup->server, ASK_ROTATE, EX_FAILED, text);
}

static void
answer_logs(struct supervisor *sup, const struct server_request *request)
{
	static char text[PROTOCOL_TEXT_MAX * 4];

	server_done_data(&sup->server, request->client, text,
	    logging_tail(&sup->logging, text, sizeof(text)));
}

static void
answer(struct supervisor *sup, const struct server_request *request)
{
	switch (request->verb) {
	case ASK_STATUS:
		answer_status(sup, request);
		break;
	case ASK_STOP:
		answer_stop(sup, request);
		break;
	case ASK_RESTART:
		answer_restart(sup, request);
		break;
	case ASK_RELOAD:
		answer_reload(sup, request);
		break;
	case ASK_SIGNAL:
		answer_signal(sup, request);
		break;
	case ASK_ROTATE:
		answer_rotate(sup, request);
		break;
	case ASK_LOGS:
		answer_logs(sup, request);
		break;
	case ASK_COUNT:
		break;
	}
}

void
answers_handle(struct supervisor *sup, struct pollfd *fds, size_t count,
    uint64_t now_ms)
{
	struct server_request request;

	while (server_handle(&sup->server, fds, count, now_ms, &request))
		answer(sup, &request);
	if (server_has(&sup->server, ASK_ROTATE))
		answer_rotated(sup);
	if (sup->reload.due_ms <= now_ms) {
		sup->reload.due_ms = CLOCK_NEVER;
		server_done_all(&sup->server, ASK_RELOAD, EX_TIMEOUT,
		    "it did not say that it has reloaded");
	}
}

uint64_t
answers_deadline(const struct supervisor *sup)
{
	uint64_t due = server_deadline(&sup->server);

	return due < sup->reload.due_ms ? due : sup->reload.due_ms;
}

void
answers_ready(struct supervisor *sup)
{
	server_done_all(&sup->server, ASK_RESTART, EX_DONE, NULL);
}

void
answers_ended(struct supervisor *sup, const char *text)
{
	sup->reload.due_ms = CLOCK_NEVER;
	server_done_all(&sup->server, ASK_RELOAD, EX_FAILED, text);
	/* What a restart ends is not what it starts. */
	if (sup->state == ST_STARTING || sup->state == ST_UP)
		server_done_all(&sup->server, ASK_RESTART, EX_FAILED, text);
}

void
answers_reloading(struct supervisor *sup, uint64_t when_us)
{
	if (when_us == 0 || when_us >= sup->reload.since_us)
		sup->reload.announced = true;
}

void
answers_reloaded(struct supervisor *sup)
{
	if (sup->spec->ready.kind == READY_NOTIFY && !sup->reload.announced)
		return;
	sup->reload.due_ms = CLOCK_NEVER;
	server_done_all(&sup->server, ASK_RELOAD, EX_DONE, NULL);
}

void
answers_refused(struct supervisor *sup, const char *text)
{
	server_done_all(&sup->server, ASK_STOP, EX_FAILED, text);
	server_done_all(&sup->server, ASK_RESTART, EX_FAILED, text);
}

bool
answers_child_exited(struct supervisor *sup, pid_t pid, int status)
{
	if (pid == 0 || pid != sup->reload.command_pid)
		return false;
	sup->reload.command_pid = 0;
	sup->reload.due_ms = CLOCK_NEVER;
	if (status == 0)
		server_done_all(&sup->server, ASK_RELOAD, EX_DONE, NULL);
	else
		server_done_all(&sup->server, ASK_RELOAD, EX_FAILED,
		    "the reload command failed");
	return true;
}

void
answers_close(struct supervisor *sup)
{
	server_done_all(&sup->server, ASK_STOP, EX_DONE, NULL);
	server_done_all(&sup->server, ASK_RESTART, EX_FAILED, "it has ended");
	server_done_all(&sup->server, ASK_RELOAD, EX_FAILED, "it has ended");
	server_close(&sup->server);
}
