/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_READY_H
#define SPEC_READY_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/restart.h"

/*
 * When a start counts as done: exec, alive:TIME, notify, fd:N, pidfile,
 * file:PATH, socket:PATH, tcp:[HOST:]PORT, log:REGEX or command:CMD.  A
 * regular expression must compile.  text is borrowed.  Returns 0, or -1 with
 * a reason; printing, whether there is a value.
 */
int	ready_parse(struct spec_ready *ready, const char *text,
	    struct reason *why);
bool	ready_print(const struct spec_ready *ready, struct strbuf *text);

#endif
