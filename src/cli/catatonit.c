/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/exitcode.h"
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
	[MARK_GROUP] = MARK_FLAG(group),
	[MARK_PAUSE] = MARK_FLAG(pause),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

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
	fill_exits(spec, NULL);
	return CLI_GO;
}

const struct dialect catatonit_dialect = {
	.name = "catatonit",
	.table = OPTION_TABLE(ORDER_STOP, false),
	.groups = fill_one_group,
	.synopsis =
	    "Usage: catatonit [-ghLV] [--] <progname> [<arguments>...]\n"
	    "       catatonit -P\n"
	    "Run a command as the first process of a container.\n",
	.usage_status = EX_FAILED,
	.version = "tini version 0.2.0_catatonit (imp " PACKAGE_VERSION ")",
	.complain = fill_complain,
	.fill = fill,
};
