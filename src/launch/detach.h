/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_DETACH_H
#define LAUNCH_DETACH_H

#include <stdbool.h>

#include "launch/plan.h"
#include "launch/stage.h"

/*
 * Fork twice, with a new session between, so that the grandchild is no
 * session leader, has no controlling terminal and cannot get one; and let it
 * become the target.  The memory is shared until then: no page table is
 * copied, and the return is the proof that the exec happened or did not.
 *
 * Returns true when the target runs, else false with *report telling the
 * step that failed (error 0: the process was killed in it).
 */
bool	detach_exec(const struct plan *plan, struct report *report);

/*
 * Fork a process that becomes the target and stays our child.  Returns its
 * pid once it has exec'd, else -1 with *report; it has been reaped then.
 */
pid_t	detach_spawn(const struct plan *plan, struct report *report);

/*
 * Kill all that is in a session whose leader was waited for: its number is
 * nobody else's as long as somebody is in it, and has hardly been given again
 * otherwise.  Returns false if they cannot be looked for.
 */
bool	detach_end_session(pid_t session);

#endif
