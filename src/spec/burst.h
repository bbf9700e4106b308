/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_BURST_H
#define SPEC_BURST_H

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/restart.h"

/*
 * ATTEMPTS/ACCEPTABLE/PAUSE, or with /LIMIT behind: two counts, and two times
 * between them.
 */

/* Returns 0, or -1 with a reason. */
int	burst_parse(struct restart_burst *burst, const char *text,
    struct reason *why);

/* Returns whether there is a value. */
bool	burst_print(const struct restart_burst *burst, struct strbuf *text);

#endif
