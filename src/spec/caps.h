/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_CAPS_H
#define SPEC_CAPS_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/process.h"

/*
 * The capabilities that are kept: CAP,... with or without cap_ in front, or
 * none.  See capabilities(7).  Returns 0, or -1 with a reason; printing,
 * whether there is a value.
 */
int	caps_parse(
    struct spec_process *process, const char *text, struct reason *why);
bool	caps_print(const struct spec_process *process, struct strbuf *text);

#endif
