/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/field.h"
#include "spec/spec.h"

/*
 * The option-table engine.  A dialect is one table of rows and a few facts
 * about its syntax; nothing else knows what its options are.
 */

/* Where a row's value goes. */
enum option_base {
	BASE_SPEC, /* .field is an enum field_id */
	BASE_MARKS /* .field counts the dialect's own fields */
};

/* The two columns of a row that say so. */
#define SPEC(id)   BASE_SPEC, FIELD_##id
#define MARK(name) BASE_MARKS, MARK_##name

/* The field of a dialect's struct marks for one of its members. */
#define MARK_FIELD(member, kind) \
	{ #member, NULL, 0, 0, offsetof(struct marks, member), kind, 0, 0 }
#define MARK_TEXT(member) MARK_FIELD(member, KIND_TEXT)
#define MARK_FLAG(member) MARK_FIELD(member, KIND_FLAG)

struct option_row {
	const char *name;    /* without the dashes; NULL: only a letter */
	char letter;	     /* 0: none */
	const char *metavar; /* NULL: takes no value */
	uint8_t group;	     /* under which heading of the help */
	uint8_t base, field;
	/*
	 * For a row that needs a value the default, NULL for none (fields of
	 * the spec only); for one that takes none, or need not have it, what
	 * is stored without it.
	 */
	const char *text;
	const char *help; /* NULL: not shown anywhere */
	uint8_t flags;
	const char *verb; /* also sets this verb; NULL: none */
};

/* Flags of a row. */
#define OPTION_OPTIONAL 1 /* a value only with '=' */
#define OPTION_GLUED	2 /* so too, and glued to the letter: -v3 */
#define OPTION_FINAL	4 /* what follows is not looked at */

enum option_order {
	ORDER_STOP,	    /* options end at the first operand */
	ORDER_PERMUTE,	    /* options and operands may be mixed */
	ORDER_PERMUTE_VERBS /* so too once a verb was given */
};

enum option_fault {
	FAULT_UNKNOWN,
	FAULT_NO_VALUE,	      /* needs one */
	FAULT_UNWANTED_VALUE, /* takes none */
	FAULT_VALUE,	      /* impossible value: reason */
	FAULT_CONTRADICTION   /* with another */
};

/* What is wrong with a command line, for dialects with their own words. */
struct option_problem {
	enum option_fault fault;
	const char *option; /* "--name" or "-n" */
	const char *other;  /* a similar or contradicted one, or NULL */
	const char *value;
	const struct option_row *row; /* NULL: unknown */
	const char *reason;
};

struct option_table {
	const struct option_row *rows;
	size_t count;
	const struct field *marks; /* the dialect's own fields, or NULL */
	enum option_order order;
	bool abbreviates; /* the start of a name will do, if of one only */
};

/* That of a dialect's rows and mark_fields. */
#define OPTION_TABLE(syntax, may_abbreviate) \
	{ \
		.rows = rows, .count = sizeof(rows) / sizeof(rows[0]), \
		.marks = mark_fields, .order = syntax, \
		.abbreviates = may_abbreviate \
	}

/*
 * Read argv[1] onwards into spec, which spec_init() made, and marks, which is
 * all zero; then run the defaults of what was not given.  Operands go to
 * spec->operands.  The strings of argv are borrowed, the array too.
 *
 * Returns 0, or -1 with the problem; what that points at is storage of the
 * caller's, valid as long as problem_text.
 */
#define PROBLEM_ROOM 512
int	option_parse(const struct option_table *table, struct spec *spec,
    void *marks, int argc, char **argv, struct option_problem *problem,
    char problem_text[PROBLEM_ROOM]);

/*
 * Run the defaults of a table, as if nothing had been given: what another
 * dialect begins with.
 */
void	option_defaults(const struct option_table *table, struct spec *spec);

/* Say what the problem is, in imp's words. */
void	option_complain(const struct option_problem *problem);

#endif
