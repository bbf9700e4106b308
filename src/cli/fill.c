/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/fill.h"

#include <sys/stat.h>

#include <stddef.h>

#include "spec/field.h"

mode_t
fill_umask(void)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return mask;
}

struct dest
fill_file(const char *path)
{
	return (struct dest){ .kind = DEST_FILE, .text = path };
}

void
fill_set(struct spec *spec, const char *key, const char *text)
{
	const struct field *field = field_find(key);
	struct reason ignored;

	if (field != NULL)
		(void)field_parse(field, spec, text, &ignored);
}
