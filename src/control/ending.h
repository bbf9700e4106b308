/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_ENDING_H
#define CONTROL_ENDING_H

#include "control/job.h"

/* Ending a daemon that has no supervisor. */

/* Begin; job->main_fd is its main process. */
void	ending_begin(struct act *act, struct job *job);

/*
 * Its supervisor and its main process have gone: see to what is left, if
 * that can be told, and end the job.
 */
void	ending_rest(struct act *act, struct job *job);

/* Something has happened, or its time has come. */
void	ending_go_on(struct act *act, struct job *job);

/* act->table is new, and the job wanted it. */
void	ending_look(struct act *act, struct job *job);

#endif
