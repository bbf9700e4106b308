/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_INSPECT_H
#define CONTROL_INSPECT_H

#include "spec/spec.h"

/*
 * --inspect: judge the one process or daemon that the spec names, line by
 * line: "ok" or "not ok", what was looked at, and the evidence.
 * Returns EX_DONE when all is well, EX_FAILED when something is not,
 * EX_STATUS_UNKNOWN when there is no such process or it cannot be looked at.
 */
int	inspect_run(const struct spec *spec);

#endif
