/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/option.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"

/* One run over an argv. */
struct run {
	const struct option_table *table;
	struct spec *spec;
	void *marks;
	char **argv;
	int argc;
	int at;				   /* the argument that is read now */
	bool is_over;			   /* what follows is not looked at */
	const struct option_row *verb_row; /* that has set the verb */
	struct option_problem *problem;
	char *option_text; /* half of problem_text each */
	char *other_text;
	struct reason why;
};

#define HALF_ROOM (PROBLEM_ROOM / 2)

/* Write an option as it is typed; at most so much of a nonsensical one. */
static void
spell(char room[HALF_ROOM], const char *name, size_t length, char letter)
{
	if (name == NULL)
		(void)snprintf(room, HALF_ROOM, "-%c", letter);
	else
		(void)snprintf(room, HALF_ROOM, "--%.*s",
		    (int)(length < 200 ? length : 200), name);
}

static void
spell_row(char room[HALF_ROOM], const struct option_row *row)
{
	spell(room, row->name, row->name == NULL ? 0 : strlen(row->name),
	    row->letter);
}

static int
fail(struct run *run, enum option_fault fault, const struct option_row *row,
    const char *value)
{
	*run->problem = (struct option_problem){
		.fault = fault,
		.option = run->option_text,
		.value = value,
		.row = row,
		.reason = run->why.text,
	};
	return -1;
}

/* The reason lives in the run; keep it where the caller can read it. */
static int
fail_value(struct run *run, const struct option_row *row, const char *value)
{
	(void)snprintf(run->other_text, HALF_ROOM, "%s", run->why.text);
	(void)fail(run, FAULT_VALUE, row, value);
	run->problem->reason = run->other_text;
	return -1;
}

static int
set_verb(struct run *run, const struct option_row *row, const char *verb)
{
	if (run->verb_row != NULL && run->verb_row != row &&
	    (row->flags & OPTION_FINAL) == 0) {
		(void)fail(run, FAULT_CONTRADICTION, row, NULL);
		spell_row(run->other_text, run->verb_row);
		run->problem->other = run->other_text;
		return -1;
	}
	run->verb_row = row;
	if (spec_set(run->spec, FIELD_VERB, verb, &run->why) == -1)
		return fail_value(run, row, verb);
	return 0;
}

static int
store(struct run *run, const struct option_row *row, const char *value)
{
	int result;

	if (row->base == BASE_SPEC && row->field == FIELD_VERB)
		return set_verb(run, row, value);
	if (row->verb != NULL && set_verb(run, row, row->verb) == -1)
		return -1;
	if (row->base == BASE_SPEC)
		result = spec_set(
		    run->spec, (enum field_id)row->field, value, &run->why);
	else
		result = field_parse(&run->table->marks[row->field], run->marks,
		    value, &run->why);
	return result == 0 ? 0 : fail_value(run, row, value);
}

static int
take(struct run *run, const struct option_row *row, const char *value)
{
	if ((row->flags & OPTION_FINAL) != 0)
		run->is_over = true;
	return store(run, row, value);
}

/* The argument behind the current one, as its value. */
static int
take_next(struct run *run, const struct option_row *row)
{
	if (run->at + 1 >= run->argc)
		return fail(run, FAULT_NO_VALUE, row, NULL);
	return take(run, row, run->argv[++run->at]);
}

static bool
value_is_optional(const struct option_row *row)
{
	return (row->flags & (OPTION_OPTIONAL | OPTION_GLUED)) != 0;
}

static const struct option_row *
find_name(const struct option_table *table, const char *name, size_t length)
{
	const struct option_row *row;
	size_t i;

	for (i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (row->name != NULL &&
		    strncmp(row->name, name, length) == 0 &&
		    row->name[length] == '\0')
			return row;
	}
	return NULL;
}

