/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/exitcode.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "cli/fill.h"
#include "cli/init.h"

/* tini 0.19, https://github.com/krallin/tini */

struct marks {
	struct strlist zero; /* statuses that become 0 */
	const char *parent_signal;
	bool group, subreaper, warn, verbose;
};

enum mark {
	MARK_ZERO,
	MARK_PARENT_SIGNAL,
	MARK_VERBOSE,
	MARK_GROUP,
	MARK_SUBREAPER,
	MARK_WARN
};

/* clang-format off */
static const struct field mark_fields[] = {
	[MARK_ZERO] = MARK_FIELD(zero, KIND_WORDS),
	[MARK_PARENT_SIGNAL] = MARK_TEXT(parent_signal),
	[MARK_VERBOSE] = MARK_FLAG(verbose),
	[MARK_GROUP] = MARK_FLAG(group),
	[MARK_SUBREAPER] = MARK_FLAG(subreaper),
	[MARK_WARN] = MARK_FLAG(warn),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

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
	{ NULL, 'v', NULL, 0, MARK(VERBOSE), "yes",
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
take_verbosity(struct spec *spec, bool verbose)
{
	const char *text = getenv("TINI_VERBOSITY");
	long level = text != NULL ? strtol(text, NULL, 10) : 1 + verbose;

	spec->level = level <= 0 ? DIAG_QUIET
	    : level > 1		 ? DIAG_VERBOSE
				 : DIAG_NORMAL;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;

	if (spec->operands.count == 0)
		return fill_fail_with(xasprintf(
		    "%s (imp " PACKAGE_VERSION ")\n"
		    "Usage: %s [OPTIONS] PROGRAM -- [ARGS] | --version\n",
		    program, program));
	init_fill(spec);
	spec->stop.forward.group =
	    marks->group || getenv("TINI_KILL_PROCESS_GROUP") != NULL;
	spec->stop.forward.to[SIGTTIN] = spec->stop.forward.to[SIGTTOU] = 0;
	take_verbosity(spec, marks->verbose);
	fill_exits(spec, "126=126,127=127");
	if (take_zero(spec, &marks->zero) == -1 ||
	    take_parent_signal(spec, marks->parent_signal) == -1)
		return EX_FAILED;
	return CLI_GO;
}

const struct dialect tini_dialect = {
	.name = "tini",
	.table = OPTION_TABLE(ORDER_STOP, false),
	.groups = fill_one_group,
	.synopsis =
	    "Usage: tini [OPTIONS] PROGRAM -- [ARGS] | --version\n"
	    "Run PROGRAM as the first process of a container.\n",
	.usage_status = EX_FAILED,
	.version = "tini version 0.19.0 (imp " PACKAGE_VERSION ")",
	.complain = fill_complain,
	.fill = fill,
};
