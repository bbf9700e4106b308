/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <sys/resource.h>

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "cli/dpkg_priority.h"
#include "cli/fill.h"
#include "spec/stop_schedule.h"

/* That of dpkg 1.23; see start-stop-daemon(8). */

#define USAGE_STATUS   3
#define FATAL_STATUS   2
#define UNKNOWN_STATUS 4 /* of --status and --pidof, whatever happened */
#define NAME_KEPT      15
#define IO_USUAL       4

struct marks {
	const char *exec, *startas, *pidfile, *name, *user, *pid, *ppid;
	const char *chuid, *group, *signal, *retry, *chroot, *chdir, *umask;
	const char *nice, *sched, *io, *output, *timeout;
	bool background, no_close, make_pidfile, remove_pidfile, test, oknodo,
	    notify, pidof;
};

enum mark {
	MARK_EXEC,
	MARK_STARTAS,
	MARK_PIDFILE,
	MARK_NAME,
	MARK_USER,
	MARK_PID,
	MARK_PPID,
	MARK_CHUID,
	MARK_GROUP,
	MARK_SIGNAL,
	MARK_RETRY,
	MARK_CHROOT,
	MARK_CHDIR,
	MARK_UMASK,
	MARK_NICE,
	MARK_SCHED,
	MARK_IO,
	MARK_OUTPUT,
	MARK_TIMEOUT,
	MARK_BACKGROUND,
	MARK_NO_CLOSE,
	MARK_MAKE_PIDFILE,
	MARK_REMOVE_PIDFILE,
	MARK_TEST,
	MARK_OKNODO,
	MARK_NOTIFY,
	MARK_PIDOF,
	MARK_COUNT
};

