/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_FAILURE_H
#define LAUNCH_FAILURE_H

#include "launch/plan.h"
#include "launch/stage.h"

/*
 * Tell which step of a start failed, on what, and why, in the user's own
 * words.  Returns the exit status: 127 and 126 for a command that is not
 * there or cannot be executed, else 125.
 */
int	failure_tell(const struct plan *plan, const struct report *report);

#endif
