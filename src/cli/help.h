/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/strbuf.h"
#include "cli/dialect.h"

/* Add the help of a dialect, from its table, in at most 80 columns. */
void	help_add(const struct dialect *dialect, struct strbuf *text);

#endif
