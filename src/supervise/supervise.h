/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_SUPERVISE_H
#define SUPERVISE_SUPERVISE_H

#include <signal.h>
#include <stdint.h>

#include "spec/spec.h"

/*
 * Start a daemon and stay with it: detached in a supervisor of its own,
 * while the caller waits for the start and then returns; or with
 * --foreground in this process, until it is over.
 *
 * blocked, ignored  the signals that imp's caller had blocked and ignored;
 *                   with --foreground the command has them so, too.
 *
 * Returns an exit status: of the start, or with --foreground of the command
 * (128 + N if signal N ended it), to which SUPERVISE_COMMAND is added.
 */
#define SUPERVISE_COMMAND 0x100

int	supervise(const struct spec *spec, const sigset_t *blocked,
	    uint64_t ignored);

#endif
