/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_USER_H
#define SPEC_USER_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/process.h"

/*
 * Users and groups as text: what can be judged without looking them up.  A
 * number is digits only, at most 4294967294 (-1 means "none" to the kernel);
 * a name has no blank, control character, sign in front, '/', ':' or ','.
 * Parsers return 0, or -1 with a reason; printers whether there is a value.
 */

/* USER or USER:GROUP. */
int	user_parse(
    struct spec_process *process, const char *text, struct reason *why);
bool	user_print(const struct spec_process *process, struct strbuf *text);

int	group_parse(
    struct spec_process *process, const char *text, struct reason *why);
bool	group_print(const struct spec_process *process, struct strbuf *text);

/* GROUP,... or none. */
int	groups_parse(
    struct spec_process *process, const char *text, struct reason *why);
bool	groups_print(const struct spec_process *process, struct strbuf *text);

#endif
