/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/field.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "spec/kind.h"

#define AT(member) offsetof(struct spec, member)

#define V(verb) (1U << VERB_##verb)
#define ANY	0xffffU
#define START	V(START)
#define NAMED                                                                  \
	(V(STOP) | V(RESTART) | V(RELOAD) | V(SIGNAL) | V(STATUS) | V(WAIT) |  \
	    V(LOGS) | V(ROTATE) | V(LIST) | V(INSPECT))
#define MATCHED (START | V(STOP) | V(SIGNAL) | V(STATUS))
#define JSON (V(STATUS) | V(LIST) | V(INSPECT))

#define SECOND	1000
#define DAY	(INT64_C(86400) * SECOND)
#define FOREVER (-1)
#define TERA	(INT64_C(1) << 40)

/* clang-format off */
const struct field spec_fields[FIELD_COUNT] = {
	[FIELD_ABSENT] = { "absent", NULL, 0, 0,
	    AT(manners.absent), KIND_TEXT, 0, V(SIGNAL) },
	[FIELD_ACCESS_AS_USER] = { "access-as-user", NULL, 0, 0,
	    AT(process.access_as_user), KIND_FLAG, FIELD_RARE, START },
	[FIELD_ACCOUNT_ENV] = { "account-env", "all user home none", 0, 0,
	    AT(process.account_env), KIND_CHOICE, FIELD_RARE, START },
	[FIELD_ARGV0] = { "argv0", NULL, 0, 0,
	    AT(surroundings.argv0), KIND_TEXT, 0, START },
	[FIELD_BIND] = { "bind", NULL, 0, 0,
	    AT(stop), KIND_BIND, FIELD_LINUX, START },
	[FIELD_CAPS] = { "caps", NULL, 0, 0,
	    AT(process), KIND_CAPS, FIELD_LINUX, START },
	[FIELD_CHDIR] = { "chdir", NULL, 0, 0,
	    AT(surroundings.chdir), KIND_PATH, 0, START },
	[FIELD_CHROOT] = { "chroot", NULL, 0, 0,
	    AT(process.chroot), KIND_PATH, 0, START },
	[FIELD_CLEAR_ENV] = { "clear-env", NULL, 0, 0,
	    AT(surroundings.clear_env), KIND_FLAG, 0, START },
	[FIELD_COMMAND_EXITS] = { "command-exits", NULL, 0, 0,
	    AT(manners.command_exits), KIND_EXITS, 0, START },
	[FIELD_COMPLETIONS] = { "completions", "bash zsh fish table", 0, 0,
	    AT(control.shell), KIND_CHOICE, 0, V(COMPLETIONS) },
	[FIELD_CPUS] = { "cpus", NULL, 0, 0,
	    AT(surroundings), KIND_CPUS, FIELD_LINUX, START },
	[FIELD_ENV] = { "env", NULL, 0, 0,
	    AT(surroundings.env), KIND_ENV, 0, START },
	[FIELD_ENV_FILE] = { "env-file", NULL, 0, 0,
	    AT(surroundings.env_files), KIND_PATHS, 0, START },
	[FIELD_EVERY] = { "every", NULL, 0, 366 * DAY,
	    AT(restart.every_ms), KIND_TIME, 0, START },
	[FIELD_EXITS] = { "exits", NULL, 0, 0,
	    AT(manners.exits), KIND_EXITS, 0, ANY },
	[FIELD_EXPLAIN] = { "explain", NULL, 0, 0,
	    AT(explain), KIND_FLAG, 0, ANY },
	[FIELD_FAREWELL] = { "farewell", NULL, 0, 0,
	    AT(stop.farewell), KIND_SIGNAL, 0, START },
	[FIELD_FATAL] = { "fatal", NULL, 0, 0,
	    AT(restart.fatal), KIND_STATUSES, 0, START },
	[FIELD_FOLLOW] = { "follow", NULL, 0, 0,
	    AT(control.follow), KIND_FLAG, 0, V(LOGS) },
	[FIELD_FOR] = { "for", "down ready running", 0, 0,
	    AT(control.wait_for), KIND_CHOICE, 0, V(WAIT) },
	[FIELD_FOREGROUND] = { "foreground", NULL, 0, 0,
	    AT(foreground), KIND_FLAG, 0, START },
	[FIELD_FORKING] = { "forking", NULL, 0, 0,
	    AT(restart.forking), KIND_FLAG, 0, START },
	[FIELD_FORMAT] = { "format", "text json prometheus", 0, 0,
	    AT(control.format), KIND_CHOICE, 0, JSON },
	[FIELD_FORWARD] = { "forward", NULL, 0, 0,
	    AT(stop), KIND_FORWARD, 0, START },
	[FIELD_FORWARD_SUSPEND] = { "forward-suspend", NULL, 0, 0,
	    AT(stop.forward.suspend), KIND_FLAG, FIELD_RARE, START },
	[FIELD_GROUP] = { "group", NULL, 0, 0,
	    AT(process), KIND_GROUP, 0, START },
	[FIELD_GROUPS] = { "groups", NULL, 0, 0,
	    AT(process), KIND_GROUPS, 0, START },
	[FIELD_IDEMPOTENT] = { "idempotent", NULL, 0, 0,
	    AT(identity.idempotent), KIND_FLAG, 0, START },
	[FIELD_IMP_LOG] = { "imp-log", NULL, 0, 0,
	    AT(imp_log), KIND_PATH, 0, START },
	[FIELD_IN_PLACE] = { "in-place", NULL, 0, 0,
	    AT(in_place), KIND_FLAG, FIELD_RARE, START },
	[FIELD_INHERIT_FDS] = { "inherit-fds", NULL, 0, 0,
	    AT(surroundings.keep.all), KIND_FLAG, FIELD_RARE, START },
	[FIELD_INHERIT_STDIN] = { "inherit-stdin", NULL, 0, 0,
	    AT(output.inherit_stdin), KIND_FLAG, FIELD_RARE, START },
	[FIELD_INSTANCES] = { "instances", NULL, 1, 9999,
	    AT(identity.instances), KIND_UNSIGNED, FIELD_LINUX, START },
	[FIELD_IONICE] = { "ionice", NULL, 0, 0,
	    AT(surroundings), KIND_IO, FIELD_LINUX, START },
	[FIELD_KEEP_FD] = { "keep-fd", NULL, 0, 0,
	    AT(surroundings), KIND_FDS, 0, START },
	[FIELD_KILL] = { "kill", "mixed tree group main", 0, 0,
	    AT(stop.kill), KIND_CHOICE, 0, START },
	[FIELD_LIMIT] = { "limit", NULL, 0, 0,
	    AT(surroundings), KIND_LIMIT, 0, START },
	[FIELD_LOCKFILE] = { "lockfile", NULL, 0, 0,
	    AT(identity.lockfile), KIND_PATH, FIELD_LINUX, START },
	[FIELD_LOG_AGE] = { "log-age", NULL, 0, 3660 * DAY,
	    AT(log.max_age_ms), KIND_TIME, 0, START },
	[FIELD_LOG_COMPRESS] = { "log-compress", NULL, 0, 0,
	    AT(log.compress), KIND_TEXT, 0, START },
	[FIELD_LOG_FULL] = { "log-full", "block drop delete-oldest", 0, 0,
	    AT(log.full), KIND_CHOICE, 0, START },
	[FIELD_LOG_KEEP] = { "log-keep", NULL, 0, 100000,
	    AT(log.keep), KIND_UNSIGNED, 0, START },
	[FIELD_LOG_MODE] = { "log-mode", NULL, 0, 0777,
	    AT(log.mode), KIND_MODE, 0, START },
	[FIELD_LOG_NAMES] = { "log-names", "number time", 0, 0,
	    AT(log.names), KIND_CHOICE, 0, START },
	[FIELD_LOG_PREFIX] = { "log-prefix", NULL, 0, 0,
	    AT(log.prefix), KIND_PREFIX, 0, START },
	[FIELD_LOG_RATE] = { "log-rate", NULL, 0, 0,
	    AT(log.rate), KIND_RATE, 0, START },
	[FIELD_LOG_REOPEN] = { "log-reopen", NULL, 0, 0,
	    AT(log.reopen_signal), KIND_SIGNAL, 0, START },
	[FIELD_LOG_ROTATE] = { "log-rotate", NULL, 0, 0,
	    AT(log.rotate), KIND_FLAG, 0, START },
	[FIELD_LOG_SIZE] = { "log-size", NULL, 0, TERA,
	    AT(log.max_bytes), KIND_SIZE, 0, START },
	[FIELD_LOG_STAMP] = { "log-stamp", "none iso iso-utc epoch tai64n",
	    0, 0, AT(log.stamp), KIND_CHOICE, 0, START },
	[FIELD_LOG_TAG] = { "log-tag", NULL, 0, 0,
	    AT(log.tag), KIND_TEXT, 0, START },
	[FIELD_LOG_TAIL] = { "log-tail", NULL, 0, INT64_C(1) << 30,
	    AT(log.tail_bytes), KIND_SIZE, 0, START },
	[FIELD_LOG_TOTAL] = { "log-total", NULL, 0, 1024 * TERA,
	    AT(log.total_bytes), KIND_SIZE, 0, START },
	[FIELD_LOGS] = { "logs", NULL, 0, 1000000,
	    AT(control.lines), KIND_UNSIGNED, 0, V(LOGS) },
	[FIELD_MATCH_EXEC] = { "match-exec", NULL, 0, 0,
	    AT(match.exec), KIND_PATH, 0, MATCHED },
	[FIELD_MATCH_NAME] = { "match-name", NULL, 0, 0,
	    AT(match.name), KIND_TEXT, 0, MATCHED },
	[FIELD_MATCH_PID] = { "match-pid", NULL, 1, INT_MAX,
	    AT(match.pid), KIND_UNSIGNED, 0, MATCHED },
	[FIELD_MATCH_PIDFILE] = { "match-pidfile", NULL, 0, 0,
	    AT(match.pidfile), KIND_PATH, 0, MATCHED },
	[FIELD_MATCH_PPID] = { "match-ppid", NULL, 1, INT_MAX,
	    AT(match.ppid), KIND_UNSIGNED, 0, MATCHED },
	[FIELD_MATCH_USER] = { "match-user", NULL, 0, 0,
	    AT(match.user), KIND_TEXT, 0, MATCHED },
	[FIELD_MAX_RUNTIME] = { "max-runtime", NULL, 0, 3660 * DAY,
	    AT(restart.max_runtime_ms), KIND_TIME, 0, START },
	[FIELD_NAME] = { "name", NULL, 0, 0,
	    AT(identity.name), KIND_NAME, FIELD_LINUX, START | NAMED },
	[FIELD_NAMED] = { "named", NULL, 0, 0,
	    AT(control.named), KIND_TEXT, 0, V(STATUS) },
	[FIELD_NAMED_DIR] = { "named-dir", NULL, 0, 0,
	    AT(control.named_dir), KIND_PATH, 0, V(STATUS) | V(LIST) },
	[FIELD_NICE] = { "nice", NULL, -20, 19,
	    AT(surroundings.nice), KIND_INTEGER, 0, START },
	[FIELD_NO_NEW_PRIVS] = { "no-new-privs", NULL, 0, 0,
	    AT(process.no_new_privs), KIND_FLAG, FIELD_LINUX, START },
	[FIELD_OOM_SCORE_ADJ] = { "oom-score-adj", NULL, -1000, 1000,
	    AT(surroundings.oom_score_adj), KIND_INTEGER, FIELD_LINUX,
	    START },
	[FIELD_OPERAND] = { "operand", NULL, 0, 0,
	    AT(operands), KIND_WORDS, 0, ANY },
	[FIELD_PARTIAL] = { "partial", NULL, 0, 0,
	    AT(identity.partial), KIND_FLAG, 0, START },
	[FIELD_PIDFILE] = { "pidfile", NULL, 0, 0,
	    AT(identity.pidfile), KIND_PATH, FIELD_LINUX, START | NAMED },
	[FIELD_PIDFILE_MODE] = { "pidfile-mode", NULL, 0, 0777,
	    AT(identity.pidfile_mode), KIND_MODE, FIELD_RARE, START },
	[FIELD_PRINT_PIDS] = { "print-pids", NULL, 0, 0,
	    AT(control.print_pids), KIND_FLAG, FIELD_RARE, V(STATUS) },
	[FIELD_RAW] = { "raw", NULL, 0, 0,
	    AT(control.raw), KIND_FLAG, 0, V(LOGS) },
	[FIELD_READY] = { "ready", NULL, 0, 0,
	    AT(ready), KIND_READY, 0, START },
	[FIELD_READY_TIMEOUT] = { "ready-timeout", NULL, 1, FOREVER,
	    AT(ready.timeout_ms), KIND_TIME, 0, START },
	[FIELD_REFUSAL] = { "refusal", NULL, 0, 0,
	    AT(manners.refusal), KIND_TEXT, 0, START },
	[FIELD_REFUSAL_ON_STDOUT] = { "refusal-on-stdout", NULL, 0, 0,
	    AT(manners.refusal_on_stdout), KIND_FLAG, FIELD_RARE, START },
	[FIELD_RELOAD_COMMAND] = { "reload-command", NULL, 0, 0,
	    AT(control.reload_command), KIND_TEXT, 0, START | V(RELOAD) },
	[FIELD_RELOAD_SIGNAL] = { "reload-signal", NULL, 0, 0,
	    AT(control.reload_signal), KIND_SIGNAL, 0, START | V(RELOAD) },
	[FIELD_REMOVE_PIDFILE] = { "remove-pidfile", NULL, 0, 0,
	    AT(control.remove_pidfile), KIND_FLAG, FIELD_RARE,
	    V(STOP) | V(SIGNAL) },
	[FIELD_RESPAWN] = { "respawn", "never always on-failure on-abnormal",
	    0, 0, AT(restart.respawn), KIND_CHOICE, 0, START },
	[FIELD_RESPAWN_BURST] = { "respawn-burst", NULL, 0, 0,
	    AT(restart.burst), KIND_BURST, 0, START },
	[FIELD_RESPAWN_DELAY] = { "respawn-delay", NULL, 0, DAY,
	    AT(restart), KIND_DELAYS, 0, START },
	[FIELD_RESPAWN_LIMIT] = { "respawn-limit", NULL, 0, 0,
	    AT(restart.limit), KIND_RATE, 0, START },
	[FIELD_RESPAWN_MAX_DELAY] = { "respawn-max-delay", NULL, 0, DAY,
	    AT(restart.max_delay_ms), KIND_TIME, 0, START },
	[FIELD_RESTART_SIGNAL] = { "restart-signal", NULL, 0, 0,
	    AT(restart.signal), KIND_SIGNAL, 0, START },
	[FIELD_SCHED] = { "sched", NULL, 0, 0,
	    AT(surroundings), KIND_SCHED, FIELD_LINUX, START },
	[FIELD_SESSION_LEADER] = { "session-leader", NULL, 0, 0,
	    AT(process.session_leader), KIND_FLAG, FIELD_RARE, START },
	[FIELD_SIGNAL] = { "signal", NULL, 0, 0,
	    AT(control.signal), KIND_SIGNAL, 0, V(SIGNAL) },
	[FIELD_STATE_DIR] = { "state-dir", NULL, 0, 0,
	    AT(identity.state_dir), KIND_PATH, 0, START | NAMED },
	[FIELD_STDERR] = { "stderr", NULL, 0, 0,
	    AT(output.err), KIND_DEST, 0, START },
	[FIELD_STDERR_COPY] = { "stderr-copy", NULL, 0, 0,
	    AT(output.err_copy), KIND_DEST, 0, START },
	[FIELD_STDIN] = { "stdin", NULL, 0, 0,
	    AT(output.stdin_path), KIND_PATH, 0, START },
	[FIELD_STDOUT] = { "stdout", NULL, 0, 0,
	    AT(output.out), KIND_DEST, 0, START },
	[FIELD_STDOUT_COPY] = { "stdout-copy", NULL, 0, 0,
	    AT(output.out_copy), KIND_DEST, 0, START },
	[FIELD_STOP_SCHEDULE] = { "stop-schedule", NULL, 0, 0,
	    AT(stop.schedule), KIND_SCHEDULE, 0,
	    START | V(STOP) | V(RESTART) },
	[FIELD_SUCCESS] = { "success", NULL, 0, 0,
	    AT(restart.success), KIND_STATUSES, 0, START },
	[FIELD_SUPERVISE] = { "supervise", NULL, 0, 0,
	    AT(supervise), KIND_FLAG, FIELD_LINUX, START },
	[FIELD_SUPERVISOR_PIDFILE] = { "supervisor-pidfile", NULL, 0, 0,
	    AT(identity.supervisor_pidfile), KIND_PATH, FIELD_LINUX, START },
	[FIELD_TALK] = { "talk", "quiet normal verbose", 0, 0,
	    AT(level), KIND_CHOICE, 0, ANY },
	[FIELD_TERMINAL] = { "terminal", "none own own-noecho", 0, 0,
	    AT(output.terminal), KIND_CHOICE, FIELD_RARE, START },
	[FIELD_TEST] = { "test", NULL, 0, 0,
	    AT(test), KIND_FLAG, 0, START },
	[FIELD_TITLE] = { "title", NULL, 0, 0,
	    AT(manners.title), KIND_TEXT, 0, START },
	[FIELD_TRUNCATE] = { "truncate", NULL, 0, 0,
	    AT(output.truncate), KIND_FLAG, 0, START },
	[FIELD_UMASK] = { "umask", NULL, 0, 0777,
	    AT(surroundings.umask), KIND_MODE, 0, START },
	[FIELD_USER] = { "user", NULL, 0, 0,
	    AT(process), KIND_USER, 0, START },
	[FIELD_VERB] = { "verb", "start stop restart reload signal status list "
	    "wait logs rotate inspect help version completions "
	    "pause",
	    0, 0, AT(verb), KIND_CHOICE, 0, ANY },
	[FIELD_WAIT] = { "wait", NULL, 0, FOREVER,
	    AT(control.wait_ms), KIND_TIME, 0, V(WAIT) },
	[FIELD_WOULD] = { "would", NULL, 0, 0,
	    AT(manners.would), KIND_TEXT, 0, START },
};
/* clang-format on */

