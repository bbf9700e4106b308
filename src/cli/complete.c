/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/complete.h"

#include <stdbool.h>
#include <string.h>


/*
 * What a value can be completed to, by its metavariable: a word of ours for
 * bash, and the functions of zsh and fish.
 */
static const struct content {
	const char *metavar;
	const char *bash;
	const char *zsh;
	const char *fish; /* NULL: files */
} contents[] = {
	{ "FILE", "file", "_files", NULL },
	{ "DEST", "file", "_files", NULL },
	{ "DIR", "dir", "_files -/", "(__fish_complete_directories)" },
	{ "USER[:GROUP]", "user", "_users", "(__fish_complete_users)" },
	{ "GROUP", "group", "_groups", "(__fish_complete_groups)" },
	{ "SIG", "signal", "_signals -s", "(__fish_make_completion_signals)" },
};

static const struct content text_content = { "", "text", "", "" };

#define SIGNAL_WORDS                                                           \
	"HUP INT QUIT ABRT KILL USR1 USR2 ALRM TERM CONT STOP TSTP WINCH"

static const char bash_rest[] =
    "_imp_value() {\n"
    "\tcase $kind in\n"
    "\tfile) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
    "\tdir) COMPREPLY=($(compgen -d -- \"$word\")) ;;\n"
    "\tuser) COMPREPLY=($(compgen -u -- \"$word\")) ;;\n"
    "\tgroup) COMPREPLY=($(compgen -g -- \"$word\")) ;;\n"
    "\tsignal) COMPREPLY=($(compgen -W '" SIGNAL_WORDS "' \\\n"
    "\t    -- \"$word\")) ;;\n"
    "\t*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
    "\tesac\n"
    "}\n"
    "\n"
    "_imp() {\n"
    "\tlocal word=${COMP_WORDS[COMP_CWORD]} kind= words= verb= i=1\n"
    "\tCOMPREPLY=()\n"
    "\twhile ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i]} == -?* ]]; do\n"
    "\t\t_imp_option \"${COMP_WORDS[i++]}\"\n"
    "\t\tif [[ ${COMP_WORDS[i]} == = ]]; then\n"
    "\t\t\t((i += 2))\n"
    "\t\t\t[[ $word != = ]] || word=\n"
    "\t\telif [[ -n $kind && $kind != optional ]]; then\n"
    "\t\t\t((i++))\n"
    "\t\tfi\n"
    "\t\t[[ ${COMP_WORDS[i - 1]} != -- ]] || break\n"
    "\tdone\n"
    "\tif ((i > COMP_CWORD)); then\n"
    "\t\t_imp_value\n"
    "\telif [[ $word == -* && ${COMP_WORDS[i - 1]} != -- ]] &&\n"
    "\t    [[ $i -eq $COMP_CWORD || -n $verb ]]; then\n"
    "\t\tCOMPREPLY=($(compgen -W \"$_imp_options\" -- \"$word\"))\n"
    "\telif [[ -n $verb ]]; then\n"
    "\t\treturn\n"
    "\telif declare -F _command_offset >/dev/null; then\n"
    "\t\t_command_offset $i\n"
    "\telse\n"
    "\t\tCOMPREPLY=($(compgen -c -f -- \"$word\"))\n"
    "\tfi\n"
    "}\n"
    "\n"
    "complete -o bashdefault -F _imp imp\n";

static bool
is_optional(const struct option_row *row)
{
	return (row->flags & (OPTION_OPTIONAL | OPTION_GLUED)) != 0;
}

static bool
is_verb(const struct option_row *row)
{
	return (row->flags & OPTION_FINAL) == 0 &&
	       (row->verb != NULL ||
		   (row->base == BASE_SPEC && row->field == FIELD_VERB));
}

/* The words that are all a row can have, or NULL. */
static const char *
choices_of(const struct option_table *table, const struct option_row *row)
{
	if (row->metavar == NULL)
		return NULL;
	if (row->base == BASE_MARKS)
		return table->marks[row->field].choices;
	return spec_fields[row->field].choices;
}

static const struct content *
content_of(const struct option_row *row)
{
	size_t i;

	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		if (strcmp(row->metavar, contents[i].metavar) == 0)
			return &contents[i];
	return &text_content;
}

/* Add s for the inside of single quotes; other characters get a backslash. */
static void
add_escaped(
    struct strbuf *text, const char *s, const char *quote, const char *special)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			strbuf_add(text, quote);
		else if (strchr(special, *s) != NULL)
			strbuf_addf(text, "\\%c", *s);
		else
			strbuf_add_bytes(text, s, 1);
	}
}

static void
add_bash_row(const struct option_table *table, const struct option_row *row,
    struct strbuf *text)
{
	const char *choices = choices_of(table, row);
	const char *kind;

	if (row->metavar == NULL && !is_verb(row))
		return;
	strbuf_addf(text, "\t--%s", row->name);
	if (row->letter != 0 && !is_optional(row))
		strbuf_addf(text, "|-%c", row->letter);
	strbuf_add(text, ")");
	if (row->metavar != NULL) {
		kind = choices != NULL ? "word" : content_of(row)->bash;
		strbuf_addf(
		    text, " kind=%s", is_optional(row) ? "optional" : kind);
	}
	if (choices != NULL)
		strbuf_addf(text, " words='%s'", choices);
	if (is_verb(row))
		strbuf_add(text, " verb=1");
	strbuf_add(text, " ;;\n");
}

