/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_DEST_H
#define SPEC_DEST_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/output.h"

/*
 * Where output goes: null, inherit, syslog[:FACILITY[.PRIORITY]], journal,
 * |COMMAND, or the path of a file; a file of one of these names is ./NAME.
 * text is borrowed.  Returns 0, or -1 with a reason; printing, whether there
 * is a value.
 */
int	dest_parse(struct dest *dest, const char *text, struct reason *why);
bool	dest_print(const struct dest *dest, struct strbuf *text);

#endif
