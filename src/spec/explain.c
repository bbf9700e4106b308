/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/explain.h"

#include "spec/field.h"

/* A field that means nothing for this verb would only be noise. */
static bool
matters(const struct field *field, const struct spec *spec)
{
	return (field->verbs >> spec->verb & 1) != 0;
}

void
spec_explain(const struct spec *spec, struct strbuf *text)
{
	size_t i;

	for (i = 0; i < FIELD_COUNT; i++)
		if (matters(&spec_fields[i], spec))
			field_print(&spec_fields[i], spec, text);
}
