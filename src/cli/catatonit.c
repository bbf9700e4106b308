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

/* catatonit 0.2, https://github.com/openSUSE/catatonit */

struct marks {
	bool group, pause;
};

enum mark { MARK_GROUP, MARK_PAUSE };

static const struct field mark_fields[] = {
	[MARK_GROUP] = { "g", NULL, 0, 0, offsetof(struct marks, group),
	    KIND_FLAG, 0, 0 },
	[MARK_PAUSE] = { "P", NULL, 0, 0, offsetof(struct marks, pause),
	    KIND_FLAG, 0, 0 },
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

static const char *const groups[] = { "Options", NULL };

/* clang-format off */
static const struct option_row rows[] = {
	{ NULL, 'g', NULL, 0, MARK(GROUP), "yes",
	  "send signals to the command's process group", 0, NULL },
	{ NULL, 'P', NULL, 0, MARK(PAUSE), "yes",
	  "run no command, until TERM or INT arrives", 0, NULL },
	{ NULL, 'h', NULL, 0, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ NULL, 'L', NULL, 0, SPEC(VERB), "version",
	  "the licence is that of imp", OPTION_FINAL, NULL },
	{ "version", 'V', NULL, 0, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },
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
fill_pause(struct spec *spec)
{
	spec->verb = VERB_PAUSE;
	spec->operands = (struct strlist){ 0 };
	return CLI_GO;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;

	(void)program;
	if (getenv("CATATONIT_LOG") != NULL) {
		diag_errx("CATATONIT_LOG is no longer supported");
		return EX_FAILED;
	}
	if (getenv("CATATONIT_DEBUG") != NULL)
		spec->level = DIAG_VERBOSE;
	if (marks->pause)
		return fill_pause(spec);
	if (spec->operands.count == 0) {
		diag_errx("missing program name");
		return EX_FAILED;
	}
	init_fill(spec);
	spec->stop.forward.group = marks->group;
	spec->stop.forward.to[SIGTSTP] = 0;
	spec->stop.forward.to[SIGTTIN] = 0;
	spec->stop.forward.to[SIGTTOU] = 0;
	fill_set(spec, "exits", "1-127=1");
	return CLI_GO;
}

const struct dialect catatonit_dialect = {
	.name = "catatonit",
	.table = {
		.rows = rows,
		.count = sizeof(rows) / sizeof(rows[0]),
		.marks = mark_fields,
		.order = ORDER_STOP,
	},
	.groups = groups,
	.synopsis =
	    "Usage: catatonit [-ghLV] [--] <progname> [<arguments>...]\n"
	    "       catatonit -P\n"
	    "Run a command as the first process of a container.\n",
	.usage_status = EX_FAILED,
	.version = "tini version 0.2.0_catatonit (imp " PACKAGE_VERSION ")",
	.complain = complain,
	.fill = fill,
};
