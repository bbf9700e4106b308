/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "cli/fill.h"
#include "cli/slack_config.h"
#include "cli/slack_expand.h"
#include "cli/slack_safety.h"
#include "cli/slack_start.h"
#include "cli/slack_words.h"

/* The daemon(1) of libslack, 0.8; https://libslack.org/daemon */

enum mark {
	MARK_NAME,
	MARK_COMMAND,
	MARK_PIDFILES,
	MARK_PIDFILE,
	MARK_USER,
	MARK_CHROOT,
	MARK_CHDIR,
	MARK_UMASK,
	MARK_ACCEPTABLE,
	MARK_ATTEMPTS,
	MARK_DELAY,
	MARK_LIMIT,
	MARK_ERRLOG,
	MARK_DBGLOG,
	MARK_OUTPUT,
	MARK_OUT,
	MARK_ERR,
	MARK_SIGNAL,
	MARK_CONFIG,
	MARK_PTY,
	MARK_VERBOSE,
	MARK_DEBUG,
	MARK_ENV,
	MARK_INHERIT,
	MARK_UNSAFE,
	MARK_SAFE,
	MARK_CORE,
	MARK_RESPAWN,
	MARK_IDIOT,
	MARK_FOREGROUND,
	MARK_RUNNING,
	MARK_RESTART,
	MARK_STOP,
	MARK_LIST,
	MARK_NOCONFIG,
	MARK_IGNORED,
	MARK_COUNT
};

