/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "base/strbuf.h"
#include "cli/dialect.h"

/*
 * Add the script that completes a dialect's command lines in a shell, made
 * from its table.  SHELL_TABLE: one line for each row that is shown, with
 * name, letter, metavariable, "optional" if the value is, default and choices
 * between tabs, for the tests of the documents; "-" for none.
 */
void	complete_add(
    const struct dialect *dialect, enum shell shell, struct strbuf *text);

#endif
