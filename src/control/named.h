/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_NAMED_H
#define CONTROL_NAMED_H

#include "control/find.h"

/*
 * Daemons that are known by the pidfile of their supervisor, NAME.pid in the
 * directory spec->control.named_dir; told of in the words of libslack's
 * daemon.
 */

/*
 * --list: the names of those that run, in natural order; verbosely what is
 * known of each pidfile in the directory.  Returns an exit status.
 */
int	named_list(const struct spec *spec, const struct found *found);

/*
 * --status of the one that was found: EX_DONE if it runs, else EX_FAILED;
 * says so only if it is to be verbose.
 */
int	named_status(const struct spec *spec, const struct found *found);

#endif
