/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_ASKING_H
#define CONTROL_ASKING_H

#include <stdint.h>

#include "control/job.h"

/* Asking a daemon's supervisor to do it, and hearing how it goes. */

/*
 * Begin to ask job->supervisor_fd.  One that cannot be asked is met half-way:
 * a stop is signalled to it, and what needs no supervisor is done without.
 */
void	asking_begin(struct act *act, struct job *job);

/*
 * Something has happened, or its time has come: the job's phase is ASKING or
 * PARTING.  In phase AGAIN after that, the supervisor has ended without an
 * answer, and the job is to be decided anew.
 *
 * now  clock_ms().
 */
void	asking_go_on(struct act *act, struct job *job, uint64_t now);

#endif
