/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <ctype.h>
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

/* dumb-init 1.2.5, https://github.com/Yelp/dumb-init */

#define LAST_CLASSIC 31

struct marks {
	struct strlist rewrites;
	bool single_child;
};

enum mark { MARK_REWRITE, MARK_SINGLE_CHILD };

static const struct field mark_fields[] = {
	[MARK_REWRITE] = MARK_FIELD(rewrites, KIND_WORDS),
	[MARK_SINGLE_CHILD] = MARK_FLAG(single_child),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

/* clang-format off */
static const struct option_row rows[] = {
	{ "single-child", 'c', NULL, 0, MARK(SINGLE_CHILD), "yes",
	  "send signals to the command only, in our own session", 0, NULL },
	{ "rewrite", 'r', "S:R", 0, MARK(REWRITE), NULL,
	  "send signal R where S arrives, by numbers; 0: none", 0, NULL },
	{ "verbose", 'v', NULL, 0, SPEC(TALK), "verbose",
	  "print what is being done", 0, NULL },
	{ "help", 'h', NULL, 0, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ "version", 'V', NULL, 0, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },
	{ "explain", 0, NULL, 0, SPEC(EXPLAIN), "yes", NULL, 0, NULL },
};
/* clang-format on */

/* "S:R", whatever follows R. */
static bool
take_rewrite(struct spec *spec, const char *text)
{
	long from, to;
	char *end;

	from = strtol(text, &end, 10);
	if (*end != ':' || !isdigit((unsigned char)end[1]))
		return false;
	to = strtol(end + 1, NULL, 10);
	if (from < 1 || from > LAST_CLASSIC || to > LAST_CLASSIC)
		return false;
	spec->stop.forward.to[from] = (signed char)to;
	return true;
}

static const char bad_rewrite[] =
    "Usage: -r option takes <signum>:<signum>, where <signum> is between 1 "
    "and 31.\nThis option can be specified multiple times.\n"
    "Use --help for full usage.\n";

static int
take_rewrites(struct spec *spec, const struct strlist *rewrites)
{
	size_t i;

	for (i = 0; i < rewrites->count; i++)
		if (!take_rewrite(spec, rewrites->items[i]))
			return fill_fail_with(bad_rewrite);
	return CLI_GO;
}

static bool
is_set_to(const char *name, const char *value)
{
	const char *text = getenv(name);

	return text != NULL && strcmp(text, value) == 0;
}

/* In a session of its own nobody could continue what a terminal stops. */
static void
lead_session(struct spec *spec)
{
	spec->process.session_leader = true;
	spec->stop.forward.group = true;
	spec->stop.forward.to[SIGTSTP] = SIGSTOP;
	spec->stop.forward.to[SIGTTIN] = SIGSTOP;
	spec->stop.forward.to[SIGTTOU] = SIGSTOP;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;

	if (spec->operands.count == 0)
		return fill_fail_with(xasprintf(
		    "Usage: %s [option] program [args]\n"
		    "Try %s --help for full usage.\n", program, program));
	init_fill(spec);
	spec->stop.forward.suspend = true;
	if (!marks->single_child && !is_set_to("DUMB_INIT_SETSID", "0"))
		lead_session(spec);
	if (is_set_to("DUMB_INIT_DEBUG", "1"))
		spec->level = DIAG_VERBOSE;
	if (take_rewrites(spec, &marks->rewrites) != CLI_GO)
		return EX_FAILED;
	if (spec->stop.forward.group && spec->stop.forward.to[SIGTERM] > 0)
		spec->stop.farewell = spec->stop.forward.to[SIGTERM];
	fill_exits(spec, "126-127=2");
	return CLI_GO;
}

const struct dialect dumb_init_dialect = {
	.name = "dumb-init",
	.table = OPTION_TABLE(ORDER_STOP, true),
	.groups = fill_one_group,
	.synopsis =
	    "dumb-init v1.2.5 (imp " PACKAGE_VERSION ")\n"
	    "Usage: dumb-init [option] command [[arg] ...]\n"
	    "Run a command as the first process of a container.\n",
	.usage_status = EX_FAILED,
	.version = "dumb-init v1.2.5 (imp " PACKAGE_VERSION ")",
	.help_on_stderr = true,
	.complain = fill_complain,
	.fill = fill,
};
