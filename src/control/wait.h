/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_WAIT_H
#define CONTROL_WAIT_H

#include "control/find.h"

/*
 * --wait: wait for all that was found to be down, ready or running.  Returns
 * the highest exit status: for down that of the daemon (128 + N for signal
 * N), EX_FAILED if that cannot be known; EX_TIMEOUT when the time is over.
 */
int	wait_run(const struct spec *spec, struct found *found);

#endif
