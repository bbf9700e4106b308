/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_ACT_H
#define CONTROL_ACT_H

#include "control/find.h"

/*
 * Do what spec->verb says to all that was found: stop, restart, reload,
 * signal or rotate; all daemons at once, in one loop without a poll interval.
 * Returns the worst exit status.
 */
int	act_run(const struct spec *spec, struct found *found);

#endif
