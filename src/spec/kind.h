/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_KIND_H
#define SPEC_KIND_H

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/field.h"

/* field_parse() and field_print() for a member that is found already. */
int	kind_parse(const struct field *field, void *member, const char *text,
    struct reason *why);
void	kind_print(
    const struct field *field, const void *member, struct strbuf *text);

#endif
