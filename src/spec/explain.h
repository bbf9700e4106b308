/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_EXPLAIN_H
#define SPEC_EXPLAIN_H

#include "base/strbuf.h"
#include "spec/spec.h"

/*
 * Add the whole spec as "key=value" lines in the order of the keys, lists in
 * their own order.  Values are quoted by strbuf_add_quoted(), so that a line is
 * one value, and reading each back with spec_set() makes the same spec.
 */
void	spec_explain(const struct spec *spec, struct strbuf *text);

#endif
