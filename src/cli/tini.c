/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "cli/fill.h"
#include "cli/init.h"

/* tini 0.19, https://github.com/krallin/tini */

struct marks {
	struct strlist zero; /* statuses that become 0 */
	const char *parent_signal;
	unsigned int verbosity;
	bool group, subreaper, warn, licence, help;
};

enum mark {
	MARK_ZERO,
	MARK_PARENT_SIGNAL,
	MARK_VERBOSE,
	MARK_GROUP,
	MARK_SUBREAPER,
	MARK_WARN
};

#define AT(member) offsetof(struct marks, member)

/* clang-format off */
static const struct field mark_fields[] = {
	[MARK_ZERO] = { "e", NULL, 0, 0, AT(zero), KIND_WORDS, 0, 0 },
	[MARK_PARENT_SIGNAL] = { "p", NULL, 0, 0, AT(parent_signal),
	    KIND_TEXT, 0, 0 },
	[MARK_VERBOSE] = { "v", NULL, 0, 9, AT(verbosity), KIND_UNSIGNED,
	    0, 0 },
	[MARK_GROUP] = { "g", NULL, 0, 0, AT(group), KIND_FLAG, 0, 0 },
	[MARK_SUBREAPER] = { "s", NULL, 0, 0, AT(subreaper), KIND_FLAG,
	    0, 0 },
	[MARK_WARN] = { "w", NULL, 0, 0, AT(warn), KIND_FLAG, 0, 0 },
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

static const char *const groups[] = { "Options", NULL };

static const struct option_row rows[] = {
	{ "version", 0, NULL, 0, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },
	{ NULL, 'h', NULL, 0, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ NULL, 'l', NULL, 0, SPEC(VERB), "version",
	  "the licence is that of imp", OPTION_FINAL, NULL },
	{ NULL, 's', NULL, 0, MARK(SUBREAPER), "yes",
	  "become a subreaper: so it is in any case", 0, NULL },
	{ NULL, 'p', "SIGNAL", 0, MARK(PARENT_SIGNAL), NULL,
	  "send this when the parent ends", 0, NULL },
	{ NULL, 'v', NULL, 0, MARK(VERBOSE), "1",
	  "print more", 0, NULL },
	{ NULL, 'w', NULL, 0, MARK(WARN), "yes",
	  "accepted, and without effect", 0, NULL },
	{ NULL, 'g', NULL, 0, MARK(GROUP), "yes",
	  "send signals to the command's process group", 0, NULL },
	{ NULL, 'e', "EXIT_CODE", 0, MARK(ZERO), NULL,
	  "turn this exit status into 0; may be repeated", 0, NULL },
	{ "explain", 0, NULL, 0, SPEC(EXPLAIN), "yes", NULL, 0, NULL },
};
/* clang-format on */

static int
complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	const char *text;

	(void)spec;
	text = xasprintf("%s: %s\n", program, fill_getopt_words(problem));
	(void)fdio_write_all(STDERR_FILENO, text, strlen(text));
	return EX_FAILED;
}

static int
take_zero(struct spec *spec, const struct strlist *zero)
{
	struct reason ignored;
	uint64_t status;
	size_t i;

	for (i = 0; i < zero->count; i++) {
		if (parse_unsigned(zero->items[i], 0, 255, &status, &ignored) ==
		    -1) {
			diag_errx("Not a valid option for -e: %s",
			    zero->items[i]);
			return -1;
		}
		fill_set(spec, "command-exits",
		    xasprintf("%s=0", zero->items[i]));
	}
	return 0;
}

/* By name, with SIG in front; the command gets it when our parent ends. */
static int
take_parent_signal(struct spec *spec, const char *name)
{
	struct reason ignored;
	int signal;

	if (name == NULL)
		return 0;
	if (strncmp(name, "SIG", 3) != 0 || strncmp(name, "SIGRT", 5) == 0 ||
	    parse_signal(name, &signal, &ignored) == -1) {
		diag_errx("Not a valid option for -p: %s", name);
		return -1;
	}
	/* The parent is outside of this pid namespace: it never ends. */
	if (getppid() == 0)
		return 0;
	spec->stop.bind.kind = BIND_PARENT;
	fill_set(spec, "stop-schedule", xasprintf("%s/infinity", name));
	return 0;
}

static void
take_verbosity(struct spec *spec, unsigned int given)
{
	const char *text = getenv("TINI_VERBOSITY");
	long level = text != NULL ? strtol(text, NULL, 10) : 1 + (long)given;

	spec->level = level <= 0 ? DIAG_QUIET
	    : level > 1		 ? DIAG_VERBOSE
				 : DIAG_NORMAL;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;
	const char *text;

	if (spec->operands.count == 0) {
		text = xasprintf("%s (imp " PACKAGE_VERSION ")\n"
		    "Usage: %s [OPTIONS] PROGRAM -- [ARGS] | --version\n",
		    program, program);
		(void)fdio_write_all(STDERR_FILENO, text, strlen(text));
		return EX_FAILED;
	}
	init_fill(spec);
	spec->stop.forward.group =
	    marks->group || getenv("TINI_KILL_PROCESS_GROUP") != NULL;
	spec->stop.forward.to[SIGTTIN] = spec->stop.forward.to[SIGTTOU] = 0;
	take_verbosity(spec, marks->verbosity);
	fill_set(spec, "exits", "1-125=1");
	if (take_zero(spec, &marks->zero) == -1 ||
	    take_parent_signal(spec, marks->parent_signal) == -1)
		return EX_FAILED;
	return CLI_GO;
}

const struct dialect tini_dialect = {
	.name = "tini",
	.table = {
		.rows = rows,
		.count = sizeof(rows) / sizeof(rows[0]),
		.marks = mark_fields,
		.order = ORDER_STOP,
	},
	.groups = groups,
	.synopsis =
	    "Usage: tini [OPTIONS] PROGRAM -- [ARGS] | --version\n"
	    "Run PROGRAM as the first process of a container.\n",
	.usage_status = EX_FAILED,
	.version = "tini version 0.19.0 (imp " PACKAGE_VERSION ")",
	.complain = complain,
	.fill = fill,
};
