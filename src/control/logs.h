/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_LOGS_H
#define CONTROL_LOGS_H

#include "base/strbuf.h"
#include "control/find.h"

/*
 * --logs: print the last output of all that was found, and with --follow
 * what comes.  Returns an exit status; with --follow it returns only when
 * nothing can be followed.
 */
int	logs_run(const struct spec *spec, struct found *found);

/*
 * The last lines of a daemon's standard output and error, from its files or
 * from its supervisor's memory.  Returns 0, or -1 if there are none to have.
 */
int	logs_tail(const struct daemon *daemon, unsigned int lines,
	    struct strbuf *out);

#endif
