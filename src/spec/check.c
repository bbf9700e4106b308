/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/check.h"

#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "spec/field.h"
#include "spec/name.h"

static const char *
key(enum field_id id)
{
	return spec_fields[id].key;
}

/* Two options of which only one can be meant. */
static const unsigned char exclusive[][2] = {
	{ FIELD_EVERY, FIELD_RESPAWN },
	{ FIELD_EVERY, FIELD_FORKING },
	{ FIELD_FOREGROUND, FIELD_INSTANCES },
	{ FIELD_RELOAD_COMMAND, FIELD_RELOAD_SIGNAL },
};

/* The first means nothing without the second (or the third). */
static const unsigned char needs[][3] = {
	{ FIELD_IDEMPOTENT, FIELD_NAME, FIELD_PIDFILE },
	{ FIELD_INSTANCES, FIELD_NAME, FIELD_PIDFILE },
	{ FIELD_PARTIAL, FIELD_INSTANCES, FIELD_INSTANCES },
	{ FIELD_READY_TIMEOUT, FIELD_READY, FIELD_FORKING },
	{ FIELD_RESPAWN_DELAY, FIELD_RESPAWN, FIELD_RESPAWN },
	{ FIELD_RESPAWN_LIMIT, FIELD_RESPAWN, FIELD_RESPAWN },
	{ FIELD_RESPAWN_MAX_DELAY, FIELD_RESPAWN, FIELD_RESPAWN },
};

/* Options that only a supervisor can honour. */
static const unsigned char supervised[] = {
	FIELD_BIND,
	FIELD_EVERY,
	FIELD_FATAL,
	FIELD_FORKING,
	FIELD_FORWARD,
	FIELD_IMP_LOG,
	FIELD_KILL,
	FIELD_MAX_RUNTIME,
	FIELD_RELOAD_COMMAND,
	FIELD_RELOAD_SIGNAL,
	FIELD_STOP_SCHEDULE,
	FIELD_SUCCESS,
	FIELD_SUPERVISOR_PIDFILE,
};

/* Options that only a logger can honour. */
static const unsigned char logged[] = {
	FIELD_LOG_AGE,
	FIELD_LOG_COMPRESS,
	FIELD_LOG_FULL,
	FIELD_LOG_KEEP,
	FIELD_LOG_NAMES,
	FIELD_LOG_PREFIX,
	FIELD_LOG_RATE,
	FIELD_LOG_SIZE,
	FIELD_LOG_STAMP,
	FIELD_LOG_TAIL,
	FIELD_LOG_TOTAL,
};

