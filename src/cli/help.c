/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/help.h"

#include <stdbool.h>
#include <string.h>

#define WIDTH  80
#define INDENT 29 /* where explanations begin */

/* "  -n, --name=NAME"; the letter's place is kept free if there is none. */
static void
add_spelling(const struct option_row *row, struct strbuf *line)
{
	bool optional = (row->flags & (OPTION_OPTIONAL | OPTION_GLUED)) != 0;

	if (row->letter != 0)
		strbuf_addf(line, "  -%c%s", row->letter,
		    row->name != NULL ? ", " : "");
	else
		strbuf_add(line, "      ");
	if (row->name != NULL)
		strbuf_addf(line, "--%s", row->name);
	if (row->metavar != NULL && row->name == NULL)
		strbuf_addf(line, " %s", row->metavar);
	else if (row->metavar != NULL)
		strbuf_addf(line, optional ? "[=%s]" : "=%s", row->metavar);
}

static void
end_line(struct strbuf *line, struct strbuf *text)
{
	strbuf_add(text, line->bytes);
	strbuf_add(text, "\n");
	strbuf_clear(line);
}

static void
indent(struct strbuf *line, size_t column)
{
	while (line->length < column)
		strbuf_add(line, " ");
}

/* Add words to line, which begins anew where it would become too long. */
static void
wrap(struct strbuf *line, const char *words, struct strbuf *text)
{
	const char *separator = "";
	size_t length;

	for (; *words != '\0'; words += strspn(words, " ")) {
		length = strcspn(words, " ");
		if (line->length + strlen(separator) + length > WIDTH) {
			end_line(line, text);
			indent(line, INDENT);
			separator = "";
		}
		strbuf_add(line, separator);
		strbuf_add_bytes(line, words, length);
		words += length;
		separator = " ";
	}
}

static void
add_row(const struct option_row *row, struct strbuf *text)
{
	struct strbuf line = { 0 };
	struct strbuf words = { 0 };

	add_spelling(row, &line);
	if (line.length > INDENT - 2)
		end_line(&line, text);
	indent(&line, INDENT);
	strbuf_add(&words, row->help);
	if (row->metavar != NULL && row->text != NULL)
		strbuf_addf(&words, " (%s)", row->text);
	wrap(&line, words.bytes, text);
	end_line(&line, text);
	strbuf_fini(&words);
	strbuf_fini(&line);
}

static void
add_group(const struct dialect *dialect, uint8_t group, struct strbuf *text)
{
	const struct option_row *row;
	bool is_first = true;
	size_t i;

	for (i = 0; i < dialect->table.count; i++) {
		row = &dialect->table.rows[i];
		if (row->group != group || row->help == NULL)
			continue;
		if (is_first)
			strbuf_addf(text, "\n%s:\n", dialect->groups[group]);
		is_first = false;
		add_row(row, text);
	}
}

void
help_add(const struct dialect *dialect, struct strbuf *text)
{
	uint8_t group;

	if (dialect->help != NULL) {
		strbuf_add(text, dialect->help);
		return;
	}
	strbuf_add(text, dialect->synopsis);
	for (group = 0; dialect->groups[group] != NULL; group++)
		add_group(dialect, group, text);
}
