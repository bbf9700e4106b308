/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/environment.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "base/xalloc.h"

extern char **environ;

/* A file may grow this much, in bytes and variables, before a restart. */
#define FILE_SLACK  65536
#define VARS_SLACK  256

static size_t
name_length(const char *assignment)
{
	return strcspn(assignment, "=");
}

/* The first that has this name, from vars[from] on. */
static char **
find_from(const struct environment *environment, size_t from,
    const char *name, size_t length)
{
	size_t i;

	for (i = from; i < environment->count; i++)
		if (strncmp(environment->vars[i], name, length) == 0 &&
		    environment->vars[i][length] == '=')
			return &environment->vars[i];
	return NULL;
}

static char **
find(const struct environment *environment, const char *name, size_t length)
{
	return find_from(environment, 0, name, length);
}

/* A caller may hand on two of one name: programs differ in which they take. */
static void
drop_from(struct environment *environment, size_t from, const char *name,
    size_t length)
{
	char **slot;

	while ((slot = find_from(environment, from, name, length)) != NULL) {
		*slot = environment->vars[--environment->count];
		environment->vars[environment->count] = NULL;
	}
}

void
environment_set(struct environment *environment, char *assignment)
{
	size_t length = name_length(assignment);
	char **slot = find(environment, assignment, length);

	if (slot != NULL) {
		*slot = assignment;
		drop_from(environment,
		    (size_t)(slot - environment->vars) + 1, assignment,
		    length);
		return;
	}
	if (environment->count + 1 >= environment->room)
		return;
	environment->vars[environment->count++] = assignment;
	environment->vars[environment->count] = NULL;
}

const char *
environment_get(const struct environment *environment, const char *name)
{
	size_t length = strlen(name);
	char **slot = find(environment, name, length);

	return slot == NULL ? NULL : *slot + length + 1;
}

static void
drop(struct environment *environment, const char *name)
{
	drop_from(environment, 0, name, strlen(name));
}

