/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/option.h"

#include <stddef.h>

#include "cli/dialect.h"
#include "spec/explain.h"

#include "unit/spec/kept.h"
#include "unit/tap.h"

/* A dialect with one of everything. */
struct marks {
	bool shout;
	const char *word;
};

enum mark { MARK_SHOUT, MARK_WORD };

static const struct field marks_fields[] = {
	[MARK_SHOUT] = { "shout", NULL, 0, 0, offsetof(struct marks, shout),
	    KIND_FLAG, 0, 0 },
	[MARK_WORD] = { "word", NULL, 0, 0, offsetof(struct marks, word),
	    KIND_PATH, 0, 0 },
};

static const struct option_row rows[] = {
	{ "name", 'n', "NAME", 0, SPEC(NAME), NULL, "h", 0, NULL },
	{ "chdir", 'c', "DIR", 0, SPEC(CHDIR), "/", "h", 0, NULL },
	{ "env", 'E', "ENV", 0, SPEC(ENV), NULL, "h", 0, NULL },
	{ "respawn", 'r', "WHEN", 0, SPEC(RESPAWN), "always", "h",
	    OPTION_OPTIONAL, NULL },
	{ "nice", 'N', "N", 0, SPEC(NICE), "3", "h", OPTION_GLUED, NULL },
	{ NULL, 's', NULL, 0, MARK(SHOUT), "yes", "h", 0, NULL },
	{ "word", 'w', "WORD", 0, MARK(WORD), "unused", "h", 0, NULL },
	{ "stop", 0, NULL, 0, SPEC(VERB), "stop", "h", 0, NULL },
	{ "status", 0, NULL, 0, SPEC(VERB), "status", "h", 0, NULL },
	{ "signal", 0, "SIG", 0, SPEC(SIGNAL), NULL, "h", 0, "signal" },
	{ "help", 'h', NULL, 0, SPEC(VERB), "help", "h", OPTION_FINAL, NULL },
	{ "hidden", 0, NULL, 0, SPEC(TEST), "yes", NULL, 0, NULL },
};

static struct spec spec;
static struct marks marks;
static struct option_problem problem;
static char problem_text[PROBLEM_ROOM];

#define ARGS(...) ((const char *const[]){ "t", __VA_ARGS__, NULL })

/* An argv is never written to. */
static char **
strings_of(const char *const *argv)
{
	return (char **)(uintptr_t)argv;
}

static int
run_in(enum option_order order, const char *const *argv)
{
	struct option_table table = {
		.rows = rows,
		.count = sizeof(rows) / sizeof(rows[0]),
		.marks = marks_fields,
		.order = order,
	};
	int argc;

	for (argc = 0; argv[argc] != NULL; argc++)
		;
	spec_init(&spec);
	marks = (struct marks){ 0 };
	problem = (struct option_problem){ 0 };
	return option_parse(&table, &spec, &marks, argc, strings_of(argv),
	    &problem, problem_text);
}

static int
run(const char *const *argv)
{
	return run_in(ORDER_STOP, argv);
}

static void
test_spellings(void)
{
	is_int(run(ARGS("--name=a", "x")), 0, "--name=VALUE is read");
	is_str(spec.identity.name, "a", "--name=VALUE has the value");
	(void)run(ARGS("--name", "b", "x"));
	is_str(spec.identity.name, "b", "--name VALUE has the value");
	(void)run(ARGS("-nc", "x"));
	is_str(spec.identity.name, "c", "-nVALUE has the value");
	(void)run(ARGS("-n", "d", "x"));
	is_str(spec.identity.name, "d", "-n VALUE has the value");
	(void)run(ARGS("-srne", "x"));
	ok(marks.shout && spec.restart.respawn == RESPAWN_ALWAYS &&
		strcmp(spec.identity.name, "e") == 0,
	    "letters are bundled, the last with its value");
	(void)run(ARGS("--word=a=b", "x"));
	is_str(marks.word, "a=b", "only the first '=' separates");
	(void)run(ARGS("--name=a", "--name=b", "x"));
	is_str(spec.identity.name, "b", "the last one wins");
	(void)run(ARGS("-EA=1", "--env=B=2", "x"));
	is_int((intmax_t)spec.surroundings.env.count, 2, "lists accumulate");
}

static void
test_optional(void)
{
	(void)run(ARGS("--respawn", "on-failure"));
	ok(spec.restart.respawn == RESPAWN_ALWAYS && spec.operands.count == 1,
	    "an optional value is not taken from the next argument");
	(void)run(ARGS("--respawn=on-failure", "x"));
	is_int(spec.restart.respawn, RESPAWN_ON_FAILURE, "but behind '='");
	is_int(run(ARGS("-ron-failure", "x")), -1,
	    "letters behind one are letters");
	(void)run(ARGS("-N7", "x"));
	is_int(spec.surroundings.nice.value, 7, "a glued value is taken");
	(void)run(ARGS("-N", "7"));
	is_int(spec.surroundings.nice.value, 3, "and need not be there");
}

