/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_STORE_H
#define LOG_STORE_H

#include "log/logger.h"

/*
 * Storing output in a file, exactly once.
 *
 * Without anything to do per line the bytes are spliced from the target's
 * pipe to the end of the file, which is one system call and so happens or
 * does not.  Otherwise a batch of lines is composed and written, see
 * ledger.h.
 */

/* The next step while .now.phase is idle. */
enum work	store_next(struct logger *logger);

/* Go on with a batch that a logger was killed in, or that did not fit. */
enum work	store_resume(struct logger *logger);

/* Store what is left of a stream's last run, an unterminated line too. */
enum work store_last(struct logger *logger, enum log_stream_number stream);

/*
 * Keep the end of what was stored since the last time for log_tail().  Only
 * the logger reads the file: a disk that is stuck must not stop anybody else.
 */
void	store_tail(struct logger *logger);

#endif
