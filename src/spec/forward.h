/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_FORWARD_H
#define SPEC_FORWARD_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/stop.h"

/*
 * Which signals a supervisor hands on: a list of SIG (as it is), SIG=SIG (as
 * another), SIG= (not at all), and the words all, none (each signal that can
 * be caught) and group (to the process group).  What is not named stays as it
 * was.  Returns 0, or -1 with a reason; printing, whether there is a value.
 */
int	forward_parse(struct spec_stop *stop, const char *text,
	    struct reason *why);
bool	forward_print(const struct spec_stop *stop, struct strbuf *text);

#endif
