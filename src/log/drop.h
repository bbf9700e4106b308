/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_DROP_H
#define LOG_DROP_H

#include "log/logger.h"

/*
 * Throwing output away, counted, while the destination takes nothing.
 */

/* Drop what there is.  WORK_NONE when there is nothing. */
enum work	drop_next(struct logger *logger);

/*
 * Drop the batch of .now.batch, of which length bytes are in .in, instead of
 * storing it.
 */
void	drop_batch(struct logger *logger, size_t length);

/*
 * Drop what is left in "out", the records or lines that the receiver did not
 * take; or go on with it, while .now.phase is dropping.  A note that is among
 * them is told again later.
 */
void	drop_out(struct logger *logger);

/* Drop what no command has read, and none will. */
void	drop_unread(struct logger *logger);

/* Whether a note of dropped or suppressed lines should be stored now. */
bool	drop_note_is_due(const struct logger *logger);

/* The text of the note in *compose, if there is anything to note. */
void	drop_prepare_note(struct logger *logger, struct compose *compose);

#endif
