/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_STAGE_H
#define LOG_STAGE_H

#include "log/logger.h"

/*
 * The pipe in which output waits until it is safe: see ledger.h.
 */

/*
 * Move what the target has written into stage, until that holds most bytes.
 * Returns the bytes that stage holds, which may be more.
 */
size_t	stage_fill(
    struct logger *logger, enum log_stream_number stream, size_t most);

/* The bytes that stage holds. */
size_t	stage_used(const struct logger *logger, enum log_stream_number stream);

/*
 * Copy at most length bytes from the front of a pipe (a stage, or "out") that
 * holds some into .in and leave them there.  Returns the number of bytes, 0
 * only for a length of 0.
 */
size_t	stage_peek(struct logger *logger, int pipe_fd, size_t length);

/*
 * The front of the stage of .now.batch, down to .now.left bytes, is stored:
 * move it on to where a copy goes, or throw it away.  Returns false if that
 * takes no more for now; it has been waited for then, but not for long.
 */
bool	stage_release(struct logger *logger);

/* Throw it away: it was dropped. */
void	stage_discard(struct logger *logger);

#endif
