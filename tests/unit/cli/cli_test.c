/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/cli.h"

#include <unistd.h>

#include "base/exitcode.h"
#include "cli/dialect.h"

#include "unit/tap.h"

static char line[DIAG_LINE_MAX];

static void
keep_line(void *context, int priority, const char *text)
{
	(void)context;
	(void)priority;
	snprintf(line, sizeof(line), "%s", text);
}

int
main(void)
{
	char *none[] = { NULL };
	char *empty[] = { (char *)"", NULL };
	char *as[] = { (char *)"x", (char *)"--as=frob", NULL };
	char *start[] = { (char *)"/usr/bin/imp", (char *)"-q", (char *)"true",
		NULL };
	struct spec spec;

	/* The help is pointed to on stderr, where it would confuse TAP. */
	close(STDERR_FILENO);
	diag_set_sink(keep_line, NULL);
	is_int(cli_parse(&spec, 0, none), EX_BADUSAGE, "argc can be 0");
	is_str(line, "no command given", "and is told what is missing");
	is_int(cli_parse(&spec, 1, empty), EX_BADUSAGE, "argv[0] can be empty");
	is_int(cli_parse(&spec, 2, as), EX_BADUSAGE,
	    "a dialect that is none is refused");
	is_str(line, "unknown dialect 'frob'", "by its name");
	is_int(cli_parse(&spec, 3, start), CLI_GO, "a start is to be done");
	ok(spec.operands.items == start + 2, "the command is not copied");
	is_int(spec.level, DIAG_QUIET, "the level is set");
	ok(dialect_for("/usr/sbin/imp") == &imp_dialect &&
		dialect_for("whatever") == &imp_dialect,
	    "imp is the default");
	return tap_done();
}
