/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/instance.h"

#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"

#define DIGITS 10		/* of an unsigned int */

static const char *
expand(const char *template, unsigned int number)
{
	struct text text;
	const char *p;
	size_t room;
	char *data;

	if (template == NULL || strchr(template, '%') == NULL)
		return template;
	/* "%i" takes two bytes and gives DIGITS at most. */
	room = strlen(template) * DIGITS / 2 + 1;
	data = xcalloc(room, 1);
	text_init(&text, data, room);
	for (p = template; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 'i') {
			text_put_number(&text, number);
			p++;
			continue;
		}
		if (p[0] == '%' && p[1] == '%')
			p++;
		text_put_char(&text, *p);
	}
	return data;
}

static void
expand_list(struct strlist *list, unsigned int number, const char *first)
{
	struct strlist expanded = { NULL, 0, 0 };
	size_t i;

	if (first != NULL)
		strlist_add(&expanded, first);
	for (i = 0; i < list->count; i++)
		strlist_add(&expanded, expand(list->items[i], number));
	*list = expanded;
}

void
spec_instance(const struct spec *spec, unsigned int number,
    struct spec *instance)
{
	struct spec_identity *identity = &instance->identity;
	struct spec_output *output = &instance->output;

	*instance = *spec;
	identity->instances = 0;
	identity->instance = number;
	if (identity->name != NULL)
		identity->name =
		    xasprintf("%s@%u", spec->identity.name, number);
	identity->pidfile = expand(identity->pidfile, number);
	identity->supervisor_pidfile =
	    expand(identity->supervisor_pidfile, number);
	output->stdin_path = expand(output->stdin_path, number);
	output->out.text = expand(output->out.text, number);
	output->err.text = expand(output->err.text, number);
	instance->imp_log = expand(instance->imp_log, number);
	expand_list(&instance->surroundings.env_files, number, NULL);
	expand_list(&instance->surroundings.env, number,
	    xasprintf("IMP_INSTANCE=%u", number));
}
