/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <sys/stat.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "cli/fill.h"

/* Its manual page is daemonize(1) of version 1.7.8. */

struct marks {
	const char *output, *error; /* files of any name */
	const char *user;	    /* no ":GROUP" behind it */
	bool append;
};

enum mark { MARK_OUTPUT, MARK_ERROR, MARK_USER, MARK_APPEND };

static const struct field mark_fields[] = {
	[MARK_OUTPUT] = MARK_FIELD(output, KIND_PATH),
	[MARK_ERROR] = MARK_FIELD(error, KIND_PATH),
	[MARK_USER] = MARK_TEXT(user),
	[MARK_APPEND] = MARK_FLAG(append),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

/* clang-format off */
static const struct option_row rows[] = {
	{ NULL, 'a', NULL, 0, MARK(APPEND), "yes",
	  "add to the output files instead of emptying them", 0, NULL },
	{ NULL, 'c', "dir", 0, SPEC(CHDIR), "/",
	  "run in this directory", 0, NULL },
	{ NULL, 'e', "file", 0, MARK(ERROR), NULL,
	  "where standard error goes", 0, NULL },
	{ NULL, 'E', "name=value", 0, SPEC(ENV), NULL,
	  "set an environment variable; may be repeated", 0, NULL },
	{ NULL, 'o', "file", 0, MARK(OUTPUT), NULL,
	  "where standard output goes", 0, NULL },
	{ NULL, 'p', "file", 0, SPEC(PIDFILE), NULL,
	  "write the process number to this file", 0, NULL },
	{ NULL, 'l', "file", 0, SPEC(LOCKFILE), NULL,
	  "one daemon at a time for this file", 0, NULL },
	{ NULL, 'u', "user", 0, MARK(USER), NULL,
	  "run as this user", 0, NULL },
	{ NULL, 'v', NULL, 0, SPEC(TALK), "verbose",
	  "print what is being done", 0, NULL },
	{ "explain", 0, NULL, 0, SPEC(EXPLAIN), "yes",
	  NULL, 0, NULL },
	{ "help", 0, NULL, 0, SPEC(VERB), "help",
	  NULL, OPTION_FINAL, NULL },
	{ "version", 0, NULL, 0, SPEC(VERB), "version",
	  NULL, OPTION_FINAL, NULL },
};
/* clang-format on */

static const char usage[] =
    "daemonize, version 1.7.8 (imp " PACKAGE_VERSION ")\n"
    "Usage: daemonize [OPTIONS] path [arg] ...\n"
    "\nOPTIONS\n\n"
    "-a             Add to output files instead of emptying them.\n"
    "-c <dir>       Run in <dir>.  Default: /\n"
    "-e <stderr>    Send standard error to file <stderr>.  Default: /dev/null\n"
    "-E var=value   Set an environment variable.  May be repeated.\n"
    "-o <stdout>    Send standard output to file <stdout>.  "
    "Default: /dev/null\n"
    "-p <pidfile>   Write the process number to <pidfile>.\n"
    "-l <lockfile>  Run one daemon at a time for <lockfile>.\n"
    "-u <user>      Run as <user>.  Only root may ask for that.\n"
    "-v             Print what is being done.\n";

static int
complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	(void)spec;
	(void)program;
	if (problem->fault == FAULT_VALUE && problem->row->letter == 'E') {
		diag_errx("Argument to -E (\"%s\") is not of the form "
			  "name=value.",
		    problem->value);
		return EX_FAILED;
	}
	if (problem->fault == FAULT_VALUE)
		diag_errx("Bad value for %s (\"%s\"): %s", problem->option,
		    problem->value, problem->reason);
	else
		diag_errx("Bad option: %s", problem->option);
	return fill_fail_with(usage);
}

static int
check_env(const struct spec *spec)
{
	const struct strlist *env = &spec->surroundings.env;
	size_t i;

	for (i = 0; i < env->count; i++) {
		if (strchr(env->items[i], '=') != NULL)
			continue;
		diag_errx("Argument to -E (\"%s\") is not of the form "
			  "name=value.",
		    env->items[i]);
		return EX_FAILED;
	}
	return CLI_GO;
}

