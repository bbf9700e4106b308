/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
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
#include "cli/slack_config.h"
#include "spec/dest.h"

/* The daemon(1) of libslack, 0.8; https://libslack.org/daemon */

#define SHORTEST     10
#define DELAY_MAX    86400
#define ATTEMPTS_MAX 100

/* More attempts than there is room for waits are rounded down to it. */
#define ATTEMPTS_KEPT (RESTART_DELAYS - 1)

struct marks {
	const char *name, *command, *pidfiles, *pidfile, *user, *chroot, *chdir,
	    *umask, *acceptable, *attempts, *delay, *limit, *errlog, *dbglog,
	    *output, *out, *err, *signal, *config, *pty;
	struct strlist env;
	bool inherit, unsafe, safe, core, nocore, respawn, idiot, foreground,
	    running, restart, stop, list, noconfig, ignored;
};

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
	MARK_ENV,
	MARK_INHERIT,
	MARK_UNSAFE,
	MARK_SAFE,
	MARK_CORE,
	MARK_NOCORE,
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

#define TEXT(member) \
	{ #member, NULL, 0, 0, offsetof(struct marks, member), KIND_TEXT, 0, 0 }
#define FLAG(member) \
	{ #member, NULL, 0, 0, offsetof(struct marks, member), KIND_FLAG, 0, 0 }

/* clang-format off */
static const struct field mark_fields[MARK_COUNT] = {
	[MARK_NAME] = TEXT(name),
	[MARK_COMMAND] = TEXT(command),
	[MARK_PIDFILES] = TEXT(pidfiles),
	[MARK_PIDFILE] = TEXT(pidfile),
	[MARK_USER] = TEXT(user),
	[MARK_CHROOT] = TEXT(chroot),
	[MARK_CHDIR] = TEXT(chdir),
	[MARK_UMASK] = TEXT(umask),
	[MARK_ACCEPTABLE] = TEXT(acceptable),
	[MARK_ATTEMPTS] = TEXT(attempts),
	[MARK_DELAY] = TEXT(delay),
	[MARK_LIMIT] = TEXT(limit),
	[MARK_ERRLOG] = TEXT(errlog),
	[MARK_DBGLOG] = TEXT(dbglog),
	[MARK_OUTPUT] = TEXT(output),
	[MARK_OUT] = TEXT(out),
	[MARK_ERR] = TEXT(err),
	[MARK_SIGNAL] = TEXT(signal),
	[MARK_CONFIG] = TEXT(config),
	[MARK_PTY] = TEXT(pty),
	[MARK_ENV] = { "env", NULL, 0, 0, offsetof(struct marks, env),
	    KIND_ENV, 0, 0 },
	[MARK_INHERIT] = FLAG(inherit),
	[MARK_UNSAFE] = FLAG(unsafe),
	[MARK_SAFE] = FLAG(safe),
	[MARK_CORE] = FLAG(core),
	[MARK_NOCORE] = FLAG(nocore),
	[MARK_RESPAWN] = FLAG(respawn),
	[MARK_IDIOT] = FLAG(idiot),
	[MARK_FOREGROUND] = FLAG(foreground),
	[MARK_RUNNING] = FLAG(running),
	[MARK_RESTART] = FLAG(restart),
	[MARK_STOP] = FLAG(stop),
	[MARK_LIST] = FLAG(list),
	[MARK_NOCONFIG] = FLAG(noconfig),
	[MARK_IGNORED] = FLAG(ignored),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

static const char *const groups[] = { "Options", NULL };

static const struct option_row rows[] = {
	{ "help", 'h', NULL, 0, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ "version", 'V', NULL, 0, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },
	{ "verbose", 'v', "level", 0, SPEC(TALK), "verbose",
	  "print more", OPTION_GLUED, NULL },
	{ "debug", 'd', "level", 0, MARK(IGNORED), "yes",
	  "accepted, and without effect", OPTION_GLUED, NULL },
	{ "config", 'C', "path", 0, MARK(CONFIG), NULL,
	  "read this instead of /etc/daemon.conf", 0, NULL },
	{ "noconfig", 'N', NULL, 0, MARK(NOCONFIG), "yes",
	  "do not read /etc/daemon.conf", 0, NULL },
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
	{ "nocore", 0, NULL, 0, MARK(NOCORE), "yes",
	  "do not", 0, NULL },
	{ "respawn", 'r', NULL, 0, MARK(RESPAWN), "yes",
	  "start it again when it ends", 0, NULL },
	{ "acceptable", 'a', "seconds", 0, MARK(ACCEPTABLE), NULL,
	  "accepted, and checked", 0, NULL },
	{ "attempts", 'A', "N", 0, MARK(ATTEMPTS), NULL,
	  "start it so often before waiting", 0, NULL },
	{ "delay", 'L', "seconds", 0, MARK(DELAY), NULL,
	  "wait so long then", 0, NULL },
	{ "limit", 'M', "N", 0, MARK(LIMIT), NULL,
	  "give up after so many rounds", 0, NULL },
	{ "idiot", 0, NULL, 0, MARK(IDIOT), "yes",
	  "no limits to the numbers, for root", 0, NULL },
	{ "foreground", 'f', NULL, 0, MARK(FOREGROUND), "yes",
	  "do not detach", 0, NULL },
	{ "pty", 'p', "noecho", 0, MARK(PTY), "",
	  "cannot be had", OPTION_GLUED, NULL },
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
	  "whether it runs, by the exit status", 0, NULL },
	{ "restart", 0, NULL, 0, MARK(RESTART), "yes",
	  "start it again", 0, NULL },
	{ "stop", 0, NULL, 0, MARK(STOP), "yes",
	  "tell it to stop", 0, NULL },
	{ "signal", 0, "signame", 0, MARK(SIGNAL), NULL,
	  "send the command a signal", 0, NULL },
	{ "list", 0, NULL, 0, MARK(LIST), "yes",
	  "list what runs", 0, NULL },
	{ "explain", 0, NULL, 0, SPEC(EXPLAIN), "yes", NULL, 0, NULL },
};
/* clang-format on */

static const struct option_table table = {
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.marks = mark_fields,
	.order = ORDER_PERMUTE,
	.abbreviates = true,
};

static int
fail(const char *message)
{
	diag_errx("%s", message);
	return EX_FAILED;
}

static int
complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	(void)spec;
	(void)program;
	return fail(fill_getopt_words(problem));
}

/* What a configuration file says counts where the command line is silent. */
static void
merge(struct marks *marks, const struct marks *more)
{
	const char **text;
	const char *const *other;
	const bool *flag;
	size_t i;

	for (i = 0; i < MARK_ENV; i++) {
		text = (const char **)((char *)marks + mark_fields[i].offset);
		other = (const char *const *)((const char *)more +
		    mark_fields[i].offset);
		if (*text == NULL)
			*text = *other;
	}
	for (i = 0; i < more->env.count; i++)
		strlist_add(&marks->env, more->env.items[i]);
	for (i = MARK_INHERIT; i < MARK_COUNT; i++) {
		flag = (const bool *)((const char *)more +
		    mark_fields[i].offset);
		if (*flag)
			*(bool *)((char *)marks + mark_fields[i].offset) = true;
	}
}

/* Options of a file, as "--option"s.  Returns 0, or -1 after saying why. */
static int
take_config(struct marks *marks, struct strlist *options)
{
	char problem_text[PROBLEM_ROOM];
	struct option_problem problem;
	static struct spec unused;
	struct marks more;

	if (options->count < 2)
		return 0;
	memset(&more, 0, sizeof(more));
	spec_init(&unused);
	if (option_parse(&table, &unused, &more, (int)options->count,
		options->items, &problem, problem_text) == -1) {
		diag_errx("configuration: %s", fill_getopt_words(&problem));
		return -1;
	}
	more.name = more.user = more.chroot = NULL;
	merge(marks, &more);
	return 0;
}

/*
 * The system's file, then the user's own, which has the last word; but what
 * NAME has counts more than what "*" has.
 */
static int
read_configs(struct marks *marks)
{
	static const char *const keys[] = { NULL, "*" };
	const char *home = getenv("HOME");
	struct strlist options = { 0 };
	const char *key;
	size_t i;

	for (i = 0; i < 2; i++) {
		key = keys[i] != NULL ? keys[i] : marks->name;
		options.count = 0;
		strlist_add(&options, "daemon");
		if (key != NULL && !marks->noconfig)
			slack_config_read(marks->config != NULL
				? marks->config
				: "/etc/daemon.conf",
			    key, &options);
		if (key != NULL && home != NULL)
			slack_config_read(
			    xasprintf("%s/.daemonrc", home), key, &options);
		if (take_config(marks, &options) == -1)
			return -1;
	}
	return 0;
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

/* Numbers may have a base of their own. */
static bool
take_number(const char *text, long min, long max, long *value)
{
	char *end;

	if (text == NULL)
		return true;
	errno = 0;
	*value = strtol(text, &end, 0);
	return errno == 0 && end != text && *end == '\0' && *value >= min &&
	    *value <= max;
}

static int
take_respawn(struct spec *spec, const struct marks *marks)
{
	struct spec_restart *restart = &spec->restart;
	long acceptable = 300, attempts = 5, delay = 300, limit = 0;
	long min = marks->idiot && geteuid() == 0 ? 0 : SHORTEST;
	unsigned int i, count;

	if (!take_number(marks->acceptable, min, DELAY_MAX, &acceptable) ||
	    !take_number(marks->attempts, 0, ATTEMPTS_MAX, &attempts) ||
	    !take_number(marks->delay, min, DELAY_MAX, &delay) ||
	    !take_number(marks->limit, 0, INT_MAX / ATTEMPTS_MAX, &limit))
		return fail("fatal: invalid number for --acceptable, "
			    "--attempts, --delay or --limit");
	if (!marks->respawn)
		return CLI_GO;
	restart->respawn = RESPAWN_ALWAYS;
	memset(&restart->fatal, 0, sizeof(restart->fatal));
	count = attempts > ATTEMPTS_KEPT ? ATTEMPTS_KEPT
	    : attempts < 1		 ? 1
					 : (unsigned int)attempts;
	for (i = 0; i + 1 < count; i++)
		restart->delay.ms[i] = 0;
	restart->delay.ms[count - 1] = (uint64_t)delay * 1000;
	/* One is doubled, a list is not. */
	restart->delay.ms[count] = restart->delay.ms[count - 1];
	restart->delay.count = count + 1;
	restart->limit.count = (unsigned int)limit * count;
	return CLI_GO;
}

/* facility.priority, or a file; a relative one is below the root. */
static struct dest
take_dest(const char *text)
{
	struct reason ignored;
	struct dest dest;

	if (strchr(text, '/') == NULL && strchr(text, '.') != NULL &&
	    dest_parse(&dest, xasprintf("syslog:%s", text), &ignored) == 0)
		return dest;
	return fill_file(*text == '/' ? text : xasprintf("/%s", text));
}

static void
take_output(struct spec *spec, const struct marks *marks)
{
	const char *out = marks->out != NULL ? marks->out : marks->output;
	const char *err = marks->err != NULL ? marks->err : marks->output;

	if (out != NULL)
		spec->output.out = take_dest(out);
	if (err != NULL)
		spec->output.err = take_dest(err);
	if (marks->errlog != NULL && take_dest(marks->errlog).kind == DEST_FILE)
		spec->imp_log = take_dest(marks->errlog).text;
	spec->log.mode = 0666 & ~spec->surroundings.umask;
}

/* NAME.pid and NAME.clientpid. */
static int
take_names(struct spec *spec, const struct marks *marks, const char **pidfile,
    const char **client)
{
	const char *dir = geteuid() == 0 ? "/var/run" : "/tmp";
	size_t length;

	*pidfile = *client = NULL;
	if (marks->name == NULL)
		return CLI_GO;
	if (*marks->name == '\0' || !consists_of(marks->name, "-._"))
		return fail(xasprintf("fatal: invalid name: '%s'",
		    marks->name));
	spec->identity.name = marks->name;
	if (marks->pidfiles != NULL)
		dir = marks->pidfiles;
	*pidfile = marks->pidfile != NULL
	    ? marks->pidfile
	    : xasprintf("%s/%s.pid", dir, marks->name);
	if (**pidfile != '/')
		return fail("fatal: the path of a pidfile must be absolute");
	length = strlen(*pidfile);
	if (length > 4 && strcmp(*pidfile + length - 4, ".pid") == 0)
		length -= 4;
	*client = xasprintf("%.*s.clientpid", (int)length, *pidfile);
	return CLI_GO;
}

static int
take_verb(struct spec *spec, const struct marks *marks, const char *pidfile,
    const char *client)
{
	struct reason ignored;

	spec->operands = (struct strlist){ 0 };
	fill_set(spec, "exits", "1-255=1");
	if (marks->list) {
		spec->identity.name = NULL;
		spec->verb = VERB_LIST;
		return CLI_GO;
	}
	if (marks->name == NULL)
		return fail("fatal: this needs a --name");
	if (marks->restart) {
		spec->verb = VERB_RESTART;
		return CLI_GO;
	}
	spec->match.pidfile = marks->signal != NULL ? client : pidfile;
	spec->verb = marks->running ? VERB_STATUS : VERB_SIGNAL;
	fill_set(spec, "signal", "TERM");
	if (marks->signal != NULL &&
	    parse_signal(marks->signal, &spec->control.signal, &ignored) == -1)
		return fail(xasprintf(
		    "fatal: invalid signal: '%s'", marks->signal));
	return CLI_GO;
}

/* "cmd arg" at white space, then the operands. */
static void
take_command(struct spec *spec, const char *command)
{
	struct strlist operands = { 0 };
	char *rest, *word;
	size_t i;

	if (command == NULL)
		return;
	rest = xstrdup(command);
	while ((word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			strlist_add(&operands, word);
	for (i = 0; i < spec->operands.count; i++)
		strlist_add(&operands, spec->operands.items[i]);
	spec->operands = operands;
}

/* Which of path and the directories above others may write to; or NULL. */
static const char *
find_unsafe(char *path)
{
	struct stat st;
	char *slash;

	for (;;) {
		if (stat(*path == '\0' ? "/" : path, &st) == -1)
			return NULL;
		if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
			return path;
		slash = strrchr(path, '/');
		if (slash == NULL || *path == '\0')
			return NULL;
		*slash = '\0';
	}
}

/* Root does not execute what others may replace, unless told to. */
static int
check_safety(const struct spec *spec, const struct marks *marks)
{
	const char *program = spec->operands.items[0];
	char real[PATH_MAX];
	const char *unsafe;

	if (marks->unsafe || (geteuid() != 0 && !marks->safe) ||
	    *program != '/' || realpath(program, real) == NULL)
		return CLI_GO;
	unsafe = find_unsafe(real);
	if (unsafe == NULL)
		return CLI_GO;
	return fail(xasprintf("fatal: refusing to execute unsafe program: %s "
			      "(%s is group- or world-writable)",
	    program, unsafe));
}

static int
take_surroundings(struct spec *spec, const struct marks *marks)
{
	struct limit *core = &spec->surroundings.limits[RLIMIT_CORE];
	struct rlimit now;
	char *user, *separator;
	long mask = 022;

	if (marks->umask != NULL) {
		mask = strtol(marks->umask, &separator, 8);
		if (*separator != '\0' || mask < 0 || mask > 0777)
			return fail("fatal: invalid --umask");
	}
	spec->surroundings.umask = (mode_t)mask;
	spec->process.chroot = marks->chroot;
	if (marks->chdir != NULL)
		spec->surroundings.chdir = marks->chdir;
	spec->surroundings.env = marks->env;
	spec->surroundings.clear_env = marks->env.count > 0 && !marks->inherit;
	if (!marks->core && getrlimit(RLIMIT_CORE, &now) == 0)
		*core = (struct limit){ true, 0, now.rlim_max };
	if (marks->user == NULL)
		return CLI_GO;
	user = xstrdup(marks->user);
	separator = strpbrk(user, ":.");
	if (separator != NULL)
		*separator++ = '\0';
	spec->process.user = user;
	spec->process.group =
	    separator != NULL && *separator != '\0' ? separator : NULL;
	return CLI_GO;
}

static void
take_supervision(struct spec *spec, const struct marks *marks)
{
	spec->supervise = true;
	spec->foreground = marks->foreground;
	spec->stop.kill = KILL_MAIN;
	fill_set(spec, "stop-schedule", "TERM/infinity");
	fill_set(spec, "forward", "HUP=,QUIT=,USR1=,USR2=,WINCH=,CONT=,ALRM=");
	fill_set(spec, "exits", "1-255=1");
	/* What becomes of the command is told in the log. */
	fill_set(spec, "command-exits", "1-255=0");
}

static int
fill_start(struct spec *spec, const struct marks *marks, const char *pidfile,
    const char *client)
{
	int status;

	take_command(spec, marks->command);
	if (spec->operands.count == 0)
		return fail("fatal: no command given");
	if (marks->pty != NULL)
		return fail("fatal: --pty cannot be had");
	if ((status = take_respawn(spec, marks)) != CLI_GO ||
	    (status = take_surroundings(spec, marks)) != CLI_GO ||
	    (status = check_safety(spec, marks)) != CLI_GO)
		return status;
	take_output(spec, marks);
	take_supervision(spec, marks);
	spec->identity.pidfile = client;
	spec->identity.supervisor_pidfile = pidfile;
	if (marks->name != NULL)
		spec->manners.refusal = "fatal: failed to become a daemon: "
					"it is running already, as process %p";
	return CLI_GO;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	struct marks *marks = storage;
	const char *pidfile, *client;
	int verbs = marks->running + marks->restart + marks->stop +
	    marks->list + (marks->signal != NULL);
	int status;

	(void)program;
	if (verbs > 1)
		return fail("fatal: --running, --restart, --stop, --signal "
			    "and --list exclude each other");
	if (read_configs(marks) == -1)
		return EX_FAILED;
	status = take_names(spec, marks, &pidfile, &client);
	if (status != CLI_GO)
		return status;
	return verbs == 1 ? take_verb(spec, marks, pidfile, client)
			  : fill_start(spec, marks, pidfile, client);
}

const struct dialect daemon_libslack_dialect = {
	.name = "daemon-libslack",
	.table = {
		.rows = rows,
		.count = sizeof(rows) / sizeof(rows[0]),
		.marks = mark_fields,
		.order = ORDER_PERMUTE,
		.abbreviates = true,
	},
	.groups = groups,
	.synopsis = "usage: daemon [options] [--] [cmd arg...]\n",
	.usage_status = EX_FAILED,
	.called = "daemon",
	.version = "daemon-0.8.4 (imp " PACKAGE_VERSION ")",
	.complain = complain,
	.fill = fill,
};
