/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_ENDING_H
#define LOG_ENDING_H

#include "log/logger.h"

/*
 * The end of a logger that cannot get rid of what it has.  Nothing is left
 * behind by a stop: where a disk is full for good, or a receiver is gone, it
 * does not try for ever.
 */

/*
 * Whether nobody can write to the logger any more, and nothing has moved for
 * LOG_LINGER_MS.  To be asked after each step, with what that came to.
 */
bool	ending_is_in_vain(struct logger *logger, enum work step);

/* Try once more; what cannot be stored then is dropped, which ends all. */
void	ending_give_up(struct logger *logger);

#endif