static int
check_path(const char *path)
{
	struct stat st;

	if (*path != '/')
		diag_errx("The 'path' parameter must be an absolute path "
			  "name.");
	else if (access(path, X_OK) == -1)
		diag_errx("File \"%s\" is not executable.", path);
	else if (stat(path, &st) == -1)
		diag_errx("File \"%s\" does not exist.", path);
	else if (!S_ISREG(st.st_mode))
		diag_errx("File \"%s\" is not regular file.", path);
	else
		return CLI_GO;
	return EX_FAILED;
}

/* Returns CLI_GO, or a status after saying why it cannot be. */
static int
check_writable(const char *path, const char *verb, const char *as_what)
{
	int fault = path == NULL ? 0 : fill_write_fault(path);

	if (fault == 0)
		return CLI_GO;
	diag_errx("Can't %s \"%s\"%s: %s", verb, path, as_what,
	    strerror(fault));
	return EX_FAILED;
}

static int
directory_fault(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) == -1)
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	return access(dir, X_OK) == -1 ? errno : 0;
}

/* In the order of the original; outputs are opened as the user. */
static int
check_files(const struct spec *spec, const struct marks *marks)
{
	const char *dir = spec->surroundings.chdir;
	int status, fault;

	if ((status = check_writable(spec->identity.lockfile,
		 "create lock file", "")) != CLI_GO ||
	    (status = check_writable(spec->identity.pidfile,
		 "create PID file", "")) != CLI_GO)
		return status;
	if (marks->user == NULL &&
	    ((status = check_writable(marks->output,
		  "open", " for stdout")) != CLI_GO ||
		(status = check_writable(marks->error,
		     "open", " for stderr")) != CLI_GO))
		return status;
	fault = marks->user != NULL ? 0 : directory_fault(dir);
	if (fault == 0)
		return CLI_GO;
	diag_errx("Can't change working directory to \"%s\": %s", dir,
	    strerror(fault));
	return EX_FAILED;
}

static int
check_user(const char *user)
{
	if (user == NULL || getuid() == 0)
		return CLI_GO;
	diag_errx("Must be root to specify a different user.");
	return EX_FAILED;
}

static void
set_if_unset(struct spec *spec, const char *name, const char *assignment)
{
	if (getenv(name) == NULL)
		strlist_add(&spec->surroundings.env, assignment);
}

static void
fill_output(struct spec *spec, const struct marks *marks)
{
	struct spec_output *output = &spec->output;

	output->out.kind = output->err.kind = DEST_NULL;
	if (marks->output != NULL)
		output->out = fill_file(marks->output);
	if (marks->error != NULL)
		output->err = fill_file(marks->error);
	output->truncate = !marks->append;
	spec->log.mode = 0666 & ~fill_umask();
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;
	int status;

	(void)program;
	if (geteuid() != getuid()) {
		diag_errx("This executable is too dangerous to be setuid.");
		return EX_FAILED;
	}
	if (spec->operands.count == 0)
		return fill_fail_with(usage);
	if ((status = check_env(spec)) != CLI_GO ||
	    (status = check_path(spec->operands.items[0])) != CLI_GO ||
	    (status = check_user(marks->user)) != CLI_GO ||
	    (status = check_files(spec, marks)) != CLI_GO)
		return status;
	spec->process.user = marks->user;
	spec->process.access_as_user = marks->user != NULL;
	spec->process.account_env = ACCOUNT_ENV_USER;
	spec->process.session_leader = true;
	spec->surroundings.umask = fill_umask();
	spec->identity.pidfile_mode = 0644 & ~fill_umask();
	set_if_unset(spec, "IFS", "IFS= \t\n");
	set_if_unset(spec, "PATH",
	    "PATH=/usr/local/sbin:/sbin:/bin:/usr/sbin:/usr/bin");
	fill_output(spec, marks);
	fill_exits(spec, NULL);
	if (spec->identity.lockfile != NULL)
		spec->manners.refusal = xasprintf(
		    "Can't lock the lock file \"%s\". Is another instance "
		    "running?",
		    fill_literal(spec->identity.lockfile));
	return CLI_GO;
}

const struct dialect daemonize_dialect = {
	.name = "daemonize",
	.table = OPTION_TABLE(ORDER_STOP, false),
	.groups = fill_one_group,
	.synopsis = "",
	.usage_status = EX_FAILED,
	.prefix = PREFIX_NONE,
	.complain = complain,
	.fill = fill,
	.help = usage,
};
