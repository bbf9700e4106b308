/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/match.h"

#include <stddef.h>

bool
match_is_given(const struct spec_match *match)
{
	return match->pid != 0 || match->ppid != 0 || match->pidfile != NULL ||
	    match->exec != NULL || match->user != NULL || match->name != NULL;
}
