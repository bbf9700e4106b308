/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_STATUS_H
#define CONTROL_STATUS_H

#include "control/find.h"

/*
 * --status: tell all there is to tell of each daemon.  Returns the highest
 * of their LSB statuses.
 */
int	status_run(const struct spec *spec, struct found *found);

#endif
