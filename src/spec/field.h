/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_FIELD_H
#define SPEC_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/spec.h"

/*
 * Fields: where in a struct a value lives, how it is read from text, and how
 * it is printed so that reading gives the same value again.
 */

/* The struct member that a field of the kind points at is in brackets. */
enum kind {
	KIND_FLAG,     /* yes or no [bool] */
	KIND_TEXT,     /* any text [const char *] */
	KIND_PATH,     /* not empty, at most 4095 bytes [const char *] */
	KIND_NAME,     /* of a daemon [const char *] */
	KIND_CHOICE,   /* one of .choices [an enum] */
	KIND_UNSIGNED, /* .min to .max [unsigned int] */
	KIND_INTEGER,  /* .min to .max [struct optional_int] */
	KIND_TIME,     /* .min to .max [uint64_t, milliseconds] */
	KIND_SIZE,     /* .min to .max [uint64_t, bytes] */
	KIND_MODE,     /* octal, the bits of .max [mode_t] */
	KIND_SIGNAL,   /* [int] */
	KIND_WORDS,    /* any text; accumulates [struct strlist] */
	KIND_PATHS,    /* as PATH; accumulates [struct strlist] */
	KIND_ENV,      /* NAME[=VALUE]; accumulates [struct strlist] */
	KIND_USER,     /* USER[:GROUP] [struct spec_process] */
	KIND_GROUP,    /* [struct spec_process] */
	KIND_GROUPS,   /* [struct spec_process] */
	KIND_CAPS,     /* [struct spec_process] */
	KIND_LIMIT,    /* accumulates [struct spec_surroundings] */
	KIND_IO,       /* [struct spec_surroundings] */
	KIND_SCHED,    /* [struct spec_surroundings] */
	KIND_CPUS,     /* [struct spec_surroundings] */
	KIND_FDS,      /* accumulates [struct spec_surroundings] */
	KIND_DEST,     /* [struct dest] */
	KIND_PREFIX,   /* text with %n %i %p %s %% [const char *] */
	KIND_DELAYS,   /* [struct spec_restart] */
	KIND_RATE,     /* [struct rate] */
	KIND_STATUSES, /* accumulates [struct status_set] */
	KIND_SCHEDULE, /* [struct stop_schedule] */
	KIND_FORWARD,  /* accumulates [struct spec_stop] */
	KIND_BIND,     /* [struct spec_stop] */
	KIND_READY,    /* [struct spec_ready] */
	KIND_BURST,    /* [struct restart_burst] */
	KIND_EXITS     /* accumulates [struct exits] */
};

struct field {
	const char *key;     /* the long option, where there is one */
	const char *choices; /* words in the order of the enum */
	int64_t min, max;    /* -1 as max of a time: forever, too */
	uint16_t offset;
	uint8_t kind;
	uint8_t flags;
	uint16_t verbs; /* 1 << VERB_...: where it means something */
};

/* Flags of a field. */
#define FIELD_LINUX 1 /* other kernels cannot do it */
#define FIELD_RARE  2 /* not printed while it is as it always was */

