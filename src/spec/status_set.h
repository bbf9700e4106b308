/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_STATUS_SET_H
#define SPEC_STATUS_SET_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/restart.h"

/*
 * Ways to end: a list of exit statuses, ranges of them and names of signals,
 * such as 0,3,10-20,TERM; or none.  A number is an exit status, never a
 * signal.  They are added to what is in the set.  Returns 0, or -1 with a
 * reason.
 */
int	status_set_parse(
    struct status_set *set, const char *text, struct reason *why);
void	status_set_print(const struct status_set *set, struct strbuf *text);

/* Whether a signal, or else an exit status, is in the set. */
bool	status_set_has(
    const struct status_set *set, bool signalled, int number);

#endif
