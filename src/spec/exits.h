/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_EXITS_H
#define SPEC_EXITS_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"

/*
 * Which exit status stands for which, for dialects with numbers of their own:
 * a list of N=M and N-N=M, each from 0 to 255.  What is not named stays as it
 * is.
 */
struct exits {
	bool set;
	unsigned char to[256];
};

/* Accumulates.  Returns 0, or -1 with a reason. */
int	exits_parse(struct exits *exits, const char *text, struct reason *why);

/* Returns whether there is a value. */
bool	exits_print(const struct exits *exits, struct strbuf *text);

/* What a status is in the dialect's numbers. */
int	exits_map(const struct exits *exits, int status);

#endif
