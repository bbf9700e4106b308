/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_ALONE_H
#define CONTROL_ALONE_H

#include "control/job.h"

/* What is done to a daemon without a supervisor's help. */

/*
 * Begin to do what act->spec says to job->main_fd, the main process, over
 * which nobody watches.
 */
void	alone_begin(struct act *act, struct job *job);

/* Run --reload-command, and finish the job. */
void	alone_reload_by_command(struct act *act, struct job *job);

#endif