/* As getopt_long(3) has it. */
static const struct option_row *
find_abbreviated(
    const struct option_table *table, const char *name, size_t length)
{
	const struct option_row *row, *only = NULL;
	size_t i;

	for (i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (row->name == NULL || row->help == NULL ||
		    strncmp(row->name, name, length) != 0)
			continue;
		if (only != NULL)
			return NULL;
		only = row;
	}
	return only;
}

static const struct option_row *
find_letter(const struct option_table *table, char letter)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->rows[i].letter == letter)
			return &table->rows[i];
	return NULL;
}

#define NAME_ROOM 32

static unsigned int
smallest(unsigned int a, unsigned int b, unsigned int c)
{
	a = b < a ? b : a;
	return c < a ? c : a;
}

/* Levenshtein's distance, by one row of his matrix. */
static unsigned int
distance(const char *a, size_t a_length, const char *b)
{
	unsigned int costs[NAME_ROOM + 1];
	unsigned int diagonal, above;
	size_t i, j, b_length = strlen(b);

	if (a_length > NAME_ROOM || b_length > NAME_ROOM)
		return NAME_ROOM;
	for (j = 0; j <= b_length; j++)
		costs[j] = (unsigned int)j;
	for (i = 1; i <= a_length; i++) {
		diagonal = costs[0];
		costs[0] = (unsigned int)i;
		for (j = 1; j <= b_length; j++) {
			above = costs[j];
			costs[j] = smallest(above + 1, costs[j - 1] + 1,
			    diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return costs[b_length];
}

/* How far a name is from what was typed; the start of a name is near. */
static unsigned int
farness(const char *typed, size_t length, const char *name)
{
	if (length >= 3 && strncmp(typed, name, length) == 0)
		return 1;
	return distance(typed, length, name);
}

static const struct option_row *
find_similar(const struct option_table *table, const char *typed, size_t length)
{
	const struct option_row *row, *best = NULL;
	unsigned int far, least = length < 5 ? 2 : 3;
	size_t i;

	for (i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (row->name == NULL || row->help == NULL)
			continue;
		far = farness(typed, length, row->name);
		if (far < least) {
			least = far;
			best = row;
		}
	}
	return best;
}

static int
fail_unknown(struct run *run, const char *name, size_t length)
{
	const struct option_row *similar;

	(void)fail(run, FAULT_UNKNOWN, NULL, NULL);
	similar = find_similar(run->table, name, length);
	if (similar != NULL) {
		spell_row(run->other_text, similar);
		run->problem->other = run->other_text;
	}
	return -1;
}

/* text is what follows the two dashes. */
static int
read_long(struct run *run, const char *text)
{
	size_t length = strcspn(text, "=");
	const char *value = text[length] == '=' ? text + length + 1 : NULL;
	const struct option_row *row;

	spell(run->option_text, text, length, 0);
	row = find_name(run->table, text, length);
	if (row == NULL && run->table->abbreviates)
		row = find_abbreviated(run->table, text, length);
	if (row == NULL)
		return fail_unknown(run, text, length);
	if (row->metavar == NULL && value != NULL)
		return fail(run, FAULT_UNWANTED_VALUE, row, value);
	if (value != NULL)
		return take(run, row, value);
	if (row->metavar == NULL || value_is_optional(row))
		return take(run, row, row->text);
	return take_next(run, row);
}

/* One letter at *p, which becomes NULL when the rest was its value. */
static int
read_letter(struct run *run, const char **p)
{
	const struct option_row *row = find_letter(run->table, **p);
	const char *rest = *p + 1;

	spell(run->option_text, NULL, 0, **p);
	if (row == NULL)
		return fail(run, FAULT_UNKNOWN, NULL, NULL);
	*p = NULL;
	if (row->metavar != NULL && *rest != '\0' &&
	    (row->flags & OPTION_OPTIONAL) == 0)
		return take(run, row, rest);
	if (row->metavar != NULL && !value_is_optional(row))
		return take_next(run, row);
	if (*rest != '\0' && !run->is_over)
		*p = rest;
	return take(run, row, row->text);
}

static int
read_letters(struct run *run, const char *p)
{
	while (p != NULL && !run->is_over)
		if (read_letter(run, &p) == -1)
			return -1;
	return 0;
}

/* All that is left, without a copy if there is nothing before it. */
static void
take_operands(struct run *run, int first)
{
	struct strlist *operands = &run->spec->operands;
	int i;

	if (first >= run->argc)
		return;
	if (operands->count == 0)
		strlist_borrow(
		    operands, run->argv + first, (size_t)(run->argc - first));
	else
		for (i = first; i < run->argc; i++)
			strlist_add(operands, run->argv[i]);
}

static bool
permutes(const struct run *run)
{
	return run->table->order == ORDER_PERMUTE ||
	       (run->table->order == ORDER_PERMUTE_VERBS &&
		   run->verb_row != NULL);
}

/* Read the argument at run->at.  Returns 1 when there is no more to read. */
static int
read_argument(struct run *run)
{
	const char *text = run->argv[run->at];

	if (strcmp(text, "--") == 0) {
		take_operands(run, run->at + 1);
		return 1;
	}
	if (text[0] == '-' && text[1] == '-')
		return read_long(run, text + 2);
	if (text[0] == '-' && text[1] != '\0')
		return read_letters(run, text + 1);
	if (!permutes(run)) {
		take_operands(run, run->at);
		return 1;
	}
	strlist_add(&run->spec->operands, text);
	return 0;
}

static bool
has_default(const struct option_row *row)
{
	return row->text != NULL && row->metavar != NULL &&
	       !value_is_optional(row);
}

/* Read the defaults of rows by the rows' own parsers. */
static int
run_defaults(struct run *run)
{
	const struct option_row *row;
	size_t i;

	for (i = 0; i < run->table->count; i++) {
		row = &run->table->rows[i];
		if (!has_default(row) || row->base != BASE_SPEC ||
		    spec_given(run->spec, (enum field_id)row->field))
			continue;
		if (field_parse(&spec_fields[row->field], run->spec, row->text,
			&run->why) == -1) {
			spell_row(run->option_text, row);
			return fail_value(run, row, row->text);
		}
	}
	return 0;
}

int
option_parse(const struct option_table *table, struct spec *spec, void *marks,
    int argc, char **argv, struct option_problem *problem,
    char problem_text[PROBLEM_ROOM])
{
	struct run run = {
		.table = table,
		.spec = spec,
		.marks = marks,
		.argv = argv,
		.argc = argc,
		.problem = problem,
		.option_text = problem_text,
		.other_text = problem_text + HALF_ROOM,
	};
	int result = 0;

	for (run.at = 1; run.at < argc && result == 0 && !run.is_over; run.at++)
		result = read_argument(&run);
	return result == -1 ? -1 : run_defaults(&run);
}

void
option_defaults(const struct option_table *table, struct spec *spec)
{
	const struct option_row *row;
	struct reason ignored;
	size_t i;

	for (i = 0; i < table->count; i++) {
		row = &table->rows[i];
		if (has_default(row) && row->base == BASE_SPEC)
			(void)field_parse(&spec_fields[row->field], spec,
			    row->text, &ignored);
	}
}

void
option_complain(const struct option_problem *problem)
{
	const char *option = problem->option;

	switch (problem->fault) {
	case FAULT_UNKNOWN:
		if (problem->other != NULL)
			diag_errx("unknown option '%s'; did you mean '%s'?",
			    option, problem->other);
		else
			diag_errx("unknown option '%s'", option);
		break;
	case FAULT_NO_VALUE:
		diag_errx("option '%s' needs a value: %s", option,
		    problem->row->metavar);
		break;
	case FAULT_UNWANTED_VALUE:
		diag_errx("option '%s' takes no value, not '%s'", option,
		    problem->value);
		break;
	case FAULT_VALUE:
		diag_errx("invalid value '%s' for %s: %s", problem->value,
		    option, problem->reason);
		break;
	case FAULT_CONTRADICTION:
		diag_errx("%s and %s cannot be used together", problem->other,
		    option);
		break;
	}
}
