/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/alone.h"

#include <sys/wait.h>

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/parse.h"
#include "base/signals.h"
#include "base/signame.h"
#include "base/xalloc.h"
#include "control/ending.h"
#include "os/pidfd.h"
#include "spec/field.h"

/*
 * Run --reload-command with the daemon's identity in its environment, and
 * wait for it.
 */
static int
run_command(const struct job *job, const char *command)
{
	const char *name = job->daemon->tail.text[RECORD_NAME];
	char *argv[] = { xstrdup("sh"), xstrdup("-c"), xstrdup(command),
		NULL };
	extern char **environ;
	char number[24];
	int rc, status;
	pid_t pid;

	(void)snprintf(number, sizeof(number), "%ld",
	    (long)job->daemon->head.main.pid);
	if (setenv("MAINPID", number, 1) == -1 ||
	    setenv("IMP_NAME", name == NULL ? "" : name, 1) == -1)
		return -1;
	rc = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ);
	if (rc != 0) {
		errno = rc;
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : EX_SIGNALLED + WTERMSIG(status);
}

void
alone_reload_by_command(struct act *act, struct job *job)
{
	int rc = run_command(job, act->spec->control.reload_command);

	if (rc == 0)
		job_finish(act, job, EX_DONE);
	else if (rc == -1)
		job_fail(act, job, strerror(errno));
	else
		job_fail(act, job, xasprintf("the command exited with "
					     "status %d", rc));
}

static void
send_one(struct act *act, struct job *job, int signal)
{
	char text[SIGNAME_MAX];

	if (os_pidfd_signal(job->main_fd, signal) == -1) {
		if (errno == ESRCH)
			job_not_running(act, job);
		else
			job_fail(act, job, strerror(errno));
		return;
	}
	diag_verbose("%s: sent %s to process %ld", job->daemon->what,
	    signame_text(signal, text), (long)job->daemon->head.main.pid);
	job_finish(act, job, EX_DONE);
}

/* By the signal that it was started with, unless another is asked for. */
static void
reload_alone(struct act *act, struct job *job)
{
	const char *text = job->daemon->tail.text[RECORD_RELOAD];
	uint64_t signal = (uint64_t)act->spec->control.reload_signal;
	struct reason why;

	if (act->spec->control.reload_command != NULL)
		alone_reload_by_command(act, job);
	else if (text == NULL || spec_given(act->spec, FIELD_RELOAD_SIGNAL) ||
	    parse_unsigned(text, 1, SIGNALS_LAST, &signal, &why) == 0)
		send_one(act, job, (int)signal);
	else
		job_fail(act, job, "it has no supervisor that could run its "
				   "reload command: give it as "
				   "--reload-command");
}

void
alone_begin(struct act *act, struct job *job)
{
	switch (act->spec->verb) {
	case VERB_SIGNAL:
		send_one(act, job, act->spec->control.signal);
		break;
	case VERB_RELOAD:
		reload_alone(act, job);
		break;
	case VERB_RESTART:
		job_fail(act, job, "it has no supervisor that could start it "
				   "again: stop it, and start it as before");
		break;
	case VERB_ROTATE:
		job_fail(act, job, "it has no supervisor, and writes its log "
				   "itself");
		break;
	default:
		job->involved = true;
		ending_begin(act, job);
		break;
	}
}