/* clang-format off */
static const struct field mark_fields[MARK_COUNT] = {
	[MARK_NAME] = MARK_TEXT(name),
	[MARK_COMMAND] = MARK_TEXT(command),
	[MARK_PIDFILES] = MARK_TEXT(pidfiles),
	[MARK_PIDFILE] = MARK_TEXT(pidfile),
	[MARK_USER] = MARK_TEXT(user),
	[MARK_CHROOT] = MARK_TEXT(chroot),
	[MARK_CHDIR] = MARK_TEXT(chdir),
	[MARK_UMASK] = MARK_TEXT(umask),
	[MARK_ACCEPTABLE] = MARK_TEXT(acceptable),
	[MARK_ATTEMPTS] = MARK_TEXT(attempts),
	[MARK_DELAY] = MARK_TEXT(delay),
	[MARK_LIMIT] = MARK_TEXT(limit),
	[MARK_ERRLOG] = MARK_TEXT(errlog),
	[MARK_DBGLOG] = MARK_TEXT(dbglog),
	[MARK_OUTPUT] = MARK_TEXT(output),
	[MARK_OUT] = MARK_TEXT(out),
	[MARK_ERR] = MARK_TEXT(err),
	[MARK_SIGNAL] = MARK_TEXT(signal),
	[MARK_CONFIG] = MARK_TEXT(config),
	[MARK_PTY] = MARK_TEXT(pty),
	[MARK_VERBOSE] = MARK_TEXT(verbose),
	[MARK_DEBUG] = MARK_TEXT(debug),
	[MARK_ENV] = MARK_FIELD(env, KIND_ENV),
	[MARK_INHERIT] = MARK_FLAG(inherit),
	[MARK_UNSAFE] = MARK_FLAG(unsafe),
	[MARK_SAFE] = MARK_FLAG(safe),
	[MARK_CORE] = MARK_FLAG(core),
	[MARK_RESPAWN] = MARK_FLAG(respawn),
	[MARK_IDIOT] = MARK_FLAG(idiot),
	[MARK_FOREGROUND] = MARK_FLAG(foreground),
	[MARK_RUNNING] = MARK_FLAG(running),
	[MARK_RESTART] = MARK_FLAG(restart),
	[MARK_STOP] = MARK_FLAG(stop),
	[MARK_LIST] = MARK_FLAG(list),
	[MARK_NOCONFIG] = MARK_FLAG(noconfig),
	[MARK_IGNORED] = MARK_FLAG(ignored),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

static const struct option_row rows[] = {
	{ "help", 'h', NULL, 0, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ "version", 'V', NULL, 0, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },
	{ "verbose", 'v', "level", 0, MARK(VERBOSE), "1",
	  "say more with --running and --list", OPTION_GLUED, NULL },
	{ "debug", 'd', "level", 0, MARK(DEBUG), "1",
	  "accepted, and without effect", OPTION_GLUED, NULL },
	{ "config", 'C', "path", 0, MARK(CONFIG), NULL,
	  "read this and path.d, not /etc/daemon.conf and its .d", 0, NULL },
	{ "noconfig", 'N', NULL, 0, MARK(NOCONFIG), "yes",
	  "read neither; the user's own configuration is read", 0, NULL },
	{ "name", 'n', "name", 0, MARK(NAME), NULL,
	  "one daemon of this name at a time", 0, NULL },
	{ "command", 'X', "cmd", 0, MARK(COMMAND), NULL,
	  "the command, split at white space", 0, NULL },
	{ "pidfiles", 'P', "/dir", 0, MARK(PIDFILES), NULL,
	  "where pidfiles are", 0, NULL },
	{ "pidfile", 'F', "/path", 0, MARK(PIDFILE), NULL,
	  "the pidfile", 0, NULL },
	{ "user", 'u', "user[:group]", 0, MARK(USER), NULL,
	  "run as this user", 0, NULL },
	{ "chroot", 'R', "path", 0, MARK(CHROOT), NULL,
	  "make this the root directory", 0, NULL },
	{ "chdir", 'D', "path", 0, MARK(CHDIR), NULL,
	  "run in this directory", 0, NULL },
	{ "umask", 'm', "umask", 0, MARK(UMASK), NULL,
	  "set the umask, in octal", 0, NULL },
	{ "env", 'e', "var=val", 0, MARK(ENV), NULL,
	  "set a variable; nothing else is left without --inherit", 0, NULL },
	{ "inherit", 'i', NULL, 0, MARK(INHERIT), "yes",
	  "keep the environment", 0, NULL },
	{ "unsafe", 'U', NULL, 0, MARK(UNSAFE), "yes",
	  "execute what others may write to", 0, NULL },
	{ "safe", 'S', NULL, 0, MARK(SAFE), "yes",
	  "do not; root never does", 0, NULL },
	{ "core", 'c', NULL, 0, MARK(CORE), "yes",
	  "allow core dumps", 0, NULL },
	{ "nocore", 0, NULL, 0, MARK(CORE), "no",
	  "do not", 0, NULL },
	{ "respawn", 'r', NULL, 0, MARK(RESPAWN), "yes",
	  "start it again when it ends", 0, NULL },
	{ "acceptable", 'a', "seconds", 0, MARK(ACCEPTABLE), NULL,
	  "a run that is shorter counts as an attempt", 0, NULL },
	{ "attempts", 'A', "N", 0, MARK(ATTEMPTS), NULL,
	  "so many attempts before waiting", 0, NULL },
	{ "delay", 'L', "seconds", 0, MARK(DELAY), NULL,
	  "wait so long then", 0, NULL },
	{ "limit", 'M', "N", 0, MARK(LIMIT), NULL,
	  "give up after so many rounds of attempts", 0, NULL },
	{ "idiot", 0, NULL, 0, MARK(IDIOT), "yes",
	  "no limits to the numbers, and variables expanded, for root", 0,
	  NULL },
	{ "foreground", 'f', NULL, 0, MARK(FOREGROUND), "yes",
	  "do not detach", 0, NULL },
	{ "pty", 'p', "noecho", 0, MARK(PTY), "",
	  "with -f: a terminal of its own, if we have none", OPTION_GLUED,
	  NULL },
	{ "errlog", 'l', "spec", 0, MARK(ERRLOG), NULL,
	  "where the daemon's own messages go", 0, NULL },
	{ "dbglog", 'b', "spec", 0, MARK(DBGLOG), NULL,
	  "accepted, and without effect", 0, NULL },
	{ "output", 'o', "spec", 0, MARK(OUTPUT), NULL,
	  "where all output goes: a file or facility.priority", 0, NULL },
	{ "stdout", 'O', "spec", 0, MARK(OUT), NULL,
	  "where standard output goes", 0, NULL },
	{ "stderr", 'E', "spec", 0, MARK(ERR), NULL,
	  "where standard error goes", 0, NULL },
	{ "read-eof", 0, NULL, 0, MARK(IGNORED), "yes",
	  "so it is in any case", 0, NULL },
	{ "ignore-eof", 0, NULL, 0, MARK(IGNORED), "yes",
	  "accepted, and without effect", 0, NULL },
	{ "running", 0, NULL, 0, MARK(RUNNING), "yes",
	  "tell by the exit status whether it runs", 0, NULL },
	{ "restart", 0, NULL, 0, MARK(RESTART), "yes",
	  "tell it to start its command again", 0, NULL },
	{ "stop", 0, NULL, 0, MARK(STOP), "yes",
	  "tell it to stop", 0, NULL },
	{ "signal", 0, "signame", 0, MARK(SIGNAL), NULL,
	  "send the command a signal", 0, NULL },
	{ "list", 0, NULL, 0, MARK(LIST), "yes",
	  "list what runs", 0, NULL },
	{ "explain", 0, NULL, 0, SPEC(EXPLAIN), "yes", NULL, 0, NULL },
};
/* clang-format on */

static int
complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	(void)spec;
	return slack_fail(
	    xasprintf("%s: %s", program, fill_getopt_words(problem)));
}

