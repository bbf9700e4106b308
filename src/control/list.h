/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_LIST_H
#define CONTROL_LIST_H

#include "control/find.h"

/*
 * --list: print all that was found; patterns that nothing matches are told of
 * and dropped.  Returns an exit status.
 */
int	list_run(const struct spec *spec, struct found *found);

/* The same as metrics for Prometheus' text format. */
int	list_metrics(const struct found *found);

#endif
