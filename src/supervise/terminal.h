/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_TERMINAL_H
#define SUPERVISE_TERMINAL_H

#include <sys/types.h>

#include <stdbool.h>

#include "launch/plan.h"
#include "supervise/family.h"

/*
 * A pseudo-terminal for each run, for a target that needs one where there is
 * none.  A process of its own relays between its master side and what would
 * have been the target's input and output; that process ends with the last
 * byte, since the kernel hangs the terminal up when the target, who leads its
 * session, ends.
 */
struct terminal_relay {
	pid_t pid; /* 0: none runs */
};

/*
 * Make one, if the spec asks for it, and put it into the plan.  Returns 0, or
 * -1 with errno.
 */
int	terminal_begin(struct terminal_relay *relay, struct plan *plan,
	    struct family *family);

/* The target has it, or there is no target: close our side. */
void	terminal_begun(struct plan *plan);

/* A child was reaped.  Returns whether it was the relay. */
bool	terminal_child_exited(struct terminal_relay *relay, pid_t pid);

#endif
