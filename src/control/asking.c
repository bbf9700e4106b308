/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/asking.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "control/alone.h"
#include "control/link.h"
#include "os/pidfd.h"
#include "record/protocol.h"
#include "spec/field.h"

/* A supervisor that has answered, or hung up, is gone in no time. */
#define PARTING_MS 10000

/* So is one that does not listen, unless its socket has been removed. */
#define SILENT_MS 1000

static const enum protocol_verb asks[] = {
	[VERB_STOP] = ASK_STOP,
	[VERB_RESTART] = ASK_RESTART,
	[VERB_RELOAD] = ASK_RELOAD,
	[VERB_SIGNAL] = ASK_SIGNAL,
	[VERB_ROTATE] = ASK_ROTATE,
};

static int
ask(const struct act *act, struct job *job)
{
	const struct spec *spec = act->spec;
	struct protocol_request request;

	protocol_request_init(&request, asks[spec->verb]);
	if (spec->verb == VERB_SIGNAL)
		request.signal = spec->control.signal;
	if (spec->verb == VERB_RELOAD && spec_given(spec, FIELD_RELOAD_SIGNAL))
		request.signal = spec->control.reload_signal;
	if (spec_given(spec, FIELD_STOP_SCHEDULE))
		protocol_put_schedule(&request, &spec->stop.schedule);
	request.wants_progress = act->shows;
	job->link_fd =
	    link_ask(job->daemon->place->fd, job->daemon->key, &request);
	return job->link_fd == -1 ? -1 : 0;
}

/*
 * Its supervisor cannot be asked: it is beginning or ending, or somebody has
 * removed its socket, or it is of another version and does not understand
 * us.  SIGTERM means a stop to it as well.
 */
static void
stop_by_signal(struct act *act, struct job *job)
{
	if (os_pidfd_signal(job->supervisor_fd, SIGTERM) == -1 &&
	    errno != ESRCH) {
		job_fail(act, job, strerror(errno));
		return;
	}
	if (spec_given(act->spec, FIELD_STOP_SCHEDULE))
		diag_notice("%s is stopped by the schedule that it was "
			    "started with: its supervisor hears of no other",
		    job->daemon->what);
	job->involved = true;
	job->phase = PHASE_PARTING;
	job->due_ms = CLOCK_NEVER;
}

/* One that has just been killed is not gone yet, and does not listen. */
static void
meet_silence(struct act *act, struct job *job, int error)
{
	if (act->spec->verb == VERB_STOP)
		stop_by_signal(act, job);
	else if (error == ENOENT || error == ECONNREFUSED) {
		job->phase = PHASE_PARTING;
		job->due_ms = clock_ms() + SILENT_MS;
	} else
		job_fail(act, job, strerror(error));
}

void
asking_begin(struct act *act, struct job *job)
{
	/* One that is stopped could not hear us. */
	if (job->is_stopped)
		(void)os_pidfd_signal(job->supervisor_fd, SIGCONT);
	if (act->spec->verb == VERB_RELOAD &&
	    act->spec->control.reload_command != NULL) {
		alone_reload_by_command(act, job);
		return;
	}
	if (ask(act, job) == -1) {
		meet_silence(act, job, errno);
		return;
	}
	job->phase = PHASE_ASKING;
	job->involved = true;
}

/* What needs no supervisor is done without; a stop, by a signal to it. */
static void
not_understood(struct act *act, struct job *job)
{
	struct os_process process;

	fdio_close(&job->link_fd);
	if (act->spec->verb == VERB_STOP) {
		stop_by_signal(act, job);
		return;
	}
	if (act->spec->verb != VERB_SIGNAL && act->spec->verb != VERB_RELOAD) {
		job_fail(act, job, "its supervisor is of another version of "
				   "imp: stop it, and start it as before");
		return;
	}
	job->main_fd =
	    job_open_process(act, &job->daemon->head.main, &process);
	if (job->main_fd == -1)
		job_fail(act, job, "it is not running now");
	else
		alone_begin(act, job);
}

/*
 * The supervisor has ended: what does the record say now?  A stop is gone on
 * with; all else, only if the supervisor cannot have done it.
 */
static void
it_has_ended(struct act *act, struct job *job)
{
	fdio_close(&job->link_fd);
	fdio_close(&job->supervisor_fd);
	if (act->spec->verb != VERB_STOP && job->heard)
		job_fail(act, job, "its supervisor has ended before it has "
				   "answered");
	else
		job->phase = PHASE_AGAIN;
}

static const char *const done[] = {
	[VERB_RESTART] = "restarted",
	[VERB_RELOAD] = "reloaded",
	[VERB_SIGNAL] = "the signal was sent",
	[VERB_ROTATE] = "its log was rotated",
};

static void
take_answer(struct act *act, struct job *job, const struct link_reply *reply)
{
	const char *text = reply->reply.text;

	if (reply->reply.status == EX_BADUSAGE) {
		not_understood(act, job);
		return;
	}
	if (reply->reply.status != EX_DONE) {
		diag_errx("cannot %s %s%s%s", job_verb(act),
		    job->daemon->what, *text == '\0' ? "" : ": ", text);
		job_finish(act, job, reply->reply.status);
		return;
	}
	if (act->spec->verb != VERB_STOP) {
		diag_verbose("%s: %s", job->daemon->what,
		    done[act->spec->verb]);
		job_finish(act, job, EX_DONE);
		return;
	}
	/* All is gone but the supervisor itself, which is about to. */
	job->answered = true;
	job->phase = PHASE_PARTING;
	job->due_ms = clock_ms() + PARTING_MS;
	fdio_close(&job->link_fd);
}

static void
hung_up(struct act *act, struct job *job, int error)
{
	if (error == ENOTSUP) {
		not_understood(act, job);
		return;
	}
	fdio_close(&job->link_fd);
	if (error == ECONNRESET && ask(act, job) == 0)
		return;
	job->heard = error != ECONNRESET;
	job->phase = PHASE_PARTING;
	job->due_ms = clock_ms() + PARTING_MS;
}

static void
take_reply(struct act *act, struct job *job)
{
	static struct link_reply reply;

	if (link_read(job->link_fd, &reply) == -1)
		hung_up(act, job, errno);
	else if (reply.reply.kind == REPLY_DONE)
		take_answer(act, job, &reply);
	else if (reply.reply.kind == REPLY_PROGRESS) {
		job->sent = reply.reply.signal;
		job->next_ms = reply.reply.wait_ms == UINT64_MAX
		    ? CLOCK_NEVER
		    : clock_ms() + reply.reply.wait_ms;
	}
}

static void
part(struct act *act, struct job *job, bool has_ended)
{
	if (job->answered) {
		diag_verbose("%s: stopped", job->daemon->what);
		job_finish(act, job, EX_DONE);
	} else if (has_ended)
		it_has_ended(act, job);
	else
		job_fail(act, job, "its supervisor does not listen");
}

void
asking_go_on(struct act *act, struct job *job, uint64_t now)
{
	bool has_ended = job->happened[JOB_SUPERVISOR] != 0;

	if (job->phase == PHASE_PARTING) {
		if (has_ended || job->due_ms <= now)
			part(act, job, has_ended);
	} else if (job->happened[JOB_LINK] != 0) {
		/* What it said before it ended is heard first. */
		take_reply(act, job);
	} else if (has_ended) {
		job->heard = true;
		it_has_ended(act, job);
	}
}
