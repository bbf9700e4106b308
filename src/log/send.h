/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_SEND_H
#define LOG_SEND_H

#include "log/logger.h"

/*
 * Sending output to what is no file: a command, a device, syslog, the
 * journal.  A batch is composed into the pipe "out" first; from there each
 * system call moves a piece, or one record, to the receiver and so takes it
 * out of the pipe at the same time.
 */

/* Look for what a predecessor left, whether the kernel splices records. */
void	send_init(struct logger *logger);

/* The next step while .now.phase is idle. */
enum work	send_next(struct logger *logger);

/* Compose what is left of a stream's last run, an unterminated line too. */
enum work	send_last(struct logger *logger, enum log_stream_number stream);

/* The next step while .now.phase is sending. */
enum work	send_some(struct logger *logger);

/* Tell syslog, if it listens, how much is dropped and was not told of yet. */
void	send_loss(struct logger *logger);

/* The descriptor to wait for, when the receiver takes nothing; or -1. */
int	send_poll_fd(const struct logger *logger);

#endif