/* clang-format off */
static const struct field mark_fields[MARK_COUNT] = {
	[MARK_EXEC] = MARK_TEXT(exec),
	[MARK_STARTAS] = MARK_TEXT(startas),
	[MARK_PIDFILE] = MARK_TEXT(pidfile),
	[MARK_NAME] = MARK_TEXT(name),
	[MARK_USER] = MARK_TEXT(user),
	[MARK_PID] = MARK_TEXT(pid),
	[MARK_PPID] = MARK_TEXT(ppid),
	[MARK_CHUID] = MARK_TEXT(chuid),
	[MARK_GROUP] = MARK_TEXT(group),
	[MARK_SIGNAL] = MARK_TEXT(signal),
	[MARK_RETRY] = MARK_TEXT(retry),
	[MARK_CHROOT] = MARK_TEXT(chroot),
	[MARK_CHDIR] = MARK_TEXT(chdir),
	[MARK_UMASK] = MARK_TEXT(umask),
	[MARK_NICE] = MARK_TEXT(nice),
	[MARK_SCHED] = MARK_TEXT(sched),
	[MARK_IO] = MARK_TEXT(io),
	[MARK_OUTPUT] = MARK_TEXT(output),
	[MARK_TIMEOUT] = MARK_TEXT(timeout),
	[MARK_BACKGROUND] = MARK_FLAG(background),
	[MARK_NO_CLOSE] = MARK_FLAG(no_close),
	[MARK_MAKE_PIDFILE] = MARK_FLAG(make_pidfile),
	[MARK_REMOVE_PIDFILE] = MARK_FLAG(remove_pidfile),
	[MARK_TEST] = MARK_FLAG(test),
	[MARK_OKNODO] = MARK_FLAG(oknodo),
	[MARK_NOTIFY] = MARK_FLAG(notify),
	[MARK_PIDOF] = MARK_FLAG(pidof),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

enum group { G_COMMAND, G_MATCH, G_START, G_STOP, G_TALK, G_COUNT };

static const char *const groups[G_COUNT + 1] = {
	[G_COMMAND] = "Commands",
	[G_MATCH] = "Which processes (at least one; all that are given count)",
	[G_START] = "For --start",
	[G_STOP] = "For --stop",
	[G_TALK] = "In general",
};

static const struct option_row rows[] = {
	{ "start", 'S', NULL, G_COMMAND, SPEC(VERB), "start",
	  "start a program, with what follows -- as its arguments", 0, NULL },
	{ "stop", 'K', NULL, G_COMMAND, SPEC(VERB), "stop",
	  "send the processes a signal", 0, NULL },
	{ "status", 'T', NULL, G_COMMAND, SPEC(VERB), "status",
	  "tell by the exit status whether there is one", 0, NULL },
	{ "pidof", 0, NULL, G_COMMAND, MARK(PIDOF), "yes",
	  "the same, and print their numbers", 0, "status" },
	{ "help", 'H', NULL, G_COMMAND, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ "version", 'V', NULL, G_COMMAND, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },

	{ "pid", 0, "pid", G_MATCH, MARK(PID), NULL,
	  "the process of this number", 0, NULL },
	{ "ppid", 0, "ppid", G_MATCH, MARK(PPID), NULL,
	  "the children of that process", 0, NULL },
	{ "pidfile", 'p', "pid-file", G_MATCH, MARK(PIDFILE), NULL,
	  "the process whose number this file begins with", 0, NULL },
	{ "exec", 'x', "executable", G_MATCH, MARK(EXEC), NULL,
	  "processes that execute this file; with --start, start it", 0,
	  NULL },
	{ "name", 'n', "process-name", G_MATCH, MARK(NAME), NULL,
	  "processes of this name, at most 15 bytes", 0, NULL },
	{ "user", 'u', "username|uid", G_MATCH, MARK(USER), NULL,
	  "processes that run as this user", 0, NULL },

	{ "startas", 'a', "pathname", G_START, MARK(STARTAS), NULL,
	  "start this, not what --exec says", 0, NULL },
	{ "chuid", 'c', "name|uid[:group|gid]", G_START, MARK(CHUID), NULL,
	  "run as this user and group", 0, NULL },
	{ "group", 'g', "group|gid", G_START, MARK(GROUP), NULL,
	  "run with this group", 0, NULL },
	{ "chroot", 'r', "directory", G_START, MARK(CHROOT), NULL,
	  "make this the root directory", 0, NULL },
	{ "chdir", 'd', "directory", G_START, MARK(CHDIR), "/",
	  "run in this directory", 0, NULL },
	{ "nicelevel", 'N', "incr", G_START, MARK(NICE), NULL,
	  "add this to the nice value", 0, NULL },
	{ "procsched", 'P', "policy[:prio]", G_START, MARK(SCHED), NULL,
	  "other, fifo or rr", 0, NULL },
	{ "iosched", 'I', "class[:prio]", G_START, MARK(IO), NULL,
	  "real-time, best-effort or idle; prio from 0 to 7", 0, NULL },
	{ "umask", 'k', "mask", G_START, MARK(UMASK), NULL,
	  "set the umask; octal with a 0 in front", 0, NULL },
	{ "background", 'b', NULL, G_START, MARK(BACKGROUND), "yes",
	  "detach it", 0, NULL },
	{ "no-close", 'C', NULL, G_START, MARK(NO_CLOSE), "yes",
	  "let it inherit all descriptors", 0, NULL },
	{ "output", 'O', "filename", G_START, MARK(OUTPUT), NULL,
	  "add both outputs to this file", 0, NULL },
	{ "notify-await", 0, NULL, G_START, MARK(NOTIFY), "yes",
	  "wait until it says that it is ready", 0, NULL },
	{ "notify-timeout", 0, "seconds", G_START, MARK(TIMEOUT), NULL,
	  "for so long at most, instead of 60", 0, NULL },
	{ "make-pidfile", 'm', NULL, G_START, MARK(MAKE_PIDFILE), "yes",
	  "write the pidfile", 0, NULL },

	{ "remove-pidfile", 0, NULL, G_STOP, MARK(REMOVE_PIDFILE), "yes",
	  "remove the pidfile afterwards", 0, NULL },
	{ "signal", 's', "signal", G_STOP, MARK(SIGNAL), NULL,
	  "send this instead of TERM", 0, NULL },
	{ "retry", 'R', "schedule", G_STOP, MARK(RETRY), NULL,
	  "wait until they have ended: a time in seconds, or signals and "
	  "times with / between them, forever among them to repeat the rest",
	  0, NULL },

	{ "test", 't', NULL, G_TALK, MARK(TEST), "yes",
	  "only print what would be done", 0, NULL },
	{ "oknodo", 'o', NULL, G_TALK, MARK(OKNODO), "yes",
	  "exit 0, not 1, when there is nothing to do", 0, NULL },
	{ "quiet", 'q', NULL, G_TALK, SPEC(TALK), "quiet",
	  "print errors only", 0, NULL },
	{ "verbose", 'v', NULL, G_TALK, SPEC(TALK), "verbose",
	  "print more", 0, NULL },
	{ "explain", 0, NULL, G_TALK, SPEC(EXPLAIN), "yes",
	  NULL, 0, NULL },
};
/* clang-format on */

/* What is said about a usage error; its status depends on the command. */
static int
fail_usage(const struct spec *spec, const char *program, const char *message)
{
	diag_errx("%s", message);
	fill_point_to_help(program);
	return spec->verb == VERB_STATUS ? UNKNOWN_STATUS : USAGE_STATUS;
}

static int
fail_fatal(const struct spec *spec, const char *message)
{
	diag_errx("%s", message);
	return spec->verb == VERB_STATUS ? UNKNOWN_STATUS : FATAL_STATUS;
}

static int
complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	if (problem->fault == FAULT_CONTRADICTION)
		return fail_usage(
		    spec, program, "only one command can be specified");
	return fail_usage(spec, program, fill_getopt_words(problem));
}