_Static_assert(FIELD_COUNT <= 8 * sizeof(((struct spec *)0)->given),
    "a bit of spec.given for each field");

const struct field *
field_find(const char *key)
{
	size_t i;

	for (i = 0; i < FIELD_COUNT; i++)
		if (strcmp(key, spec_fields[i].key) == 0)
			return &spec_fields[i];
	return NULL;
}

int
field_parse(
    const struct field *field, void *base, const char *text, struct reason *why)
{
	return kind_parse(field, (char *)base + field->offset, text, why);
}

void
field_print(const struct field *field, const void *base, struct strbuf *text)
{
	kind_print(field, (const char *)base + field->offset, text);
}

void
spec_init(struct spec *spec)
{
	memset(spec, 0, sizeof(*spec));
	spec->level = DIAG_NORMAL;
	/* 0 would drop each signal. */
	memset(spec->stop.forward.to, -1, sizeof(spec->stop.forward.to));
}

int
spec_set(
    struct spec *spec, enum field_id id, const char *text, struct reason *why)
{
	spec->given[id / 64] |= UINT64_C(1) << id % 64;
	return field_parse(&spec_fields[id], spec, text, why);
}

bool
spec_given(const struct spec *spec, enum field_id id)
{
	return (spec->given[id / 64] >> id % 64 & 1) != 0;
}
