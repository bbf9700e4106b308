/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/job.h"

#include <errno.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"

void
job_finish(struct act *act, struct job *job, int status)
{
	fdio_close(&job->link_fd);
	fdio_close(&job->supervisor_fd);
	fdio_close(&job->main_fd);
	fdio_close(&job->events_fd);
	session_fini(&job->session);
	job->wants_look = false;
	job->phase = PHASE_OVER;
	job->status = status;
	act->active--;
}

const char *
job_verb(const struct act *act)
{
	switch (act->spec->verb) {
	case VERB_RESTART:
		return "restart";
	case VERB_RELOAD:
		return "reload";
	case VERB_SIGNAL:
		return "signal";
	case VERB_ROTATE:
		return "rotate the log of";
	default:
		return "stop";
	}
}

void
job_fail(struct act *act, struct job *job, const char *why)
{
	diag_errx("cannot %s %s: %s", job_verb(act), job->daemon->what, why);
	job_finish(act, job, EX_FAILED);
}

void
job_not_running(struct act *act, struct job *job)
{
	const char *what = job->daemon->what;

	if (act->spec->verb != VERB_STOP) {
		job_fail(act, job, job->daemon->is_pattern
			? "no daemon matches"
			: "it is not running");
		return;
	}
	find_tidy(act->found, job->daemon);
	if (job->involved)
		diag_verbose("%s: stopped", what);
	else if (job->daemon->is_pattern)
		find_tell_unmatched(job->daemon);
	else
		diag_notice("%s is not running", what);
	job_finish(act, job, EX_DONE);
}

int
job_open_process(const struct act *act, const struct identity *identity,
    struct os_process *process)
{
	if (identity->pid != 0 && act->found->boot != NULL)
		return identity_open_here(identity, act->found->boot, process);
	errno = identity->pid == 0 ? ESRCH : EAGAIN;
	return -1;
}
