/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_CHECK_H
#define SPEC_CHECK_H

#include <stdbool.h>

#include "spec/spec.h"

/*
 * Judge a complete spec as a whole, and derive what follows from others:
 * whether there is a supervisor, whether logs are rotated.  Refuses options
 * that contradict each other, that mean nothing without another or for this
 * verb, and that this system cannot honour.
 *
 * Returns 0, or -1 after saying what is wrong, with the names of imp's own
 * options.
 */
int	spec_check(struct spec *spec);

/*
 * Whether what the target writes goes through a logger, and not straight to
 * files and descriptors.
 */
bool	spec_needs_logger(const struct spec *spec);

#endif
