/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_STREAMS_H
#define LAUNCH_STREAMS_H

#include <stdbool.h>

#include "launch/credentials.h"
#include "spec/spec.h"

/* What the target's standard input, output and error become. */
struct streams {
	int fds[3];	   /* -1: stays as it is */
	bool is_logged[3]; /* opened by whoever has loggers, not here */
	int null_fd;	   /* /dev/null, shared by those that go there */
};

/* None; streams_close() takes it. */
void	streams_init(struct streams *streams);

/*
 * Open those that go to files, /dev/null or nowhere.  Those that are logged
 * are left at -1.
 *
 * credentials  the target's: whose files are written to.
 * detached     what is not said is /dev/null.
 *
 * Returns 0, or -1 after having told why.
 */
int	streams_open(struct streams *streams, const struct spec *spec,
	    const struct credentials *credentials, bool detached);

/* /dev/null, opened once.  Returns it, or -1 after having told why. */
int	streams_null(struct streams *streams);

/* Nothing will be started any more. */
void	streams_close(struct streams *streams);

#endif