static bool
is_root(void)
{
	return geteuid() == 0;
}

/* By itself, only what its owner alone may change is trusted by root. */
static bool
is_safe_mode(const struct marks *marks)
{
	return marks->safe || (is_root() && !marks->unsafe);
}

static bool
expands_variables(const struct marks *marks)
{
	return !is_root() || marks->idiot;
}

/* What must stand on the command line. */
static int
check_config(const struct strlist *options)
{
	static const char *const misplaced[] = { "--name=", "--user=",
		"--chroot=" };
	size_t i, j;

	for (i = 0; i < options->count; i++)
		for (j = 0; j < sizeof(misplaced) / sizeof(misplaced[0]); j++)
			if (strncmp(options->items[i], misplaced[j],
				strlen(misplaced[j])) == 0)
				return slack_fail(xasprintf(
				    "Misplaced option: %s in config file "
				    "(Must be on the command line)",
				    options->items[i]));
	return CLI_GO;
}

/*
 * The system's files, then the user's own, which has the last word; but what
 * NAME has counts more than what "*" has, and the command line more than both.
 */
static int
preface(const void *storage, struct strlist *options)
{
	const struct marks *marks = storage;
	const char *home = getenv("HOME");
	const char *path = "/etc/daemon.conf";
	struct slack_config config = { 0 };

	config.safe = is_safe_mode(marks);
	config.variables = expands_variables(marks);
	if (marks->config != NULL)
		path = slack_expand(marks->config, config.variables);
	if (marks->config != NULL &&
	    access(slack_in_root(marks, path), F_OK) == -1)
		return slack_fail(xasprintf("Invalid --config option argument "
					    "%s: %s",
		    path, strerror(errno)));
	if (!marks->noconfig &&
	    slack_config_read(&config, slack_in_root(marks, path)) == -1)
		diag_warn("cannot read '%s'", path);
	if (home != NULL && *home != '\0')
		(void)slack_config_read(&config,
		    slack_in_root(marks, xasprintf("%s/.daemonrc", home)));
	slack_config_options(&config, "*", options);
	if (marks->name != NULL)
		slack_config_options(&config, marks->name, options);
	return check_config(options);
}

