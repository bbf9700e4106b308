/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/cli.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/strbuf.h"
#include "cli/complete.h"
#include "cli/dialect.h"
#include "cli/help.h"
#include "spec/check.h"
#include "spec/explain.h"

/* Point to the help, without the name in front. */
static int
fail_usage(const struct dialect *dialect)
{
	if (dialect->try_help != NULL)
		(void)fdio_write_all(STDERR_FILENO, dialect->try_help,
		    strlen(dialect->try_help));
	return dialect->usage_status;
}

static int
answer_on(int fd, struct strbuf *text)
{
	int result = strbuf_write(text, fd);

	if (result == -1)
		diag_err("cannot write to standard output");
	strbuf_fini(text);
	return result == -1 ? EX_FAILED : EX_DONE;
}

static int
answer(struct strbuf *text)
{
	return answer_on(STDOUT_FILENO, text);
}

/* Help and versions; some dialects have them on standard error. */
static int
answer_for(const struct dialect *dialect, struct strbuf *text)
{
	return answer_on(
	    dialect->help_on_stderr ? STDERR_FILENO : STDOUT_FILENO, text);
}

static int
show_help(const struct dialect *dialect)
{
	struct strbuf text = { 0 };

	help_add(dialect, &text);
	return answer_for(dialect, &text);
}

static int
show_version(const struct dialect *dialect)
{
	struct strbuf text = { 0 };

	if (dialect->version != NULL)
		strbuf_add(&text, dialect->version);
	else
		strbuf_add(&text, "imp " PACKAGE_VERSION);
	if (dialect != &imp_dialect && dialect->version == NULL)
		strbuf_addf(&text, " as %s", dialect->name);
	strbuf_add(&text, "\n");
	return answer_for(dialect, &text);
}

static int
show_completions(const struct dialect *dialect, enum shell shell)
{
	struct strbuf text = { 0 };

	complete_add(dialect, shell, &text);
	return answer(&text);
}

static int
show_spec(const struct spec *spec)
{
	struct strbuf text = { 0 };

	spec_explain(spec, &text);
	return answer(&text);
}

static int
answer_or_go(const struct dialect *dialect, const struct spec *spec)
{
	switch (spec->verb) {
	case VERB_HELP:
		return show_help(dialect);
	case VERB_VERSION:
		return show_version(dialect);
	case VERB_COMPLETIONS:
		return show_completions(dialect, spec->control.shell);
	default:
		return CLI_GO;
	}
}

static int
complain(const struct dialect *dialect, const struct option_problem *problem,
    const struct spec *spec, const char *program)
{
	if (dialect->complain != NULL)
		return dialect->complain(problem, spec, program);
	option_complain(problem);
	return fail_usage(dialect);
}

static int
read_options(const struct dialect *dialect, const char *program,
    struct spec *spec, void *marks, int argc, char **argv)
{
	char problem_text[PROBLEM_ROOM];
	struct option_problem problem;

	if (option_parse(&dialect->table, spec, marks, argc, argv, &problem,
		problem_text) == -1)
		return complain(dialect, &problem, spec, program);
	return answer_or_go(dialect, spec);
}

/* What files say comes first, so that the command line has the last word. */
static int
read_with_preface(const struct dialect *dialect, const char *program,
    struct spec *spec, char marks[MARKS_ROOM], int argc, char **argv)
{
	struct strlist all = { 0 };
	int i, status;

	strlist_add(&all, program);
	status = dialect->preface(marks, &all);
	if (status != CLI_GO || all.count == 1)
		return status;
	for (i = 1; i < argc; i++)
		strlist_add(&all, argv[i]);
	memset(marks, 0, MARKS_ROOM);
	memset(&spec->operands, 0, sizeof(spec->operands));
	return read_options(
	    dialect, program, spec, marks, (int)all.count, all.items);
}

static int
read_dialect(const struct dialect *dialect, const char *program,
    struct spec *spec, int argc, char **argv)
{
	_Alignas(max_align_t) char marks[MARKS_ROOM] = { 0 };
	int status;

	status = read_options(dialect, program, spec, marks, argc, argv);
	if (status == CLI_GO && dialect->preface != NULL)
		status = read_with_preface(
		    dialect, program, spec, marks, argc, argv);
	if (status != CLI_GO || dialect->fill == NULL)
		return status;
	return dialect->fill(spec, marks, program);
}

/* The argument of --as, as the first argument; else NULL. */
static const char *
explicit_dialect(int argc, char **argv)
{
	if (argc > 1 && strncmp(argv[1], "--as=", 5) == 0)
		return argv[1] + 5;
	return NULL;
}

static void
set_prefix(const struct dialect *dialect, const char *called)
{
	switch (dialect->prefix) {
	case PREFIX_NAME:
		diag_set_name(dialect->called != NULL ? dialect->called
						      : dialect->name);
		break;
	case PREFIX_NONE:
		diag_set_name("");
		break;
	case PREFIX_CALLED:
		diag_set_name(called);
		break;
	}
}

int
cli_parse(struct spec *spec, int argc, char **argv)
{
	const char *program = argc > 0 ? argv[0] : imp_dialect.name;
	const char *as = explicit_dialect(argc, argv);
	const struct dialect *dialect;
	int status;

	spec_init(spec);
	dialect = as != NULL ? dialect_find(as) : dialect_for(program);
	if (dialect == NULL) {
		diag_errx("unknown dialect '%s'", as);
		return fail_usage(&imp_dialect);
	}
	if (as != NULL) {
		program = dialect->name;
		argc--;
		argv++;
	}
	set_prefix(dialect, program);
	if (dialect != &imp_dialect)
		option_defaults(&imp_dialect.table, spec);
	status = read_dialect(dialect, program, spec, argc, argv);
	if (status != CLI_GO)
		return status;
	diag_set_level(spec->level);
	if (spec_check(spec) == -1)
		return fail_usage(dialect);
	return spec->explain ? show_spec(spec) : CLI_GO;
}