/* Those of them that are about rotated files. */
static const unsigned char rotating[] = {
	FIELD_LOG_AGE,
	FIELD_LOG_COMPRESS,
	FIELD_LOG_KEEP,
	FIELD_LOG_NAMES,
	FIELD_LOG_SIZE,
	FIELD_LOG_TOTAL,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The first of the fields that was given, or FIELD_COUNT. */
static enum field_id
first_given(const struct spec *spec, const unsigned char *ids, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (spec_given(spec, (enum field_id)ids[i]))
			return (enum field_id)ids[i];
	return FIELD_COUNT;
}

static int
check_exclusive(const struct spec *spec)
{
	enum field_id a, b;
	size_t i;

	for (i = 0; i < COUNT(exclusive); i++) {
		a = (enum field_id)exclusive[i][0];
		b = (enum field_id)exclusive[i][1];
		if (spec_given(spec, a) && spec_given(spec, b)) {
			diag_errx("--%s and --%s cannot be used together",
			    key(a), key(b));
			return -1;
		}
	}
	return 0;
}

static int
check_needs(const struct spec *spec)
{
	enum field_id a, b, c;
	size_t i;

	for (i = 0; i < COUNT(needs); i++) {
		a = (enum field_id)needs[i][0];
		b = (enum field_id)needs[i][1];
		c = (enum field_id)needs[i][2];
		if (!spec_given(spec, a) || spec_given(spec, b) ||
		    spec_given(spec, c))
			continue;
		if (b == c)
			diag_errx("--%s needs --%s", key(a), key(b));
		else
			diag_errx(
			    "--%s needs --%s or --%s", key(a), key(b), key(c));
		return -1;
	}
	return 0;
}

/* What follows "--verb" is the word that the verb itself is given as. */
static int
refuse_for_verb(const struct spec *spec, const struct field *field)
{
	const char *key = field->key;
	const char *word;
	int length;

	word = parse_nth_word(
	    spec_fields[FIELD_VERB].choices, spec->verb, &length);
	/* As it is mostly typed. */
	if (field == &spec_fields[FIELD_FORMAT] &&
	    spec->control.format == FORMAT_JSON)
		key = "json";
	if (spec->verb == VERB_START)
		diag_errx("--%s means nothing for a start", key);
	else
		diag_errx(
		    "--%s means nothing with --%.*s", key, length, word);
	return -1;
}

static int
check_fields(const struct spec *spec)
{
	const struct field *field;
	unsigned int i;

	for (i = 0; i < FIELD_COUNT; i++) {
		if (!spec_given(spec, (enum field_id)i))
			continue;
		field = &spec_fields[i];
		if ((field->verbs >> spec->verb & 1) == 0)
			return refuse_for_verb(spec, field);
		if (!OS_IS_LINUX && (field->flags & FIELD_LINUX) != 0) {
			diag_errx(
			    "--%s cannot be had on this system", field->key);
			return -1;
		}
	}
	return 0;
}

static bool
is_kept(const struct spec *spec, int fd)
{
	unsigned int i;

	for (i = 0; i < spec->surroundings.keep.count; i++)
		if (spec->surroundings.keep.fds[i] == fd)
			return true;
	return false;
}

static int
check_ready(const struct spec *spec)
{
	const struct spec_ready *ready = &spec->ready;

	if (ready->kind == READY_PIDFILE && spec->identity.pidfile == NULL) {
		diag_errx("--ready=pidfile needs --pidfile");
		return -1;
	}
	if (ready->kind == READY_FD && is_kept(spec, ready->fd)) {
		diag_errx("--ready=fd:%d and --keep-fd=%d cannot be used "
			  "together",
		    ready->fd, ready->fd);
		return -1;
	}
	return 0;
}

static bool
is_file(const struct dest *dest)
{
	return dest->kind == DEST_FILE;
}

static bool
is_logged(const struct dest *dest)
{
	return dest->kind == DEST_FILE || dest->kind == DEST_SYSLOG ||
	       dest->kind == DEST_JOURNAL || dest->kind == DEST_COMMAND;
}

static int
check_output(const struct spec *spec)
{
	static const unsigned char of_files[] = { FIELD_TRUNCATE,
		FIELD_LOG_MODE };
	const struct spec_output *output = &spec->output;
	bool has_file = is_file(&output->out) || is_file(&output->err);
	enum field_id id = FIELD_COUNT;

	if (!has_file)
		id = first_given(spec, of_files, COUNT(of_files));
	if (!has_file && id == FIELD_COUNT)
		id = first_given(spec, rotating, COUNT(rotating));
	if (id != FIELD_COUNT) {
		diag_errx("--%s needs a file in --log, --stdout or --stderr",
		    key(id));
		return -1;
	}
	if (!is_logged(&output->out) && !is_logged(&output->err))
		id = first_given(spec, logged, COUNT(logged));
	if (id != FIELD_COUNT && id != FIELD_LOG_TAIL) {
		diag_errx("--%s needs --log, --stdout or --stderr", key(id));
		return -1;
	}
	return 0;
}

/* Whether it differs from instance to instance; "%%" is a percent sign. */
static bool
is_per_instance(const char *path)
{
	if (path == NULL)
		return true;
	for (; (path = strchr(path, '%')) != NULL && path[1] != '\0'; path += 2)
		if (path[1] == 'i')
			return true;
	return false;
}

static int
check_instances(const struct spec *spec)
{
	const struct spec_identity *identity = &spec->identity;

	if (identity->instances == 0)
		return 0;
	if (!is_per_instance(identity->pidfile) ||
	    !is_per_instance(identity->supervisor_pidfile)) {
		diag_errx("--instances needs '%%i' in the name of a pidfile");
		return -1;
	}
	if (spec->log.rotate &&
	    ((is_file(&spec->output.out) &&
		 !is_per_instance(spec->output.out.text)) ||
		(is_file(&spec->output.err) &&
		    !is_per_instance(spec->output.err.text)))) {
		diag_errx("--instances needs '%%i' in the name of a log that "
			  "is rotated");
		return -1;
	}
	return 0;
}

static int
check_identity(const struct spec *spec)
{
	const struct spec_identity *identity = &spec->identity;

	if (identity->name != NULL && name_is_pattern(identity->name)) {
		diag_errx("invalid value '%s' for --name: must not hold one "
			  "of * ? [ ] \\",
		    identity->name);
		return -1;
	}
	if (identity->pidfile != NULL && identity->supervisor_pidfile != NULL &&
	    strcmp(identity->pidfile, identity->supervisor_pidfile) == 0) {
		diag_errx("--pidfile and --supervisor-pidfile cannot be the "
			  "same file");
		return -1;
	}
	return check_instances(spec);
}

bool
spec_needs_logger(const struct spec *spec)
{
	const struct spec_output *output = &spec->output;

	if (first_given(spec, logged, COUNT(logged)) != FIELD_COUNT ||
	    spec->log.rotate || spec->log.reopen_signal != 0 ||
	    spec->ready.kind == READY_LOG)
		return true;
	return (is_logged(&output->out) && !is_file(&output->out)) ||
	       (is_logged(&output->err) && !is_file(&output->err));
}

static bool
is_recorded(const struct spec *spec)
{
	return spec->identity.name != NULL || spec->identity.pidfile != NULL;
}

static void
derive(struct spec *spec)
{
	if (first_given(spec, rotating, COUNT(rotating)) != FIELD_COUNT)
		spec->log.rotate = true;
	if (spec->restart.respawn != RESPAWN_NEVER ||
	    spec->ready.kind > READY_EXEC || spec_needs_logger(spec) ||
	    first_given(spec, supervised, COUNT(supervised)) != FIELD_COUNT)
		spec->supervise = true;
	/*
	 * Another user must not stay on our terminal, which takes a session
	 * of its own, so a child; and whoever has given up the privilege to
	 * do so could not take a record or a pidfile back.
	 */
	if (spec->foreground && !spec->in_place &&
	    (spec->process.user != NULL ||
		(spec_given(spec, FIELD_CAPS) && is_recorded(spec))))
		spec->supervise = true;
	/* A daemon that writes its own pidfile is told by it. */
	if (spec->restart.forking && spec->identity.pidfile != NULL &&
	    spec->ready.kind == READY_UNSET)
		spec->ready.kind = READY_PIDFILE;
}

/* Dialects have it from elsewhere than a field's parser. */
static int
check_directory(const struct spec *spec)
{
	if (spec->surroundings.chdir == NULL ||
	    *spec->surroundings.chdir != '\0')
		return 0;
	diag_errx("the directory must not be empty");
	return -1;
}

static int
check_command(const struct spec *spec)
{
	if (spec->operands.count == 0) {
		diag_errx("no command given");
		return -1;
	}
	if (*spec->operands.items[0] == '\0') {
		diag_errx("the command must not be empty");
		return -1;
	}
	return check_directory(spec);
}

static int
check_start(struct spec *spec)
{
	if (check_needs(spec) == -1 || check_command(spec) == -1)
		return -1;
	derive(spec);
	if (!OS_IS_LINUX && spec->supervise) {
		diag_errx("what is asked for needs a supervisor, which cannot "
			  "be had on this system");
		return -1;
	}
	if (check_identity(spec) == -1 || check_ready(spec) == -1)
		return -1;
	return check_output(spec);
}

static int
check_names(const struct spec *spec)
{
	struct reason why;
	const char *name;
	size_t i;

	for (i = 0; i < spec->operands.count; i++)
		if (name_parse(&name, spec->operands.items[i], &why) == -1) {
			diag_errx("invalid name '%s': %s",
			    spec->operands.items[i], why.text);
			return -1;
		}
	return 0;
}

static int
check_control(const struct spec *spec)
{
	const char *word;
	size_t named;
	int length;

	word = parse_nth_word(
	    spec_fields[FIELD_VERB].choices, spec->verb, &length);
	if (!OS_IS_LINUX) {
		diag_errx("--%.*s cannot be had on this system", length, word);
		return -1;
	}
	named = spec->operands.count + (spec->identity.name != NULL) +
		(spec->identity.pidfile != NULL);
	if (named == 0 && spec->verb != VERB_LIST &&
	    !match_is_given(&spec->match)) {
		diag_errx("--%.*s needs %s or --pidfile", length, word,
		    spec->verb == VERB_INSPECT ? "a process number, a NAME"
					       : "a NAME");
		return -1;
	}
	if (named > 1 && spec->verb == VERB_INSPECT) {
		diag_errx("--%.*s takes one process", length, word);
		return -1;
	}
	if (spec->verb == VERB_INSPECT &&
	    spec->control.format == FORMAT_PROMETHEUS) {
		diag_errx("--format=prometheus means nothing with --%.*s",
		    length, word);
		return -1;
	}
	return check_names(spec);
}

/* A bare command, as most are: there is nothing that could not be meant. */
static bool
is_plain(const struct spec *spec)
{
	return spec->verb == VERB_START && spec->given[0] == 0 &&
	    spec->given[1] == 0 && spec->output.out.kind == DEST_UNSET &&
	    spec->output.err.kind == DEST_UNSET;
}

int
spec_check(struct spec *spec)
{
	if (is_plain(spec))
		return check_command(spec);
	if (spec->verb == VERB_PAUSE)
		return 0;
	if (check_fields(spec) == -1 || check_exclusive(spec) == -1)
		return -1;
	if (spec->verb != VERB_START)
		return check_control(spec);
	return check_start(spec);
}
