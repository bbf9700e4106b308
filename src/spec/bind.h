/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_BIND_H
#define SPEC_BIND_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/stop.h"

/*
 * Whose end ends the daemon: parent, supervisor, PID, or the NAME of another
 * daemon; none.  Returns 0, or -1 with a reason; printing, whether there is a
 * value.
 */
int	bind_parse(struct spec_stop *stop, const char *text,
	    struct reason *why);
bool	bind_print(const struct spec_stop *stop, struct strbuf *text);

#endif