/* The fields of the spec, in the order of their keys. */
enum field_id {
	FIELD_ABSENT,
	FIELD_ACCESS_AS_USER,
	FIELD_ACCOUNT_ENV,
	FIELD_ARGV0,
	FIELD_BIND,
	FIELD_CAPS,
	FIELD_CHDIR,
	FIELD_CHROOT,
	FIELD_CLEAR_ENV,
	FIELD_COMMAND_EXITS,
	FIELD_COMPLETIONS,
	FIELD_CPUS,
	FIELD_ENV,
	FIELD_ENV_FILE,
	FIELD_EVERY,
	FIELD_EXITS,
	FIELD_EXPLAIN,
	FIELD_FAREWELL,
	FIELD_FATAL,
	FIELD_FOLLOW,
	FIELD_FOR,
	FIELD_FOREGROUND,
	FIELD_FORKING,
	FIELD_FORMAT,
	FIELD_FORWARD,
	FIELD_FORWARD_SUSPEND,
	FIELD_GROUP,
	FIELD_GROUPS,
	FIELD_IDEMPOTENT,
	FIELD_IMP_LOG,
	FIELD_IN_PLACE,
	FIELD_INHERIT_FDS,
	FIELD_INHERIT_STDIN,
	FIELD_INSTANCES,
	FIELD_IONICE,
	FIELD_KEEP_FD,
	FIELD_KILL,
	FIELD_LIMIT,
	FIELD_LOCKFILE,
	FIELD_LOG_AGE,
	FIELD_LOG_COMPRESS,
	FIELD_LOG_FULL,
	FIELD_LOG_KEEP,
	FIELD_LOG_MODE,
	FIELD_LOG_NAMES,
	FIELD_LOG_PREFIX,
	FIELD_LOG_RATE,
	FIELD_LOG_REOPEN,
	FIELD_LOG_ROTATE,
	FIELD_LOG_SIZE,
	FIELD_LOG_STAMP,
	FIELD_LOG_TAG,
	FIELD_LOG_TAIL,
	FIELD_LOG_TOTAL,
	FIELD_LOGS,
	FIELD_MATCH_EXEC,
	FIELD_MATCH_NAME,
	FIELD_MATCH_PID,
	FIELD_MATCH_PIDFILE,
	FIELD_MATCH_PPID,
	FIELD_MATCH_USER,
	FIELD_MAX_RUNTIME,
	FIELD_NAME,
	FIELD_NAMED,
	FIELD_NAMED_DIR,
	FIELD_NICE,
	FIELD_NO_NEW_PRIVS,
	FIELD_OOM_SCORE_ADJ,
	FIELD_OPERAND,
	FIELD_PARTIAL,
	FIELD_PIDFILE,
	FIELD_PIDFILE_MODE,
	FIELD_PRINT_PIDS,
	FIELD_RAW,
	FIELD_READY,
	FIELD_READY_TIMEOUT,
	FIELD_REFUSAL,
	FIELD_REFUSAL_ON_STDOUT,
	FIELD_RELOAD_COMMAND,
	FIELD_RELOAD_SIGNAL,
	FIELD_REMOVE_PIDFILE,
	FIELD_RESPAWN,
	FIELD_RESPAWN_BURST,
	FIELD_RESPAWN_DELAY,
	FIELD_RESPAWN_LIMIT,
	FIELD_RESPAWN_MAX_DELAY,
	FIELD_RESTART_SIGNAL,
	FIELD_SCHED,
	FIELD_SESSION_LEADER,
	FIELD_SIGNAL,
	FIELD_STATE_DIR,
	FIELD_STDERR,
	FIELD_STDERR_COPY,
	FIELD_STDIN,
	FIELD_STDOUT,
	FIELD_STDOUT_COPY,
	FIELD_STOP_SCHEDULE,
	FIELD_SUCCESS,
	FIELD_SUPERVISE,
	FIELD_SUPERVISOR_PIDFILE,
	FIELD_TALK,
	FIELD_TERMINAL,
	FIELD_TEST,
	FIELD_TITLE,
	FIELD_TRUNCATE,
	FIELD_UMASK,
	FIELD_USER,
	FIELD_VERB,
	FIELD_WAIT,
	FIELD_WOULD,
	FIELD_COUNT
};

extern const struct field spec_fields[FIELD_COUNT];

/* The field of this key, or NULL. */
const struct field	*field_find(const char *key);

/*
 * Read text into the member of base that the field describes.  text is
 * borrowed.  Returns 0, or -1 with a reason; then a value that accumulates
 * may have been taken in part.
 */
int	field_parse(const struct field *field, void *base, const char *text,
    struct reason *why);

/*
 * Add "key=value" lines for the field: none if it has no value, several for a
 * list.  field_parse() of each value in turn makes an equal member.
 */
void	field_print(
    const struct field *field, const void *base, struct strbuf *text);

/* An empty spec: nothing given, no defaults yet. */
void	spec_init(struct spec *spec);

/* Read text into a field and mark it as given. */
int	spec_set(
    struct spec *spec, enum field_id id, const char *text, struct reason *why);

/* Whether it was set other than by a default. */
bool	spec_given(const struct spec *spec, enum field_id id);

#endif