static void
begin_bash(struct strbuf *text)
{
	strbuf_add(text, "# bash completion for imp, made by "
			 "\"imp --completions=bash\".\n\n_imp_options='");
}

static void
add_bash(const struct option_table *table, struct strbuf *text)
{
	const struct option_row *row;
	const char *separator = "";
	size_t i;

	begin_bash(text);
	for (i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (row->help == NULL)
			continue;
		strbuf_addf(text, "%s--%s", separator, row->name);
		separator = "\n";
	}
	strbuf_add(text, "'\n\n_imp_option() {\n\tkind= words=\n"
			 "\tcase $1 in\n");
	for (i = 0; i < table->count; i++)
		if (table->rows[i].help != NULL)
			add_bash_row(table, &table->rows[i], text);
	strbuf_add(text, "\tesac\n}\n\n");
	strbuf_add(text, bash_rest);
}

static void
add_zsh_value(const struct option_table *table, const struct option_row *row,
    struct strbuf *text)
{
	const char *choices = choices_of(table, row);

	if (row->metavar == NULL)
		return;
	strbuf_add(text, is_optional(row) ? "::" : ":");
	add_escaped(text, row->metavar, "'\\''", "[]:\\");
	strbuf_add(text, ":");
	if (choices != NULL)
		strbuf_addf(text, "(%s)", choices);
	else
		strbuf_add(text, content_of(row)->zsh);
}

static void
add_zsh_row(const struct option_table *table, const struct option_row *row,
    struct strbuf *text)
{
	const char *equals = "";

	if (row->metavar != NULL)
		equals = is_optional(row) ? "=-" : "=";
	strbuf_add(text, "    ");
	if (row->letter != 0)
		strbuf_addf(text, "'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter,
		    row->name, row->letter,
		    *equals != '\0' && !is_optional(row) ? "+" : "", row->name,
		    equals);
	else
		strbuf_addf(text, "'--%s%s[", row->name, equals);
	add_escaped(text, row->help, "'\\''", "[]:\\");
	strbuf_add(text, "]");
	add_zsh_value(table, row, text);
	strbuf_add(text, "' \\\n");
}

static void
add_zsh(const struct option_table *table, struct strbuf *text)
{
	size_t i;

	strbuf_add(text,
	    "#compdef imp\n# zsh completion for imp, made by "
	    "\"imp --completions=zsh\".\n\n_arguments -s -S : \\\n");
	for (i = 0; i < table->count; i++)
		if (table->rows[i].help != NULL)
			add_zsh_row(table, &table->rows[i], text);
	strbuf_add(text, "    '(-)1:command:_command_names -e' \\\n"
			 "    '*::arguments:_normal'\n");
}

static void
add_fish_value(const struct option_table *table, const struct option_row *row,
    struct strbuf *text)
{
	const char *choices = choices_of(table, row);
	const char *words;

	if (row->metavar == NULL)
		return;
	words = choices != NULL ? choices : content_of(row)->fish;
	if (words == NULL)
		strbuf_add(text, is_optional(row) ? "" : " -r -F");
	else
		strbuf_add(text, is_optional(row) ? " -f" : " -x");
	if (words != NULL && *words != '\0')
		strbuf_addf(text, " -a '%s'", words);
}

static void
add_fish_row(const struct option_table *table, const struct option_row *row,
    struct strbuf *text)
{
	strbuf_addf(text, "complete -c imp -l %s", row->name);
	if (row->letter != 0)
		strbuf_addf(text, " -s %c", row->letter);
	add_fish_value(table, row, text);
	strbuf_add(text, " -d '");
	add_escaped(text, row->help, "\\'", "\\");
	strbuf_add(text, "'\n");
}

static void
add_fish(const struct option_table *table, struct strbuf *text)
{
	size_t i;

	strbuf_add(text,
	    "# fish completion for imp, made by "
	    "\"imp --completions=fish\".\n\n"
	    "complete -c imp -x -a '(__fish_complete_subcommand)'\n");
	for (i = 0; i < table->count; i++)
		if (table->rows[i].help != NULL)
			add_fish_row(table, &table->rows[i], text);
}

static const char *
or_dash(const char *s)
{
	return s == NULL ? "-" : s;
}

static void
add_table(const struct option_table *table, struct strbuf *text)
{
	const struct option_row *row;
	size_t i;

	for (i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (row->help == NULL)
			continue;
		strbuf_addf(text, "%s\t%c\t%s\t%s\t%s\t%s\n", row->name,
		    row->letter == 0 ? '-' : row->letter, or_dash(row->metavar),
		    is_optional(row) ? "optional" : "-",
		    or_dash(row->metavar == NULL ? NULL : row->text),
		    or_dash(choices_of(table, row)));
	}
}

void
complete_add(
    const struct dialect *dialect, enum shell shell, struct strbuf *text)
{
	switch (shell) {
	case SHELL_BASH:
		add_bash(&dialect->table, text);
		break;
	case SHELL_ZSH:
		add_zsh(&dialect->table, text);
		break;
	case SHELL_FISH:
		add_fish(&dialect->table, text);
		break;
	case SHELL_TABLE:
		add_table(&dialect->table, text);
		break;
	}
}