/* A table of what must not be, in the order in which it is told. */
static const char *
find_contradiction(const struct spec *spec, const struct marks *marks)
{
	bool is_start = spec->verb == VERB_START;

	if (!spec_given(spec, FIELD_VERB))
		return "need one of --start or --stop or --status";
	if (marks->exec == NULL && marks->pid == NULL && marks->ppid == NULL &&
	    marks->pidfile == NULL && marks->user == NULL &&
	    marks->name == NULL)
		return "need at least one of --exec, --pid, --ppid, --pidfile, "
		       "--user or --name";
	if (is_start && marks->exec == NULL && marks->startas == NULL)
		return "--start needs --exec or --startas";
	if (marks->make_pidfile && marks->pidfile == NULL)
		return "--make-pidfile requires --pidfile";
	if (marks->remove_pidfile && marks->pidfile == NULL)
		return "--remove-pidfile requires --pidfile";
	if (marks->pid != NULL && marks->pidfile != NULL)
		return "need either --pid or --pidfile, not both";
	if (marks->background && !is_start)
		return "--background is only relevant with --start";
	if (marks->no_close && !marks->background)
		return "--no-close is only relevant with --background";
	if (marks->output != NULL && *marks->output != '/')
		return "--output file needs to be an absolute filename";
	if (marks->output != NULL && !marks->background)
		return "--output is only relevant with --background";
	if (marks->notify && !marks->background)
		return "--notify-await is only relevant with --background";
	if (marks->timeout != NULL && !marks->notify)
		return "--notify-timeout is only relevant with --notify-await";
	return NULL;
}

/* A decimal number and nothing else; NULL stays what it was. */
static bool
take_pid(const char *text, pid_t *pid)
{
	struct reason ignored;
	uint64_t n;

	if (text == NULL)
		return true;
	if (parse_unsigned(text, 1, INT_MAX, &n, &ignored) == -1)
		return false;
	*pid = (pid_t)n;
	return true;
}

/* Returns what is wrong, or NULL. */
static const char *
take_pids(struct spec *spec, const struct marks *marks)
{
	if (!take_pid(marks->pid, &spec->match.pid))
		return "pid value must be a number greater than 0";
	if (!take_pid(marks->ppid, &spec->match.ppid))
		return "ppid value must be a number greater than 0";
	return NULL;
}

/* Numbers as C has them; of a mask these bits count. */
static bool
take_umask(const char *text, mode_t *mask)
{
	unsigned long n;
	char *end;

	if (text == NULL) {
		*mask = fill_umask();
		return true;
	}
	errno = 0;
	n = strtoul(text, &end, 0);
	*mask = (mode_t)n & 0777;
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' &&
	    n <= INT_MAX;
}

static bool
take_timeout(const char *text, uint64_t *ms)
{
	struct reason ignored;
	uint64_t n;

	*ms = 60000;
	if (text == NULL)
		return true;
	if (parse_unsigned(text, 0, INT_MAX, &n, &ignored) == -1)
		return false;
	*ms = n * 1000;
	return true;
}

static bool
take_signal(const char *text, int *signal)
{
	struct reason ignored;

	*signal = SIGNAL_DEFAULT;
	if (text == NULL)
		return true;
	/* 0 only looks whether it could be sent. */
	if (strcmp(text, "0") == 0) {
		*signal = 0;
		return true;
	}
	return parse_signal(text, signal, &ignored) == 0;
}

static const char *const schedule_words[] = {
	[SCHEDULE_SHORT] = "--retry takes timeout, or schedule list of at "
			   "least two items",
	[SCHEDULE_TIME] = "invalid timeout value in schedule",
	[SCHEDULE_ITEM] = "invalid schedule item (must be [-]<signal-name>, "
			  "-<signal-number>, <timeout> or 'forever'",
	[SCHEDULE_LONG] = "invalid schedule item: far too long (items must be "
			  "delimited with slashes)",
	[SCHEDULE_FOREVER_TWICE] =
	    "invalid schedule: 'forever' appears more than once",
	[SCHEDULE_FOREVER_LAST] =
	    "invalid schedule: 'forever' appears last, nothing to repeat",
	[SCHEDULE_FOREVER_IDLE] =
	    "invalid schedule: nothing waits in what is repeated",
	[SCHEDULE_MANY] = "invalid schedule: too many items",
};

