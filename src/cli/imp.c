/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <stddef.h>

#include "base/exitcode.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "spec/output.h"

/* What the spec has no place for. */
struct marks {
	struct dest log; /* for whichever of -o and -e is not given */
};

enum mark { MARK_LOG };

static const struct field mark_fields[] = {
	[MARK_LOG] = { "log", NULL, 0, 0, offsetof(struct marks, log),
	    KIND_DEST, 0, 0 },
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

enum group {
	G_IDENTITY,
	G_MODE,
	G_PROCESS,
	G_SURROUNDINGS,
	G_OUTPUT,
	G_RESTART,
	G_STOP,
	G_READY,
	G_VERB,
	G_CONTROL,
	G_TALK,
	G_COUNT
};

static const char *const groups[G_COUNT + 1] = {
	[G_IDENTITY] = "Which daemon",
	[G_MODE] = "How it is started",
	[G_PROCESS] = "As whom it runs",
	[G_SURROUNDINGS] = "In what surroundings it runs",
	[G_OUTPUT] = ("Where its output goes (DEST is a file, null, inherit, "
		      "syslog[:FACILITY\n[.PRIORITY]], journal or '|COMMAND')"),
	[G_RESTART] = "When it is started again",
	[G_STOP] = "How it is stopped",
	[G_READY] = "When a start is done",
	[G_VERB] = "Verbs (NAME may be a pattern such as 'web@*')",
	[G_CONTROL] = "For verbs",
	[G_TALK] = "In general",
};

/* clang-format off */
static const struct option_row rows[] = {
	{ "name", 'n', "NAME", G_IDENTITY, SPEC(NAME), NULL,
	  "keep a record under NAME; one runs at a time", 0, NULL },
	{ "pidfile", 'p', "FILE", G_IDENTITY, SPEC(PIDFILE), NULL,
	  "write the daemon's process number to FILE", 0, NULL },
	{ "supervisor-pidfile", 0, "FILE", G_IDENTITY,
	  SPEC(SUPERVISOR_PIDFILE), NULL,
	  "write the supervisor's process number to FILE", 0, NULL },
	{ "state-dir", 0, "DIR", G_IDENTITY, SPEC(STATE_DIR), NULL,
	  "keep records in DIR", 0, NULL },
	{ "instances", 0, "N", G_IDENTITY, SPEC(INSTANCES), NULL,
	  "start N daemons, NAME@1 to NAME@N", 0, NULL },
	{ "partial", 0, NULL, G_IDENTITY, SPEC(PARTIAL), "yes",
	  "keep the other instances when one fails to start", 0, NULL },
	{ "idempotent", 0, NULL, G_IDENTITY, SPEC(IDEMPOTENT), "yes",
	  "already running is success", 0, NULL },

	{ "foreground", 'f', NULL, G_MODE, SPEC(FOREGROUND), "yes",
	  "do not detach; exit with the command's status", 0, NULL },
	{ "supervise", 's', NULL, G_MODE, SPEC(SUPERVISE), "yes",
	  "stay with the command; implied where it is needed", 0, NULL },
	{ "test", 0, NULL, G_MODE, SPEC(TEST), "yes",
	  "check everything, start nothing", 0, NULL },
	{ "explain", 0, NULL, G_MODE, SPEC(EXPLAIN), "yes",
	  "print what was understood as key=value lines", 0, NULL },

	{ "user", 'u', "USER[:GROUP]", G_PROCESS, SPEC(USER), NULL,
	  "run as USER, by name or number", 0, NULL },
	{ "group", 'g', "GROUP", G_PROCESS, SPEC(GROUP), NULL,
	  "run with GROUP instead of the user's own", 0, NULL },
	{ "groups", 0, "GROUP,...", G_PROCESS, SPEC(GROUPS), NULL,
	  "supplementary groups instead of the user's, or none", 0, NULL },
	{ "caps", 0, "CAP,...", G_PROCESS, SPEC(CAPS), NULL,
	  "keep exactly these capabilities, or none", 0, NULL },
	{ "no-new-privs", 0, NULL, G_PROCESS, SPEC(NO_NEW_PRIVS), "yes",
	  "no set-user-ID program can give more privilege", 0, NULL },
	{ "chroot", 0, "DIR", G_PROCESS, SPEC(CHROOT), NULL,
	  "make DIR the root directory", 0, NULL },

	{ "chdir", 'c', "DIR", G_SURROUNDINGS, SPEC(CHDIR), "/",
	  "run in DIR, below the new root if there is one", 0, NULL },
	{ "umask", 0, "MODE", G_SURROUNDINGS, SPEC(UMASK), "022",
	  "file mode creation mask, in octal", 0, NULL },
	{ "env", 'E', "NAME[=VALUE]", G_SURROUNDINGS, SPEC(ENV), NULL,
	  "set NAME, or keep it with --clear-env", 0, NULL },
	{ "env-file", 0, "FILE", G_SURROUNDINGS, SPEC(ENV_FILE), NULL,
	  "set what FILE has as NAME=VALUE lines", 0, NULL },
	{ "clear-env", 0, NULL, G_SURROUNDINGS, SPEC(CLEAR_ENV), "yes",
	  "begin with an empty environment", 0, NULL },
	{ "limit", 0, "NAME=SOFT[:HARD]", G_SURROUNDINGS, SPEC(LIMIT), NULL,
	  "set a resource limit: nofile, core, as, cpu, ...", 0, NULL },
	{ "nice", 0, "N", G_SURROUNDINGS, SPEC(NICE), NULL,
	  "nice value, -20 (first) to 19 (last)", 0, NULL },
	{ "ionice", 0, "CLASS[:N]", G_SURROUNDINGS, SPEC(IONICE), NULL,
	  "realtime, best-effort or idle; N from 0 to 7", 0, NULL },
	{ "sched", 0, "POLICY[:N]", G_SURROUNDINGS, SPEC(SCHED), NULL,
	  "other, batch, idle, fifo or rr; N from 1 to 99", 0, NULL },
	{ "cpus", 0, "LIST", G_SURROUNDINGS, SPEC(CPUS), NULL,
	  "run on these processors only, such as 0-3,8", 0, NULL },
	{ "oom-score-adj", 0, "N", G_SURROUNDINGS, SPEC(OOM_SCORE_ADJ), NULL,
	  "-1000 (never killed for memory) to 1000 (first)", 0, NULL },
	{ "keep-fd", 0, "N,...", G_SURROUNDINGS, SPEC(KEEP_FD), NULL,
	  "let the command inherit descriptor N", 0, NULL },
	{ "argv0", 0, "NAME", G_SURROUNDINGS, SPEC(ARGV0), NULL,
	  "what the command is told it was called as", 0, NULL },

	{ "stdin", 'i', "FILE", G_OUTPUT, SPEC(STDIN), NULL,
	  "read standard input from FILE, not /dev/null", 0, NULL },
	{ "stdout", 'o', "DEST", G_OUTPUT, SPEC(STDOUT), NULL,
	  "where standard output goes", 0, NULL },
	{ "stderr", 'e', "DEST", G_OUTPUT, SPEC(STDERR), NULL,
	  "where standard error goes", 0, NULL },
	{ "log", 'l', "DEST", G_OUTPUT, MARK(LOG), NULL,
	  "where both go, unless -o or -e says otherwise", 0, NULL },
	{ "append", 'a', NULL, G_OUTPUT, SPEC(TRUNCATE), "no",
	  "add to files that are there (the default)", 0, NULL },
	{ "truncate", 0, NULL, G_OUTPUT, SPEC(TRUNCATE), "yes",
	  "empty files that are there", 0, NULL },
	{ "log-mode", 0, "MODE", G_OUTPUT, SPEC(LOG_MODE), "0640",
	  "mode of new files, in octal, whatever the umask", 0, NULL },
	{ "log-size", 0, "SIZE", G_OUTPUT, SPEC(LOG_SIZE), "10M",
	  "begin a new file at this size, with any option of rotation; "
	  "0: never", 0, NULL },
	{ "log-age", 0, "TIME", G_OUTPUT, SPEC(LOG_AGE), NULL,
	  "begin a new file at this age", 0, NULL },
	{ "log-keep", 0, "N", G_OUTPUT, SPEC(LOG_KEEP), "10",
	  "keep N old files", 0, NULL },
	{ "log-total", 0, "SIZE", G_OUTPUT, SPEC(LOG_TOTAL), NULL,
	  "keep no more than SIZE of old files", 0, NULL },
	{ "log-names", 0, "HOW", G_OUTPUT, SPEC(LOG_NAMES), "number",
	  "old files are FILE.1 ..., or have the time in their names (time)",
	  0, NULL },
	{ "log-compress", 0, "HOW", G_OUTPUT, SPEC(LOG_COMPRESS), "gzip",
	  "compress old files: gzip, zstd, xz or a command", OPTION_OPTIONAL,
	  NULL },
	{ "log-stamp", 0, "HOW", G_OUTPUT, SPEC(LOG_STAMP), "none",
	  "put the time before each line: iso, iso-utc, epoch, tai64n", 0,
	  NULL },
	{ "log-prefix", 0, "TEXT", G_OUTPUT, SPEC(LOG_PREFIX), NULL,
	  "put TEXT before each line: %n name, %i instance, %p process, "
	  "%s stream", 0, NULL },
	{ "log-full", 0, "HOW", G_OUTPUT, SPEC(LOG_FULL), "block",
	  "when the disk is full: block, drop, delete-oldest", 0, NULL },
	{ "log-rate", 0, "LINES/TIME", G_OUTPUT, SPEC(LOG_RATE), NULL,
	  "let no more lines through", 0, NULL },
	{ "log-tail", 0, "SIZE", G_OUTPUT, SPEC(LOG_TAIL), "64K",
	  "keep the last output in memory, for --logs", 0, NULL },
	{ "imp-log", 0, "FILE", G_OUTPUT, SPEC(IMP_LOG), NULL,
	  "write the supervisor's own messages to FILE, not to syslog", 0,
	  NULL },

	{ "respawn", 'r', "WHEN", G_RESTART, SPEC(RESPAWN), "always",
	  "start again when it ends: always, on-failure, on-abnormal",
	  OPTION_OPTIONAL, NULL },
	{ "respawn-delay", 0, "TIME[,...]", G_RESTART, SPEC(RESPAWN_DELAY),
	  "100ms", "wait before the first restart, then twice as long each "
	  "time; or a list of waits", 0, NULL },
	{ "respawn-max-delay", 0, "TIME", G_RESTART,
	  SPEC(RESPAWN_MAX_DELAY), "60s", "the longest wait", 0, NULL },
	{ "respawn-limit", 0, "N/TIME", G_RESTART, SPEC(RESPAWN_LIMIT), NULL,
	  "give up after N restarts within TIME", 0, NULL },
	{ "success", 0, "STATUS,...", G_RESTART, SPEC(SUCCESS), NULL,
	  "count these as success, besides 0: 0-255 or signals", 0, NULL },
	{ "fatal", 0, "STATUS,...", G_RESTART, SPEC(FATAL), "64,78,126,127",
	  "never start again after these, or none", 0, NULL },
	{ "every", 0, "TIME", G_RESTART, SPEC(EVERY), NULL,
	  "run again and again, TIME from start to start", 0, NULL },
	{ "max-runtime", 0, "TIME", G_RESTART, SPEC(MAX_RUNTIME), NULL,
	  "stop it after TIME, as a failure", 0, NULL },
	{ "forking", 0, NULL, G_RESTART, SPEC(FORKING), "yes",
	  "the command detaches by itself; follow it", 0, NULL },

	{ "stop-schedule", 0, "SIG/TIME/...", G_STOP, SPEC(STOP_SCHEDULE),
	  "TERM/10/KILL/5", "signals to send and times to wait", 0, NULL },
	{ "kill", 0, "WHOM", G_STOP, SPEC(KILL), "mixed",
	  "the main process first (mixed), its whole tree, its group, or "
	  "nothing but main", 0, NULL },
	{ "forward", 0, "SIG[=SIG],...", G_STOP, SPEC(FORWARD), NULL,
	  "hand on signals to the supervisor, as others, or not (SIG=)", 0,
	  NULL },
	{ "bind", 0, "WHAT", G_STOP, SPEC(BIND), NULL,
	  "stop when this ends: parent, supervisor, a process number or "
	  "another NAME", 0, NULL },
	{ "reload-signal", 0, "SIG", G_STOP, SPEC(RELOAD_SIGNAL), "HUP",
	  "what --reload sends", 0, NULL },
	{ "reload-command", 0, "CMD", G_STOP, SPEC(RELOAD_COMMAND), NULL,
	  "what --reload runs instead", 0, NULL },

	{ "ready", 0, "HOW", G_READY, SPEC(READY), NULL,
	  "wait until it is ready: exec, alive:TIME, notify, fd:N, pidfile, "
	  "file:PATH, socket:PATH, tcp:[HOST:]PORT, log:REGEX, command:CMD",
	  0, NULL },
	{ "ready-timeout", 0, "TIME", G_READY, SPEC(READY_TIMEOUT), "60s",
	  "then stop it and exit 124", 0, NULL },

	{ "stop", 0, NULL, G_VERB, SPEC(VERB), "stop",
	  "stop NAME...; return when nothing of it is left", 0, NULL },
	{ "restart", 0, NULL, G_VERB, SPEC(VERB), "restart",
	  "stop it and start it again", 0, NULL },
	{ "reload", 0, NULL, G_VERB, SPEC(VERB), "reload",
	  "have it read its configuration again", 0, NULL },
	{ "signal", 0, "SIG", G_VERB, SPEC(SIGNAL), NULL,
	  "send it a signal", 0, "signal" },
	{ "status", 0, NULL, G_VERB, SPEC(VERB), "status",
	  "tell how it is", 0, NULL },
	{ "list", 0, NULL, G_VERB, SPEC(VERB), "list",
	  "list all daemons", 0, NULL },
	{ "wait", 0, "TIME", G_VERB, SPEC(WAIT), "forever",
	  "wait until it ends and exit with its status", OPTION_OPTIONAL,
	  "wait" },
	{ "logs", 0, "LINES", G_VERB, SPEC(LOGS), "10",
	  "print its last output", OPTION_OPTIONAL, "logs" },
	{ "rotate", 0, NULL, G_VERB, SPEC(VERB), "rotate",
	  "begin a new log file", 0, NULL },
	{ "inspect", 0, NULL, G_VERB, SPEC(VERB), "inspect",
	  "judge any process, by its number or NAME, as a daemon", 0, NULL },

	{ "for", 0, "WHAT", G_CONTROL, SPEC(FOR), "down",
	  "what --wait waits for: down, ready, running", 0, NULL },
	{ "follow", 'F', NULL, G_CONTROL, SPEC(FOLLOW), "yes",
	  "go on printing what is added to the log", 0, NULL },
	{ "raw", 0, NULL, G_CONTROL, SPEC(RAW), "yes",
	  "print control characters as they are", 0, NULL },
	{ "json", 0, NULL, G_CONTROL, SPEC(FORMAT), "json",
	  "the same as --format=json", 0, NULL },
	{ "format", 0, "FORMAT", G_CONTROL, SPEC(FORMAT), "text",
	  "text, json or prometheus, of --status and --list", 0, NULL },

	{ "quiet", 'q', NULL, G_TALK, SPEC(TALK), "quiet",
	  "print errors only", 0, NULL },
	{ "verbose", 'v', NULL, G_TALK, SPEC(TALK), "verbose",
	  "print what is being done", 0, NULL },
	{ "help", 'h', NULL, G_TALK, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ "version", 'V', NULL, G_TALK, SPEC(VERB), "version",
	  "print the version and exit", OPTION_FINAL, NULL },
	{ "completions", 0, "SHELL", G_TALK, SPEC(COMPLETIONS), NULL,
	  NULL, 0, "completions" },
};
/* clang-format on */

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;

	(void)program;
	if (spec->output.out.kind == DEST_UNSET)
		spec->output.out = marks->log;
	if (spec->output.err.kind == DEST_UNSET)
		spec->output.err = marks->log;
	return CLI_GO;
}

const struct dialect imp_dialect = {
	.name = "imp",
	.table = {
		.rows = rows,
		.count = sizeof(rows) / sizeof(rows[0]),
		.marks = mark_fields,
		.order = ORDER_PERMUTE_VERBS,
	},
	.groups = groups,
	.synopsis =
	    "Usage: imp [OPTION]... [--] COMMAND [ARG]...\n"
	    "       imp --VERB [OPTION]... [NAME]...\n"
	    "Put any command to work in the background, properly.\n",
	.try_help = "Try 'imp --help' for more information.\n",
	.usage_status = EX_BADUSAGE,
	.fill = fill,
};
