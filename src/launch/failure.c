/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "spec/limit.h"

/* What could not be done, for the steps that say no more than that. */
static const char *const actions[STAGE_COUNT] = {
	[STAGE_NONE] = "start",
	[STAGE_FORK] = "make a new process",
	[STAGE_SESSION] = "start a new session",
	[STAGE_GROUP] = "lead a process group",
	[STAGE_STREAMS] = "set up standard input and outputs",
	[STAGE_IDENTITY] = "tell this process from others (is /proc there?)",
	[STAGE_IO_PRIORITY] = "set the I/O priority",
	[STAGE_SCHEDULER] = "set the scheduling policy",
	[STAGE_CPUS] = "set the processors to run on",
	[STAGE_WAY_BACK] = "give up the way back to the caller's user",
	[STAGE_CAPS] = "set the capabilities",
	[STAGE_NO_NEW_PRIVS] = "set no_new_privs",
	[STAGE_BIND] = "bind the command to its supervisor",
	[STAGE_DESCRIPTORS] = "close inherited descriptors",
	[STAGE_SIGNALS] = "reset the signals",
};

static void
tell_step(const struct plan *plan, const struct report *report)
{
	const struct spec *spec = plan->spec;

	errno = report->error;
	switch (report->stage) {
	case STAGE_RECORD:
		diag_err("cannot write the record of the daemon");
		break;
	case STAGE_PIDFILE:
		diag_err("cannot write pidfile '%s'", spec->identity.pidfile);
		break;
	case STAGE_ENVIRONMENT:
		environment_tell_failure(&plan->environment);
		break;
	case STAGE_LIMIT:
		diag_err("cannot set limit '%s'", limit_name(report->detail));
		break;
	case STAGE_NICE:
		diag_err("cannot set the nice value to %d",
		    spec->surroundings.nice.value);
		break;
	case STAGE_OOM:
		diag_err("cannot set oom_score_adj to %d",
		    spec->surroundings.oom_score_adj.set
			? spec->surroundings.oom_score_adj.value
			: plan->oom_score_adj.value);
		break;
	case STAGE_CHROOT:
		diag_err("cannot change root to '%s'", spec->process.chroot);
		break;
	case STAGE_CHDIR:
		diag_err("cannot change directory to '%s'",
		    spec->surroundings.chdir);
		break;
	case STAGE_GROUPS:
		diag_err("cannot set the supplementary groups");
		break;
	case STAGE_GID:
		diag_err("cannot change to group %lu",
		    (unsigned long)plan->credentials.gid);
		break;
	case STAGE_UID:
		diag_err("cannot change to user '%s'", spec->process.user);
		break;
	case STAGE_KEEP:
		diag_err("cannot keep descriptor %d", report->detail);
		break;
	default:
		diag_err("cannot %s", actions[report->stage]);
		break;
	}
}

/*
 * Take the interpreter out of a script's first line.  False if it is none,
 * or is not to be read.
 */
static bool
read_interpreter(const char *path, char *name, size_t room)
{
	char line[256];
	const char *p;
	size_t length;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return false;
	n = fdio_read_full(fd, line, sizeof(line) - 1);
	(void)close(fd);
	if (n < 3 || line[0] != '#' || line[1] != '!')
		return false;
	line[n] = '\0';
	p = line + 2;
	p += strspn(p, " \t");
	length = strcspn(p, " \t\r\n");
	/* "\r" is what a file from elsewhere has at the end of its lines. */
	if (p[length] == '\r')
		length++;
	(void)snprintf(name, room, "%.*s", (int)length, p);
	return length > 0;
}

/* The path as the caller sees it. */
static void
outside_root(const struct plan *plan, const char *path, char *out)
{
	bool relative = *path != '/';

	(void)snprintf(out, PATH_MAX, "%s%s%s%s",
	    plan->chroot != NULL ? plan->chroot : "",
	    plan->chroot != NULL && relative ? plan->chdir : "",
	    plan->chroot != NULL && relative ? "/" : "", path);
}

/* ENOENT though the file is there: what should run it is not. */
static bool
tell_missing_interpreter(const struct plan *plan)
{
	const char *command = plan->spec->operands.items[0];
	char path[PATH_MAX];
	char name[256];
	int i;

	for (i = 0; plan->paths[i] != NULL; i++) {
		outside_root(plan, plan->paths[i], path);
		if (access(path, F_OK) == -1)
			continue;
		if (read_interpreter(path, name, sizeof(name)))
			diag_errx("cannot execute '%s': its interpreter '%s' "
				  "was not found",
			    command, name);
		else
			diag_errx("cannot execute '%s': its dynamic loader "
				  "was not found",
			    command);
		return true;
	}
	return false;
}

static int
tell_exec(const struct plan *plan, const struct report *report)
{
	const char *command = plan->spec->operands.items[0];

	if (report->error == ENOENT) {
		if (tell_missing_interpreter(plan))
			return EX_NOEXEC;
		diag_errx("cannot find '%s'%s", command,
		    strchr(command, '/') == NULL ? " in PATH" : "");
		return EX_NOTFOUND;
	}
	if (report->error == 0) {
		diag_errx("'%s' was killed before it could be executed",
		    command);
		return EX_SETUP;
	}
	errno = report->error;
	diag_err("cannot execute '%s'", command);
	return EX_NOEXEC;
}

int
failure_tell(const struct plan *plan, const struct report *report)
{
	if (report->stage == STAGE_EXEC)
		return tell_exec(plan, report);
	if (report->error == 0)
		diag_errx("the process that should become '%s' was killed",
		    plan->spec->operands.items[0]);
	else
		tell_step(plan, report);
	return EX_SETUP;
}
