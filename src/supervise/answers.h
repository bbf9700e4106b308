/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_ANSWERS_H
#define SUPERVISE_ANSWERS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "supervise/server.h"

/*
 * What the supervisor does for those who ask over its control socket.  An
 * answer comes when the thing is done, so several may be owed at a time.
 */

struct supervisor;

/* A reload that is under way. */
struct reload {
	bool announced;		/* RELOADING=1 has come */
	uint64_t since_us;	/* monotonic; an older RELOADING=1 is not it */
	uint64_t due_ms;	/* when it is given up; CLOCK_NEVER: none */
	pid_t command_pid;	/* of --reload-command; 0: none */
};

/* Take all requests that have come. */
void	answers_handle(struct supervisor *sup, struct pollfd *fds,
	    size_t count, uint64_t now_ms);

/* When answers_handle() is to be called at the latest, or CLOCK_NEVER. */
uint64_t	answers_deadline(const struct supervisor *sup);

/* The run is ready: a restart is done. */
void	answers_ready(struct supervisor *sup);

/* The run has ended, or could not begin, as text says. */
void	answers_ended(struct supervisor *sup, const char *text);

/* It said RELOADING=1 at that time, or READY=1. */
void	answers_reloading(struct supervisor *sup, uint64_t monotonic_us);
void	answers_reloaded(struct supervisor *sup);

/* The stop schedule is over and it does not die. */
void	answers_refused(struct supervisor *sup, const char *text);

/* A child was reaped.  Returns whether it was a reload command. */
bool	answers_child_exited(struct supervisor *sup, pid_t pid, int status);

/* Nothing is left, and the claim is given up: the last answers. */
void	answers_close(struct supervisor *sup);

#endif
