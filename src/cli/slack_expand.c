/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_expand.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

static size_t
name_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

/* text begins with '$'; returns what follows what was taken. */
static const char *
add_variable(struct strbuf *out, const char *text)
{
	const char *name = text + 1 + (text[1] == '{');
	size_t length = name_length(name);
	const char *value;

	if (length == 0) {
		strbuf_add_bytes(out, text, 1);
		return text + 1;
	}
	value = getenv(xstrndup(name, length));
	if (value != NULL)
		strbuf_add(out, value);
	name += length;
	return text[1] == '{' && *name == '}' ? name + 1 : name;
}

static const char *
expand_variables(const char *text)
{
	struct strbuf out = { 0 };

	strbuf_add(&out, "");
	while (*text != '\0') {
		if (*text == '$')
			text = add_variable(&out, text);
		else
			strbuf_add_bytes(&out, text++, 1);
	}
	return out.bytes;
}

static const char *
expand_home(const char *text, const char *home)
{
	struct strbuf out = { 0 };
	char before = ' ';

	strbuf_add(&out, "");
	for (; *text != '\0'; before = *text++) {
		if (*text == '~' && strchr(" \t:=", before) != NULL &&
		    (text[1] == '\0' || strchr("/ \t:", text[1]) != NULL))
			strbuf_add(&out, home);
		else
			strbuf_add_bytes(&out, text, 1);
	}
	return out.bytes;
}

const char *
slack_expand(const char *text, bool with_variables)
{
	const char *home = getenv("HOME");

	if (text != NULL && with_variables && strchr(text, '$') != NULL)
		text = expand_variables(text);
	if (text != NULL && home != NULL && strchr(text, '~') != NULL)
		text = expand_home(text, home);
	return text;
}
