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
 * What a batch begins with: the front of a stage, which is in .in.
 */
struct stage_look {
	size_t take; /* bytes */
	bool flush;  /* an unterminated line goes along */
	bool last;   /* ... and is terminated */
};

/*
 * Fill a stage and look at its front: at most most bytes, in at most lines
 * lines (0: any).  last: nothing follows, the run has ended.  Returns false
 * when there is nothing to do.
 */
bool	stage_look(struct logger *logger, enum log_stream_number stream,
    size_t most, size_t lines, bool last, struct stage_look *look);

/* The next step of a stream: store_stream() or send_stream(). */
typedef enum work stage_step(
    struct logger *logger, enum log_stream_number stream, bool last);

/* One step of the streams in turn: of the first that has something to do. */
enum work	stage_next(struct logger *logger, stage_step *step);

/* Throw the first bytes of a pipe away. */
void	stage_skip(struct logger *logger, int pipe_fd, size_t bytes);

/*
 * The front of the stage of .now.batch, down to .now.left bytes, is stored:
 * move it on to where a copy goes, or throw it away.  Returns false if that
 * takes no more for now; it has been waited for then, but not for long.  With
 * .gives_up it is thrown away.
 */
bool	stage_release(struct logger *logger);

/* Throw it away: it was dropped. */
void	stage_discard(struct logger *logger);

#endif