static void
test_operands(void)
{
	const char *const *argv = ARGS("-s", "cmd", "-n", "y", "--");

	(void)run(argv);
	ok(spec.operands.count == 4 &&
		strings_of(argv + 2) == spec.operands.items,
	    "from the first operand on all is the command's, uncopied");
	(void)run(ARGS("--", "--name", "x"));
	ok(spec.operands.count == 2 && spec.identity.name == NULL,
	    "-- ends the options");
	(void)run(ARGS("-"));
	is_int((intmax_t)spec.operands.count, 1, "- is an operand");
	(void)run(ARGS("x", "--", "--"));
	is_int((intmax_t)spec.operands.count, 3, "a later -- is kept");
	(void)run_in(ORDER_PERMUTE, ARGS("x", "-na", "y", "--", "-s", "z"));
	ok(spec.operands.count == 4 && !marks.shout &&
		strcmp(spec.identity.name, "a") == 0 &&
		strcmp(spec.operands.items[2], "-s") == 0,
	    "options and operands can be mixed");
	(void)run_in(ORDER_PERMUTE_VERBS, ARGS("x", "-na"));
	ok(spec.operands.count == 2, "not for a start");
	(void)run_in(ORDER_PERMUTE_VERBS, ARGS("--stop", "x", "-na"));
	ok(spec.operands.count == 1 && spec.operands.items[1] == NULL,
	    "but for a verb");
}

static void
test_defaults(void)
{
	struct strbuf text = { 0 };

	is_int(run(ARGS("x")), 0, "defaults are read without a fault");
	is_str(spec.surroundings.chdir, "/", "a default is stored");
	ok(!spec_given(&spec, FIELD_CHDIR), "and is not given");
	ok(!spec.surroundings.nice.set && spec.restart.respawn == 0,
	    "what an optional value stands for is no default");
	spec_explain(&spec, &text);
	ok(marks.word == NULL && strstr(text.bytes, "unused") == NULL,
	    "a dialect's own field has no default");
	strbuf_fini(&text);
	(void)run(ARGS("-c/tmp", "x"));
	is_str(spec.surroundings.chdir, "/tmp", "unless something else was");
}

static void
fails(const char *const *argv, enum option_fault fault, const char *option,
    const char *other, const char *name)
{
	int result = run(argv);

	if (!ok(result == -1 && problem.fault == fault, name))
		printf("# %d, fault %d\n", result, (int)problem.fault);
	else
		is_str(problem.option, option, "the option is told");
	if (other != NULL)
		is_str(problem.other, other, "and the other one");
}

static void
test_faults(void)
{
	fails(ARGS("--frob", "x"), FAULT_UNKNOWN, "--frob", NULL,
	    "an unknown option is refused");
	ok(problem.other == NULL, "nothing is like it");
	fails(ARGS("--nam=3", "x"), FAULT_UNKNOWN, "--nam", "--name",
	    "a prefix is no option");
	fails(ARGS("--respwan", "x"), FAULT_UNKNOWN, "--respwan", "--respawn",
	    "nor is a near miss");
	fails(ARGS("--hidde", "x"), FAULT_UNKNOWN, "--hidde", NULL,
	    "a hidden option is not proposed");
	ok(problem.other == NULL, "really not");
	fails(ARGS("--=x", "x"), FAULT_UNKNOWN, "--", NULL, "nor is nothing");
	fails(ARGS("-sz", "x"), FAULT_UNKNOWN, "-z", NULL,
	    "an unknown letter is refused");
	fails(ARGS("--name"), FAULT_NO_VALUE, "--name", NULL,
	    "a missing value is noticed");
	fails(ARGS("-sn"), FAULT_NO_VALUE, "-n", NULL,
	    "a missing value of a letter is noticed");
	fails(ARGS("--stop=x"), FAULT_UNWANTED_VALUE, "--stop", NULL,
	    "an unwanted value is noticed");
	fails(ARGS("--nice=99", "x"), FAULT_VALUE, "--nice", NULL,
	    "an impossible value is noticed");
	is_str(problem.value, "99", "the value is told");
	is_str(problem.reason, "must be a number from -20 to 19", "the range");
	fails(ARGS("-w", ""), FAULT_VALUE, "-w", NULL,
	    "an empty value is a value");
	fails(ARGS("--stop", "--status"), FAULT_CONTRADICTION, "--status",
	    "--stop", "two verbs are a contradiction");
	fails(ARGS("--stop", "--signal=TERM"), FAULT_CONTRADICTION, "--signal",
	    "--stop", "however they are given");
	is_int(run(ARGS("--stop", "--stop")), 0, "the same twice is not");
}

static void
test_final(void)
{
	is_int(run(ARGS("--stop", "--help", "--frob")), 0,
	    "nothing is looked at behind --help");
	is_int(spec.verb, VERB_HELP, "it overrides other verbs");
	is_int(run(ARGS("-shz")), 0, "nor within its word");
}

static void
test_tables(void)
{
	const struct option_table *table = &imp_dialect.table;
	const struct option_row *a, *b;
	bool unique = true, sane = true;
	size_t i, j;

	for (i = 0; i < table->count; i++) {
		a = &table->rows[i];
		sane = sane && (a->metavar != NULL || a->text != NULL);
		for (j = 0; j < i; j++) {
			b = &table->rows[j];
			unique = unique && strcmp(a->name, b->name) != 0 &&
				 (a->letter == 0 || a->letter != b->letter);
		}
	}
	ok(unique, "imp's options are all different");
	ok(sane, "each has a value to store");
}

int
main(void)
{
	test_spellings();
	test_optional();
	test_operands();
	test_defaults();
	test_faults();
	test_final();
	test_tables();
	return tap_done();
}
