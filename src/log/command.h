/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_COMMAND_H
#define LOG_COMMAND_H

#include "log/logger.h"

/*
 * The command behind "|": it reads from a pipe that outlives it and the
 * logger, so that what it has not read is read by the next.  It runs with
 * imp's own privileges.
 */

/* Prepare, and watch the command that a predecessor has started. */
void	command_init(struct logger *logger);

/* Start it if it does not run and it is time to. */
void	command_start(struct logger *logger);

/* Its pidfd has become readable: it has ended. */
void	command_ended(struct logger *logger);

/*
 * Whether all that was sent has been read; one that runs and does not read is
 * left alone with it in the end.
 */
bool	command_has_read(const struct logger *logger);

#endif