static bool
consists_of(const char *text, const char *others)
{
	for (; *text != '\0'; text++)
		if (!isalnum((unsigned char)*text) &&
		    strchr(others, *text) == NULL)
			return false;
	return true;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
check_name(const char *name)
{
	if (name == NULL || (*name != '\0' && consists_of(name, "-._")))
		return CLI_GO;
	return slack_fail_argument(
	    "name", name, "Must consist entirely of [-._a-zA-Z0-9]");
}

static const char pathname[] = "Must consist entirely of [-._a-zA-Z0-9/]";

static int
check_directory(const struct marks *marks)
{
	const char *dir = marks->pidfiles;
	const char *wrong = NULL;

	if (dir == NULL)
		return CLI_GO;
	if (*dir != '/')
		wrong = "Must be an absolute directory path";
	else if (!consists_of(dir, "-._/"))
		wrong = pathname;
	else if (!is_directory(slack_in_root(marks, dir)))
		wrong = "Directory does not exist";
	return wrong == NULL ? CLI_GO
			     : slack_fail_argument("pidfiles", dir, wrong);
}

/* With the slash that ends it. */
static const char *
parent_of(const char *file)
{
	return xstrndup(file, (size_t)(strrchr(file, '/') - file) + 1);
}

static int
check_file(const struct marks *marks)
{
	const char *file = marks->pidfile;
	const char *wrong = NULL;

	if (file == NULL)
		return CLI_GO;
	if (*file != '/' || is_directory(slack_in_root(marks, file)))
		wrong = "Must be an absolute file path";
	else if (!consists_of(file, "-._/"))
		wrong = pathname;
	else if (!is_directory(slack_in_root(marks, parent_of(file))))
		wrong = "Parent directory does not exist";
	return wrong == NULL ? CLI_GO
			     : slack_fail_argument("pidfile", file, wrong);
}

static int
check_names(const struct marks *marks)
{
	int status;

	if ((status = check_name(marks->name)) != CLI_GO ||
	    (status = check_directory(marks)) != CLI_GO)
		return status;
	return check_file(marks);
}

/* NAME.pid and NAME.clientpid. */
static void
take_names(struct spec *spec, const struct marks *marks)
{
	struct spec_identity *identity = &spec->identity;
	const char *dir = marks->pidfiles != NULL ? marks->pidfiles
	    : is_root()				  ? "/var/run"
						  : "/tmp";
	const char *file = marks->pidfile;
	size_t length;

	dir = slack_in_root(marks, dir);
	if (file != NULL)
		file = slack_in_root(marks, file);
	spec->control.named_dir = dir;
	if (marks->name == NULL)
		return;
	/* Elsewhere others may have the same name. */
	if (marks->pidfiles == NULL && file == NULL)
		identity->name = marks->name;
	if (file == NULL)
		file = xasprintf("%s/%s.pid", dir, marks->name);
	length = strlen(file);
	if (length > 4 && strcmp(file + length - 4, ".pid") == 0)
		length -= 4;
	identity->supervisor_pidfile = file;
	identity->pidfile = xasprintf("%.*s.clientpid", (int)length, file);
	spec->log.tag = marks->name;
}

/* One of the verbs is asked for, and more is not. */
struct verb_word {
	const char *word;
	bool given;
};

static int
check_verbs(const struct verb_word *verbs, size_t count,
    const char *name, const char **asked)
{
	bool is_list;
	size_t i;

	*asked = NULL;
	for (i = 0; i < count; i++) {
		if (!verbs[i].given)
			continue;
		if (*asked != NULL)
			return slack_fail(xasprintf(
			    "Incompatible options: --%s and --%s", *asked,
			    verbs[i].word));
		*asked = verbs[i].word;
	}
	if (*asked == NULL)
		return CLI_GO;
	is_list = strcmp(*asked, "list") == 0;
	if (is_list && name != NULL)
		return slack_fail("Incompatible options: --list and --name");
	return is_list || name != NULL ? CLI_GO
				       : slack_fail_missing("name", *asked);
}

/* A signal to whom a pidfile names; what is said if that is nobody. */
static int
take_signal(struct spec *spec, const char *pidfile, int signal,
    const char *absent)
{
	spec->verb = VERB_SIGNAL;
	spec->match.pidfile = pidfile;
	spec->control.signal = signal;
	spec->manners.absent = absent;
	return CLI_GO;
}

static int
take_verb(struct spec *spec, const struct marks *marks)
{
	const struct spec_identity *identity = &spec->identity;
	struct reason ignored;
	int signal = SIGTERM;

	spec->operands = (struct strlist){ 0 };
	fill_exits(spec, NULL);
	spec->level = marks->verbose != NULL ? DIAG_VERBOSE : DIAG_NORMAL;
	if (marks->list || marks->running) {
		spec->verb = marks->list ? VERB_LIST : VERB_STATUS;
		spec->control.named = marks->list ? NULL : marks->name;
		return CLI_GO;
	}
	spec->control.named_dir = NULL;
	if (marks->restart)
		return take_signal(spec, identity->supervisor_pidfile, SIGUSR1,
		    xasprintf("fatal: failed to find pid for %s: No such file "
			      "or directory",
			marks->name));
	if (marks->stop)
		return take_signal(spec, identity->supervisor_pidfile, signal,
		    xasprintf("fatal: failed to stop the %s daemon: pidfile "
			      "%s: No such process",
			marks->name, identity->supervisor_pidfile));
	if (strcmp(marks->signal, "0") == 0)
		signal = 0;
	else if (parse_signal(marks->signal, &signal, &ignored) == -1)
		return slack_fail_argument("signal", marks->signal,
		    "Must be a signal name or number");
	return take_signal(spec, identity->pidfile, signal,
	    xasprintf("fatal: failed to find client pid for %s: No such file "
		      "or directory",
		marks->name));
}

/* In all texts, but not in numbers. */
static void
expand(struct marks *marks)
{
	static const unsigned char texts[] = { MARK_NAME, MARK_COMMAND,
		MARK_PIDFILES, MARK_PIDFILE, MARK_USER, MARK_CHROOT,
		MARK_CHDIR, MARK_ERRLOG, MARK_DBGLOG, MARK_OUTPUT, MARK_OUT,
		MARK_ERR, MARK_SIGNAL };
	bool variables = expands_variables(marks);
	struct strlist env = { 0 };
	const char **text;
	size_t i;

	for (i = 0; i < sizeof(texts); i++) {
		text = (const char **)((char *)marks +
		    mark_fields[texts[i]].offset);
		*text = slack_expand(*text, variables);
	}
	for (i = 0; i < marks->env.count; i++)
		strlist_add(&env, slack_expand(marks->env.items[i], variables));
	marks->env = env;
}

/* Root does not execute what others may replace, unless told to. */
static int
check_safety(const struct spec *spec, const struct marks *marks)
{
	const char *program = spec->operands.items[0];
	const char *unsafe;

	if (!is_safe_mode(marks))
		return CLI_GO;
	unsafe = slack_unsafe_program(program);
	if (unsafe == NULL)
		return CLI_GO;
	diag_errx("fatal: refusing to execute unsafe program: %s (%s)",
	    program, unsafe);
	return EX_FAILED;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	struct marks *marks = storage;
	const struct verb_word verbs[] = {
		{ "running", marks->running },
		{ "restart", marks->restart },
		{ "stop", marks->stop },
		{ "signal", marks->signal != NULL },
		{ "list", marks->list },
	};
	const char *asked;
	int status;

	(void)program;
	if (marks->safe && marks->unsafe)
		return slack_fail("Incompatible options: --safe and --unsafe");
	expand(marks);
	status = check_verbs(verbs, sizeof(verbs) / sizeof(verbs[0]),
	    marks->name, &asked);
	if (status != CLI_GO || (status = check_names(marks)) != CLI_GO)
		return status;
	take_names(spec, marks);
	if (asked != NULL)
		return take_verb(spec, marks);
	spec->control.named_dir = NULL;
	status = slack_start(spec, marks);
	return status == CLI_GO ? check_safety(spec, marks) : status;
}

const struct dialect daemon_libslack_dialect = {
	.name = "daemon-libslack",
	.table = OPTION_TABLE(ORDER_PERMUTE, true),
	.groups = fill_one_group,
	.synopsis = "usage: daemon [options] [--] [cmd arg...]\n",
	.usage_status = EX_FAILED,
	.called = "daemon",
	.version = "daemon-0.8.4 (imp " PACKAGE_VERSION ")",
	.complain = complain,
	.preface = preface,
	.fill = fill,
};
