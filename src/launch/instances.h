/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_INSTANCES_H
#define LAUNCH_INSTANCES_H

#include "spec/spec.h"

/* How the start of one instance went. */
struct instance_outcome {
	int status;		/* its exit status */
	bool was_running;	/* before, so it is not ours to stop */
};

/*
 * Start all instances of spec at the same time, each by a process of its
 * own that calls start(context, spec of the instance) and exits with what
 * that returns.
 *
 * SIGHUP, SIGINT, SIGQUIT and SIGTERM, which must be blocked, are passed on.
 *
 * outcomes  spec->identity.instances entries, to be filled.
 *
 * Returns the worst status.
 */
int	instances_start(const struct spec *spec,
	    int (*start)(void *context, const struct spec *spec),
	    void *context, struct instance_outcome *outcomes);

#endif