/* Returns what is wrong, or NULL. */
static const char *
take_stop(struct spec *spec, const struct marks *marks)
{
	struct reason ignored;
	int signal;
	int fault = 0;

	if (!take_signal(marks->signal, &signal))
		return "signal value must be numeric or name of signal (KILL, "
		       "INT, ...)";
	if (marks->retry != NULL)
		fault = (int)stop_schedule_fault(
		    &spec->stop.schedule, marks->retry, signal, &ignored);
	if (fault != 0)
		return schedule_words[fault];
	spec->control.signal = signal;
	spec->control.remove_pidfile = marks->remove_pidfile;
	if (spec->verb == VERB_STOP && marks->retry == NULL)
		spec->verb = VERB_SIGNAL;
	return NULL;
}

/* From its increment to imp's nice value. */
static void
take_nice(struct spec *spec, long increment)
{
	int value = getpriority(PRIO_PROCESS, 0);

	value = increment < -20 - value ? -20
	    : increment > 19 - value	? 19
					: value + (int)increment;
	spec->surroundings.nice = (struct optional_int){ true, value };
}

/* How much of the machine it gets; the original prints it with --test. */
struct share {
	long nice; /* 0: as it is */
	struct dpkg_priority sched, io;
};

/* What is no number in it, or NULL. */
static const char *
read_share(struct share *share, const struct marks *marks)
{
	share->nice = marks->nice != NULL ? strtol(marks->nice, NULL, 10) : 0;
	if (!dpkg_priority_split(&share->sched, marks->sched, 0))
		return "invalid process scheduler priority";
	if (!dpkg_priority_split(&share->io, marks->io, IO_USUAL))
		return "invalid IO scheduler priority";
	return NULL;
}

static const char *
take_start(struct spec *spec, const struct marks *marks, struct share *share)
{
	const char *complaint;

	if (!take_umask(marks->umask, &spec->surroundings.umask))
		return "umask value must be a positive number";
	if (!take_timeout(marks->timeout, &spec->ready.timeout_ms))
		return "invalid notify timeout value";
	if (share->nice != 0)
		take_nice(spec, share->nice);
	complaint = dpkg_priority_sched(&share->sched, &spec->surroundings);
	if (complaint == NULL)
		complaint = dpkg_priority_io(&share->io, &spec->surroundings);
	return complaint;
}

/* What is wrong with who it should run as, or NULL. */
static const char *
take_user(struct spec *spec, const struct marks *marks)
{
	const char *colon;

	spec->process.account_env = ACCOUNT_ENV_HOME;
	if (marks->chuid != NULL) {
		colon = strchr(marks->chuid, ':');
		if (colon != NULL && colon[1] == '\0')
			return "missing group name";
		spec->process.user = colon == NULL
		    ? marks->chuid
		    : xstrndup(
			  marks->chuid, (size_t)(colon - marks->chuid));
		if (colon != NULL)
			spec->process.group = colon + 1;
	}
	if (marks->group != NULL)
		spec->process.group = marks->group;
	return NULL;
}

/* A relative path is one from --chdir, not from here. */
static const char *
from_chdir(const struct marks *marks, const char *path)
{
	const char *dir = marks->chdir != NULL ? marks->chdir : "/";

	return *path == '/' ? path : xasprintf("%s/%s", dir, path);
}

static void
take_match(struct spec *spec, const struct marks *marks)
{
	struct spec_match *match = &spec->match;

	match->pidfile = marks->pidfile;
	match->name = marks->name;
	match->user = marks->user;
	if (marks->exec == NULL)
		return;
	match->exec = from_chdir(marks, marks->exec);
	if (marks->chroot != NULL)
		match->exec = xasprintf("%s/%s", marks->chroot, match->exec);
}

static const char *
command_of(const struct marks *marks)
{
	return marks->startas != NULL ? marks->startas : marks->exec;
}

static void
take_command(struct spec *spec, const struct marks *marks)
{
	const char *command = command_of(marks);
	struct strlist operands = { 0 };
	size_t i;

	strlist_add(&operands, from_chdir(marks, command));
	for (i = 0; i < spec->operands.count; i++)
		strlist_add(&operands, spec->operands.items[i]);
	spec->operands = operands;
	if (*command != '/')
		spec->surroundings.argv0 = command;
}

