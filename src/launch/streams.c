/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "launch/plan.h"
#include "os/trust.h"

/*
 * One descriptor for all that goes to /dev/null.  Never one of 0 to 2, since
 * these are occupied; so that moving one stream into place cannot overwrite
 * another.
 */
static int
open_null(struct plan *plan)
{
	if (plan->null_fd == -1)
		plan->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (plan->null_fd == -1)
		diag_err("cannot open '/dev/null'");
	return plan->null_fd;
}

/* A FIFO that nobody writes to must not keep the start waiting. */
static int
open_input(const char *spelled)
{
	const char *path = plan_absolute(spelled);
	int fd = -1;

	if (path != NULL)
		fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd != -1 && fcntl(fd, F_SETFL, 0) == 0)
		return fd;
	diag_err("cannot open '%s'", spelled);
	fdio_close(&fd);
	return -1;
}

static int
open_file(struct plan *plan, const char *spelled)
{
	const struct spec *spec = plan->spec;
	const char *path = plan_absolute(spelled);
	enum trust_refusal why = TRUST_SYSTEM;
	const char *name;
	int dir_fd = -1;
	int fd = -1;
	int saved;

	if (path != NULL)
		dir_fd = trust_open_parent(path, &name);
	if (dir_fd != -1 && spec->test)
		fd = open_null(plan);
	else if (dir_fd != -1)
		fd = trust_open_output(dir_fd, name,
		    spec->output.truncate ? O_TRUNC : O_APPEND, spec->log.mode,
		    plan->credentials.set_uid ? plan->credentials.uid
					      : geteuid(),
		    &why);
	saved = errno;
	fdio_close(&dir_fd);
	if (fd == -1)
		diag_errx("cannot open '%s': %s", spelled,
		    trust_explain(why, saved));
	return fd;
}

/* Where a supervisor comes between, its own streams are /dev/null. */
static int
keep_inherited(int which)
{
	int fd = fcntl(which, F_DUPFD_CLOEXEC, 3);

	if (fd == -1)
		diag_err("cannot duplicate descriptor %d", which);
	return fd;
}

/* Set the stream; it stays -1 if it is kept or comes later. */
static int
open_output(struct plan *plan, const struct dest *dest, int which)
{
	int *fd = &plan->stream_fds[which];

	if (plan->is_logged[which])
		return 0;
	switch (dest->kind) {
	case DEST_UNSET:
		if (!plan->detached)
			return 0;
		/* FALLTHROUGH */
	case DEST_NULL:
		*fd = open_null(plan);
		break;
	case DEST_FILE:
		*fd = open_file(plan, dest->text);
		break;
	case DEST_INHERIT:
		if (!plan->detached)
			return 0;
		*fd = keep_inherited(which);
		break;
	default:
		return 0;
	}
	return *fd == -1 ? -1 : 0;
}

static bool
is_one_file(const struct spec_output *output)
{
	return output->out.kind == DEST_FILE &&
	    output->err.kind == DEST_FILE &&
	    strcmp(output->out.text, output->err.text) == 0;
}

static int
open_standard_input(struct plan *plan)
{
	const struct spec_output *output = &plan->spec->output;

	if (output->stdin_path != NULL)
		plan->stream_fds[0] = open_input(output->stdin_path);
	else if (plan->detached && output->inherit_stdin)
		plan->stream_fds[0] = keep_inherited(0);
	else if (plan->detached)
		plan->stream_fds[0] = open_null(plan);
	else
		return 0;
	return plan->stream_fds[0] == -1 ? -1 : 0;
}

static int
open_outputs(struct plan *plan)
{
	const struct spec_output *output = &plan->spec->output;

	if (open_output(plan, &output->out, 1) == -1)
		return -1;
	if (!is_one_file(output) || plan->is_logged[2])
		return open_output(plan, &output->err, 2);
	plan->stream_fds[2] = plan->stream_fds[1];
	return 0;
}

/* What the user may not write to is not opened for them. */
static int
open_outputs_as_user(struct plan *plan)
{
	struct credentials_loan loan;
	int result;

	if (!plan->spec->process.access_as_user || geteuid() != 0)
		return open_outputs(plan);
	if (credentials_lend(&plan->credentials, &loan) == -1) {
		diag_err("cannot open files as user '%s'",
		    plan->spec->process.user);
		return -1;
	}
	result = open_outputs(plan);
	if (credentials_return(&loan) == 0)
		return result;
	diag_err("cannot become ourselves again");
	return -1;
}

int
plan_open_streams(struct plan *plan)
{
	if (open_standard_input(plan) == -1)
		return -1;
	return open_outputs_as_user(plan);
}
