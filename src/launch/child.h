/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_CHILD_H
#define LAUNCH_CHILD_H

#include "launch/plan.h"
#include "launch/stage.h"

/*
 * From the fork to the exec, in the process that becomes the target: each
 * step of a table is done, or ends it.  Only system calls, since the memory
 * may be the parent's.  report tells how far it came.  Returns only when a
 * step has failed.
 */
void	child_become(const struct plan *plan, struct report *report);

#endif