static void
take_streams(struct spec *spec, const struct marks *marks)
{
	struct spec_output *output = &spec->output;

	if (marks->output != NULL)
		output->out = output->err = fill_file(marks->output);
	else if (marks->no_close)
		output->out.kind = output->err.kind = DEST_INHERIT;
	spec->surroundings.keep.all = marks->no_close;
	spec->log.mode = 0664 & ~spec->surroundings.umask;
}

static void
add_priority(struct strbuf *text, const char *what,
    const struct dpkg_priority *priority)
{
	if (priority->class != NULL)
		strbuf_addf(text, ", with %s %s with priority %d", what,
		    priority->class, priority->level);
}

/* What --test prints; the launcher knows the numbers. */
static const char *
would_start(const struct spec *spec, const struct marks *marks,
    const struct share *share)
{
	const struct spec_process *process = &spec->process;
	const char *group = process->group != NULL ? process->group : "";
	struct strbuf text = { 0 };
	size_t i;

	strbuf_addf(&text, "Would start %s", fill_literal(command_of(marks)));
	for (i = 1; i < spec->operands.count; i++)
		strbuf_addf(
		    &text, " %s", fill_literal(spec->operands.items[i]));
	strbuf_add(&text, " ");
	if (process->user != NULL)
		strbuf_addf(&text, " (as user %s[%%u], and group %s[%%g])",
		    fill_literal(process->user), fill_literal(group));
	if (marks->chroot != NULL)
		strbuf_addf(&text, " in directory %s",
		    fill_literal(marks->chroot));
	if (share->nice != 0)
		strbuf_addf(
		    &text, ", and add %ld to the priority", share->nice);
	add_priority(&text, "scheduling policy", &share->sched);
	add_priority(&text, "IO scheduling class", &share->io);
	strbuf_add(&text, ".");
	return text.bytes;
}

static void
fill_start(struct spec *spec, const struct marks *marks,
    const struct share *share)
{
	take_command(spec, marks);
	take_streams(spec, marks);
	spec->foreground = spec->in_place = !marks->background;
	spec->process.chroot = marks->chroot;
	if (marks->chdir != NULL)
		spec->surroundings.chdir = marks->chdir;
	if (marks->make_pidfile)
		spec->identity.pidfile = marks->pidfile;
	/* In the background it is another process that writes it. */
	if (!marks->background)
		spec->identity.pidfile_mode =
		    0644 & ~spec->surroundings.umask;
	if (marks->notify)
		spec->ready.kind = READY_NOTIFY;
	if (marks->test)
		spec->manners.would = would_start(spec, marks, share);
	spec->manners.refusal = xasprintf("%s already running.",
	    marks->exec != NULL ? fill_literal(marks->exec) : "process");
	spec->manners.refusal_on_stdout = true;
	/* All but "it runs already" and usage is fatal. */
	fill_set(spec, "exits", "1-255=2,75=1");
}

static void
warn_of_name(const char *name)
{
	if (name != NULL && strlen(name) > NAME_KEPT)
		diag_warnx("warning: this system is not able to track process "
			   "names longer than %d characters, please use "
			   "--exec instead of --name.",
		    NAME_KEPT);
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;
	const char *fatal, *complaint = find_contradiction(spec, marks);
	struct share share;

	if (complaint == NULL)
		complaint = take_pids(spec, marks);
	fatal = read_share(&share, marks);
	if (fatal == NULL)
		fatal = take_user(spec, marks);
	if (complaint == NULL && fatal != NULL)
		return fail_fatal(spec, fatal);
	if (complaint == NULL)
		complaint = take_start(spec, marks, &share);
	if (complaint == NULL)
		complaint = take_stop(spec, marks);
	if (complaint != NULL)
		return fail_usage(spec, program, complaint);
	warn_of_name(marks->name);
	take_match(spec, marks);
	spec->test = marks->test;
	spec->identity.idempotent = marks->oknodo;
	spec->control.print_pids = marks->pidof;
	if (spec->verb == VERB_START)
		fill_start(spec, marks, &share);
	else {
		spec->operands = (struct strlist){ 0 };
		if (spec->verb != VERB_STATUS)
			fill_set(spec, "exits", "2-255=2");
	}
	return CLI_GO;
}

const struct dialect start_stop_daemon_dialect = {
	.name = "start-stop-daemon",
	.table = OPTION_TABLE(ORDER_PERMUTE, true),
	.groups = groups,
	.synopsis = "Usage: start-stop-daemon [<option>...] <command>\n",
	.usage_status = USAGE_STATUS,
	.prefix = PREFIX_CALLED,
	.version = "start-stop-daemon 1.23.8 (imp " PACKAGE_VERSION ")",
	.complain = complain,
	.fill = fill,
};
