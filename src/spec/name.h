/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_NAME_H
#define SPEC_NAME_H

#include <stdbool.h>

#include "base/parse.h"

/*
 * Names of daemons: 1 to 200 printable ASCII characters but '/' and '%', the
 * first neither '.' nor '-'.  They serve as names of directories and in
 * messages.  name is set to text, which is borrowed.  Returns 0, or -1 with a
 * reason.
 */
int	name_parse(const char **name, const char *text, struct reason *why);

/* Whether a name holds one of * ? [ ] \, and so may stand for several. */
bool	name_is_pattern(const char *name);

#endif
