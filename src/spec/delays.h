/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_DELAYS_H
#define SPEC_DELAYS_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/restart.h"

/*
 * The delay before restarts: one TIME, which doubles, or a list TIME,...
 * whose last is used from then on.  Returns 0, or -1 with a reason; printing,
 * whether there is a value.
 */
int	delays_parse(
    struct spec_restart *restart, const char *text, struct reason *why);
bool	delays_print(const struct spec_restart *restart, struct strbuf *text);

#endif
