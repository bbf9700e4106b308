/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/messages.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "supervise/forking.h"
#include "supervise/run.h"
#include "supervise/supervisor.h"

#define MESSAGES_AT_ONCE 64

static void
take_main_pid(struct supervisor *sup, const struct notify_message *message)
{
	if (message->main_pid == 0 || message->main_pid == sup->main_pid)
		return;
	/* No other is ours to supervise, whoever says so. */
	if (!family_has(message->main_pid))
		return;
	sup->named_pid = message->main_pid;
	/* The process that was started has its own end to come to. */
	if (!sup->ready.launching)
		run_adopt(sup, message->main_pid);
}

static void
take_status(struct supervisor *sup, const struct notify_message *message)
{
	char text[NOTIFY_STATUS_MAX + 16];

	(void)strlcpy(sup->seldom->status_text, message->status,
	    sizeof(sup->seldom->status_text));
	(void)snprintf(text, sizeof(text), "STATUS=%s", message->status);
	if (sup->upward != NULL)
		(void)notify_send(sup->upward, text);
}

static bool
is_being_stopped(const struct supervisor *sup)
{
	return sup->state == ST_STOPPING || sup->state == ST_ENDING ||
	    sup->state == ST_REPLACING;
}

static void
take_message(struct supervisor *sup, const struct notify_message *message)
{
	uint64_t until = clock_ms() + message->extend_us / 1000;

	take_main_pid(sup, message);
	if (message->has_status)
		take_status(sup, message);
	if (message->extend_us != 0) {
		ready_extend(&sup->ready, until);
		if (sup->runtime_due_ms < until)
			sup->runtime_due_ms = until;
		if (is_being_stopped(sup) && sup->due_ms < until)
			sup->due_ms = until;
	}
	if (message->restart_reset)
		policy_reset(&sup->restarts);
	if (message->has_errno)
		sup->status_error = message->error;
	if (message->reloading)
		answers_reloading(sup, message->monotonic_us);
	else if (message->ready && sup->state == ST_UP)
		answers_reloaded(sup);
	if (message->stopping) {
		if (sup->upward != NULL)
			(void)notify_send(sup->upward, "STOPPING=1");
		supervisor_event(sup, EV_LEAVING);
	} else if (message->ready && sup->state == ST_STARTING &&
	    sup->spec->ready.kind == READY_NOTIFY &&
	    ready_notified(&sup->ready) == PROBE_READY) {
		forking_stop_settling(sup);
		supervisor_event(sup, EV_READY);
	}
}

void
messages_take(struct supervisor *sup)
{
	struct notify_message message;
	int i;

	/* Not more: a flood must not keep us from all else. */
	for (i = 0; i < MESSAGES_AT_ONCE && sup->notify.fd != -1 &&
	    notify_receive(&sup->notify, &message) == 1; i++)
		take_message(sup, &message);
}