static bool
is_name(const char *p, size_t length)
{
	size_t i;

	if (length == 0 || (*p >= '0' && *p <= '9'))
		return false;
	for (i = 0; i < length; i++)
		if (p[i] != '_' && !(p[i] >= '0' && p[i] <= '9') &&
		    !((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'z'))
			return false;
	return true;
}

/* Take the quotes off a value in place; no escapes but in "...". */
static bool
unquote(char *value)
{
	char quote = *value;
	char *out = value;
	char *p;

	if (quote != '\'' && quote != '"')
		return true;
	for (p = value + 1; *p != quote; p++) {
		if (*p == '\0')
			return false;
		if (quote == '"' && *p == '\\' && p[1] != '\0')
			p++;
		*out++ = *p;
	}
	*out = '\0';
	return p[1 + strspn(p + 1, " \t\r")] == '\0';
}

/*
 * One line of a file, in place: NAME=VALUE, perhaps after "export ", or
 * nothing, or a comment.
 */
static bool
take_line(struct environment *environment, char *line)
{
	size_t length;

	line += strspn(line, " \t\r");
	if (*line == '\0' || *line == '#')
		return true;
	if (strncmp(line, "export ", 7) == 0)
		line += 7 + strspn(line + 7, " \t");
	length = name_length(line);
	if (line[length] != '=' || !is_name(line, length))
		return false;
	if (line[length + 1] != '\'' && line[length + 1] != '"') {
		char *end = line + strlen(line);

		while (end > line && strchr(" \t\r", end[-1]) != NULL)
			*--end = '\0';
	} else if (!unquote(line + length + 1))
		return false;
	if (environment->count + 1 >= environment->room &&
	    find(environment, line, length) == NULL) {
		errno = E2BIG;
		return false;
	}
	environment_set(environment, line);
	return true;
}

static int
take_file(struct environment *environment, size_t which, size_t *used)
{
	const char *path = environment->paths->items[which];
	char *text = environment->bytes + *used;
	char *line, *end;
	ssize_t n;
	int fd;

	environment->failed_file = environment->files->items[which];
	environment->failed_line = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return -1;
	n = fdio_read_full(fd, text, environment->bytes_room - *used);
	(void)close(fd);
	if (n == -1)
		return -1;
	if (*used + (size_t)n >= environment->bytes_room) {
		errno = E2BIG;
		return -1;
	}
	text[n] = '\0';
	*used += (size_t)n + 1;
	for (line = text; line < text + n; line = end + 1) {
		environment->failed_line++;
		end = line + strcspn(line, "\n");
		*end = '\0';
		errno = EINVAL;
		if (!take_line(environment, line))
			return -1;
	}
	return 0;
}

int
environment_rebuild(struct environment *environment)
{
	size_t used = 0;
	size_t i;

	environment->count = environment->fixed_count;
	memcpy(environment->vars, environment->fixed,
	    (environment->count + 1) * sizeof(*environment->vars));
	for (i = 0; i < environment->files->count; i++)
		if (take_file(environment, i, &used) == -1)
			return -1;
	for (i = 0; i < environment->env->count; i++)
		if (strchr(environment->env->items[i], '=') != NULL)
			environment_set(environment,
			    environment->env->items[i]);
	return 0;
}

/* --env NAME without a value: the caller's, in spite of --clear-env. */
static void
keep_named(struct environment *environment)
{
	char *assignment;
	const char *name;
	size_t i, k;

	for (i = 0; i < environment->env->count; i++) {
		name = environment->env->items[i];
		for (k = 0; environ[k] != NULL; k++) {
			assignment = environ[k];
			if (strchr(name, '=') == NULL &&
			    strncmp(assignment, name, strlen(name)) == 0 &&
			    assignment[strlen(name)] == '=')
				environment_set(environment, assignment);
		}
	}
}

/* The caller's; a text without '=' is no variable, so it is left behind. */
static void
take_callers(struct environment *environment)
{
	size_t i;

	for (i = 0; environ[i] != NULL; i++)
		if (strchr(environ[i], '=') != NULL)
			environment->vars[environment->count++] = environ[i];
	environment->vars[environment->count] = NULL;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
set_for_user(struct environment *environment, const struct account *account,
    enum account_env which)
{
	if (which == ACCOUNT_ENV_NONE ||
	    (which == ACCOUNT_ENV_HOME && !is_directory(account->home)))
		return;
	environment_set(environment, xasprintf("HOME=%s", account->home));
	if (which == ACCOUNT_ENV_HOME)
		return;
	environment_set(environment, xasprintf("USER=%s", account->name));
	environment_set(environment, xasprintf("LOGNAME=%s", account->name));
	if (which == ACCOUNT_ENV_ALL)
		environment_set(
		    environment, xasprintf("SHELL=%s", account->shell));
}

/* A user without an entry has no home; the caller's must not leak. */
static void
set_for_number(struct environment *environment)
{
	static char root[] = "HOME=/";

	environment_set(environment, root);
	drop(environment, "USER");
	drop(environment, "LOGNAME");
	drop(environment, "SHELL");
}

/*
 * Sockets that were passed to imp itself, see sd_listen_fds(3): the target
 * does not have them, so it must not be told that it has.
 */
static bool
has_sockets(const struct environment *environment)
{
	const char *pid = environment_get(environment, "LISTEN_PID");

	return pid != NULL && strtol(pid, NULL, 10) == (long)getpid();
}

/* They are told by the number of the process, which only the child knows. */
static void
pass_sockets_on(struct environment *environment)
{
	static const char name[] = "LISTEN_PID=";
	char *assignment;

	if (!has_sockets(environment))
		return;
	assignment = xcalloc(sizeof(name) + LISTEN_PID_ROOM, 1);
	memcpy(assignment, name, sizeof(name));
	environment->listen_pid = assignment + sizeof(name) - 1;
	environment_set(environment, assignment);
}

static void
drop_passed_sockets(struct environment *environment)
{
	if (!has_sockets(environment))
		return;
	drop(environment, "LISTEN_PID");
	drop(environment, "LISTEN_FDS");
	drop(environment, "LISTEN_FDNAMES");
	drop(environment, "LISTEN_PIDFDID");
}

static size_t
count_callers(void)
{
	size_t n = 0;

	while (environ[n] != NULL)
		n++;
	return n;
}

static void
make_room(struct environment *environment)
{
	struct stat st;
	size_t i;

	environment->room = count_callers() + environment->env->count +
	    ENVIRONMENT_OURS + 8;
	if (environment->files->count > 0) {
		environment->room += VARS_SLACK;
		environment->bytes_room = FILE_SLACK;
	}
	for (i = 0; i < environment->files->count; i++)
		if (stat(environment->paths->items[i], &st) == 0) {
			environment->bytes_room += (size_t)st.st_size;
			/* The shortest line is "A=" and a newline. */
			environment->room += (size_t)st.st_size / 3;
		}
	environment->vars =
	    xcalloc(environment->room, sizeof(*environment->vars));
	if (environment->bytes_room > 0)
		environment->bytes = xcalloc(environment->bytes_room, 1);
}

void
environment_tell_failure(const struct environment *environment)
{
	if (environment->failed_line == 0)
		diag_err("cannot read '%s'", environment->failed_file);
	else if (errno == E2BIG)
		diag_err("cannot take the environment from '%s'",
		    environment->failed_file);
	else
		diag_errx("cannot read '%s': line %zu is not NAME=VALUE",
		    environment->failed_file, environment->failed_line);
}

int
environment_build(struct environment *environment,
    const struct spec_surroundings *surroundings,
    const struct strlist *paths, enum account_env which,
    const struct credentials *credentials)
{
	memset(environment, 0, sizeof(*environment));
	environment->files = &surroundings->env_files;
	environment->paths = paths;
	environment->env = &surroundings->env;
	make_room(environment);
	if (surroundings->clear_env)
		keep_named(environment);
	else
		take_callers(environment);
	if (surroundings->keep.all)
		pass_sockets_on(environment);
	else
		drop_passed_sockets(environment);
	if (credentials->account != NULL)
		set_for_user(environment, credentials->account, which);
	else if (credentials->set_uid && which == ACCOUNT_ENV_ALL)
		set_for_number(environment);
	environment->fixed_count = environment->count;
	environment->fixed =
	    xcalloc(environment->count + 1, sizeof(*environment->fixed));
	memcpy(environment->fixed, environment->vars,
	    environment->count * sizeof(*environment->fixed));
	if (environment_rebuild(environment) == 0)
		return 0;
	environment_tell_failure(environment);
	return -1;
}
