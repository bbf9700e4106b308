/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "base/path.h"
#include "os/trust.h"

/* What the streams are opened by. */
struct opening {
	struct streams *streams;
	const struct spec *spec;
	const struct credentials *credentials;
	bool detached;
};

void
streams_init(struct streams *streams)
{
	memset(streams, 0, sizeof(*streams));
	streams->fds[0] = streams->fds[1] = streams->fds[2] = -1;
	streams->null_fd = -1;
}

/*
 * Never one of 0 to 2, since these are occupied; so that moving one stream
 * into place cannot overwrite another.
 */
int
streams_null(struct streams *streams)
{
	if (streams->null_fd == -1)
		streams->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (streams->null_fd == -1)
		diag_err("cannot open '/dev/null'");
	return streams->null_fd;
}

/* A FIFO that nobody writes to must not keep the start waiting. */
static int
open_input(const char *spelled)
{
	const char *path = path_absolute(spelled);
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
open_file(const struct opening *opening, const char *spelled)
{
	const struct credentials *credentials = opening->credentials;
	const struct spec *spec = opening->spec;
	const char *path = path_absolute(spelled);
	enum trust_refusal why = TRUST_SYSTEM;
	const char *name;
	int dir_fd = -1;
	int fd = -1;

	if (path != NULL)
		dir_fd = trust_open_parent(path, &name);
	if (dir_fd != -1 && spec->test)
		fd = streams_null(opening->streams);
	else if (dir_fd != -1)
		fd = trust_open_output(dir_fd, name,
		    spec->output.truncate ? O_TRUNC : O_APPEND, spec->log.mode,
		    credentials->set_uid ? credentials->uid : geteuid(),
		    &why);
	fdio_close(&dir_fd);
	if (fd == -1)
		diag_errx("cannot open '%s': %s", spelled,
		    trust_explain(why, errno));
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
open_output(const struct opening *opening, const struct dest *dest, int which)
{
	struct streams *streams = opening->streams;
	int *fd = &streams->fds[which];

	if (streams->is_logged[which])
		return 0;
	switch (dest->kind) {
	case DEST_UNSET:
		if (!opening->detached)
			return 0;
		/* FALLTHROUGH */
	case DEST_NULL:
		*fd = streams_null(streams);
		break;
	case DEST_FILE:
		*fd = open_file(opening, dest->text);
		break;
	case DEST_INHERIT:
		if (!opening->detached)
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
open_standard_input(const struct opening *opening)
{
	const struct spec_output *output = &opening->spec->output;
	struct streams *streams = opening->streams;

	if (output->stdin_path != NULL)
		streams->fds[0] = open_input(output->stdin_path);
	else if (opening->detached && output->inherit_stdin)
		streams->fds[0] = keep_inherited(0);
	else if (opening->detached)
		streams->fds[0] = streams_null(streams);
	else
		return 0;
	return streams->fds[0] == -1 ? -1 : 0;
}

static int
open_outputs(const struct opening *opening)
{
	const struct spec_output *output = &opening->spec->output;
	struct streams *streams = opening->streams;

	if (open_output(opening, &output->out, 1) == -1)
		return -1;
	if (!is_one_file(output) || streams->is_logged[2])
		return open_output(opening, &output->err, 2);
	streams->fds[2] = streams->fds[1];
	return 0;
}

/* What the user may not write to is not opened for them. */
static int
open_outputs_as_user(const struct opening *opening)
{
	const struct spec_process *process = &opening->spec->process;
	struct credentials_loan loan;
	int result;

	if (!process->access_as_user || geteuid() != 0)
		return open_outputs(opening);
	if (credentials_lend(opening->credentials, &loan) == -1) {
		diag_err("cannot open files as user '%s'", process->user);
		return -1;
	}
	result = open_outputs(opening);
	if (credentials_return(&loan) == 0)
		return result;
	diag_err("cannot become ourselves again");
	return -1;
}

int
streams_open(struct streams *streams, const struct spec *spec,
    const struct credentials *credentials, bool detached)
{
	const struct opening opening = { streams, spec, credentials, detached };

	if (open_standard_input(&opening) == -1)
		return -1;
	return open_outputs_as_user(&opening);
}

void
streams_close(struct streams *streams)
{
	int i;

	/* Two outputs to one file share their descriptor. */
	if (streams->fds[2] == streams->fds[1])
		streams->fds[2] = -1;
	for (i = 0; i < 3; i++) {
		if (streams->is_logged[i] ||
		    streams->fds[i] == streams->null_fd)
			streams->fds[i] = -1;
		fdio_close(&streams->fds[i]);
	}
	fdio_close(&streams->null_fd);
}
