/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_STOPPING_H
#define SUPERVISE_STOPPING_H

#include <stdbool.h>

#include "supervise/state.h"

/* From the first signal of the stop schedule until nothing is left. */

struct supervisor;

/*
 * Actions of the state table.  Each returns the event that it answers with,
 * or EV_COUNT.
 */
enum event	stopping_begin(struct supervisor *sup);
enum event	stopping_resume(struct supervisor *sup);
enum event	stopping_arm(struct supervisor *sup);
enum event	stopping_next(struct supervisor *sup);
enum event	stopping_kill_left(struct supervisor *sup);
enum event	stopping_report_refused(struct supervisor *sup);

/* Whether nothing is left of what --kill says is to be ended. */
bool	stopping_is_gone(const struct supervisor *sup);

#endif
