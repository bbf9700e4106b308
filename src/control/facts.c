/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/facts.h"

#include <sys/wait.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "os/accounts.h"
#include "os/process.h"

static const struct {
	const char *text;
	enum colour colour;
} states[] = {
	[RECORD_STARTING] = { "starting", COLOUR_MIDDLING },
	[RECORD_UP] = { "up", COLOUR_GOOD },
	[RECORD_BACKOFF] = { "waiting", COLOUR_MIDDLING },
	[RECORD_STOPPING] = { "stopping", COLOUR_MIDDLING },
	[RECORD_GAVE_UP] = { "failed", COLOUR_BAD },
};

static void
set(struct facts *facts, const char *state, enum colour colour, int status)
{
	facts->state = state;
	facts->colour = colour;
	facts->status = status;
}

/* LSB: 1 is for a program that is dead while its pidfile is there. */
static int
status_when_gone(const struct daemon *daemon)
{
	const char *pidfile = daemon->kind == DAEMON_FOREIGN
	    ? daemon->pidfile
	    : daemon->tail.text[RECORD_PIDFILE];

	return pidfile != NULL && access(pidfile, F_OK) == 0
	    ? EX_STATUS_DEAD
	    : EX_STATUS_STOPPED;
}

static uint64_t
ticks_to_ms(uint64_t ticks)
{
	return ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
}

static enum life
look_at(const struct identity *identity, const char *boot,
    struct os_process *process)
{
	enum life life;

	if (identity->pid == 0)
		return LIFE_GONE;
	if (boot == NULL)
		return LIFE_UNKNOWN;
	life = identity_look(identity, boot, process);
	if (life == LIFE_GONE && strcmp(boot, identity->boot) == 0 &&
	    identity_is_hidden(identity))
		return LIFE_UNKNOWN;
	return life;
}

static enum life
look_at_main(struct facts *facts, const char *boot,
    struct os_process *process)
{
	const struct identity *main = &facts->daemon->head.main;
	enum life life = look_at(main, boot, process);

	if (life != LIFE_ALIVE)
		return life;
	facts->running = true;
	facts->pid = main->pid;
	facts->rss_bytes = process->rss_bytes;
	facts->cpu_ms = ticks_to_ms(process->cpu_ticks);
	facts->uptime_ms = clock_boot_ms() - ticks_to_ms(process->start);
	(void)os_process_user(main->pid, &facts->uid);
	return LIFE_ALIVE;
}

/*
 * A supervisor that has been stopped, or has just been woken, has not noticed
 * yet that its main process has ended: that it is up is not true.
 */
static void
take_supervised(struct facts *facts, enum life main)
{
	const struct record_head *head = &facts->daemon->head;
	bool has_main = head->main.pid != 0;

	facts->supervised = true;
	facts->supervisor = head->supervisor.pid;
	facts->ready = head->ready && facts->running;
	if (has_main && main == LIFE_UNKNOWN)
		set(facts, "unknown", COLOUR_MIDDLING, EX_STATUS_UNKNOWN);
	else if (has_main && main == LIFE_GONE &&
	    head->state != RECORD_STOPPING)
		set(facts, "dead", COLOUR_BAD,
		    status_when_gone(facts->daemon));
	else
		set(facts, states[head->state].text,
		    states[head->state].colour,
		    facts->running ? EX_DONE : EX_STATUS_STOPPED);
}

/*
 * When a parent ends, its children are given to one of its own ancestors; so
 * a main process that still has the recorded parent proves that this lives.
 */
static enum life
look_at_supervisor(const struct record_head *head, const char *boot,
    const struct os_process *main)
{
	struct os_process process;

	if (main != NULL && head->supervisor.pid > 1 &&
	    main->ppid == head->supervisor.pid)
		return LIFE_ALIVE;
	return look_at(&head->supervisor, boot, &process);
}

static void
take_recorded(struct facts *facts, const char *boot)
{
	const struct record_head *head = &facts->daemon->head;
	struct os_process process;
	enum life main = look_at_main(facts, boot, &process);
	enum life supervisor = look_at_supervisor(head, boot,
	    main == LIFE_ALIVE ? &process : NULL);

	if (supervisor == LIFE_ALIVE) {
		take_supervised(facts, main);
		return;
	}
	facts->lost = head->supervisor.pid != 0 && supervisor == LIFE_GONE;
	if (main == LIFE_ALIVE) {
		facts->ready = head->mode == RECORD_EXEC || head->ready;
		set(facts, "up", facts->lost ? COLOUR_MIDDLING : COLOUR_GOOD,
		    EX_DONE);
	} else if (main == LIFE_UNKNOWN || supervisor == LIFE_UNKNOWN)
		set(facts, "unknown", COLOUR_MIDDLING, EX_STATUS_UNKNOWN);
	else if (head->state == RECORD_GAVE_UP)
		set(facts, "failed", COLOUR_BAD,
		    status_when_gone(facts->daemon));
	else
		set(facts, "dead", COLOUR_BAD,
		    status_when_gone(facts->daemon));
}

void
facts_take(struct facts *facts, const struct daemon *daemon,
    const char *boot)
{
	struct os_process process;

	memset(facts, 0, sizeof(*facts));
	facts->daemon = daemon;
	facts->owner = daemon->place == NULL ? geteuid()
					     : daemon->place->owner;
	facts->uid = facts->owner;
	switch (daemon->kind) {
	case DAEMON_RECORDED:
		take_recorded(facts, boot);
		break;
	case DAEMON_FOREIGN:
		if (look_at_main(facts, boot, &process) == LIFE_ALIVE) {
			facts->ready = true;
			set(facts, "up", COLOUR_GOOD, EX_DONE);
		} else
			set(facts, "dead", COLOUR_BAD,
			    status_when_gone(daemon));
		break;
	case DAEMON_MISSING:
		set(facts, "down", COLOUR_FAINT, EX_STATUS_STOPPED);
		break;
	case DAEMON_DOUBTFUL:
		set(facts, "unknown", COLOUR_MIDDLING, EX_STATUS_UNKNOWN);
		break;
	}
}

/*
 * The record has the arguments with blanks between, each escaped, a blank
 * within one as a tab.  *rest is where to go on; NULL at the end.
 */
static char *
next_argument(char **rest)
{
	char *argument = strsep(rest, " ");
	char *p;

	if (argument == NULL)
		return NULL;
	for (p = argument; *p != '\0'; p++)
		if (*p == '\t')
			*p = ' ';
	text_unescape(argument);
	return argument;
}

/* A foreign one, and one whose record is cut, is asked itself. */
static size_t
read_command(pid_t pid, char *text, size_t room)
{
	ssize_t n = pid == 0 ? -1 : os_process_file(pid, "cmdline", text, room);
	ssize_t i;

	if (n <= 0)
		return 0;
	/* The last argument's own end is no separator. */
	if (text[n - 1] == '\0')
		n--;
	for (i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = '\1';
	text[n] = '\0';
	return (size_t)n;
}

static void
each_argument(const struct daemon *daemon,
    void (*put)(void *context, const char *argument), void *context)
{
	const char *command = daemon->tail.text[RECORD_COMMAND];
	char live[4096];
	char *copy, *rest, *argument;

	if (command == NULL) {
		rest = live;
		if (read_command(daemon->head.main.pid, live, sizeof(live)) ==
		    0)
			return;
		while ((argument = strsep(&rest, "\1")) != NULL)
			put(context, argument);
		return;
	}
	copy = rest = xstrdup(command);
	while ((argument = next_argument(&rest)) != NULL)
		put(context, argument);
	free(copy);
}

struct line {
	struct strbuf *out;
	bool is_later;
};

static void
put_word(void *context, const char *argument)
{
	struct line *line = context;
	struct strbuf quoted = { NULL, 0, 0 };

	if (line->is_later)
		strbuf_add(line->out, " ");
	line->is_later = true;
	strbuf_add_quoted(&quoted, argument);
	view_text(line->out, quoted.bytes);
	strbuf_fini(&quoted);
}

void
facts_put_command(struct strbuf *out, const struct daemon *daemon)
{
	struct line line = { out, false };

	strbuf_add(out, "");
	each_argument(daemon, put_word, &line);
}

static void
put_element(void *json, const char *argument)
{
	json_string(json, NULL, argument);
}

static void
put_arguments(struct json *json, const struct daemon *daemon)
{
	json_open(json, "command", '[');
	each_argument(daemon, put_element, json);
	json_close(json, ']');
}

static const char *
look_up(struct users *users, uid_t uid)
{
	struct account account;
	struct strbuf name = { NULL, 0, 0 };

	if (accounts_uid(uid, &account) == 0)
		view_text(&name, account.name);
	else
		strbuf_addf(&name, "%lu", (unsigned long)uid);
	if (users->count < USERS_MAX) {
		users->items[users->count].uid = uid;
		users->items[users->count++].name = name.bytes;
	}
	return name.bytes;
}

void
facts_put_user(struct strbuf *out, struct users *users, uid_t uid)
{
	size_t i;

	for (i = 0; i < users->count; i++)
		if (users->items[i].uid == uid) {
			strbuf_add(out, users->items[i].name);
			return;
		}
	strbuf_add(out, look_up(users, uid));
}

void
facts_put_exit(struct json *json, const char *key, int wait_status)
{
	if (wait_status < 0) {
		json_null(json, key);
		return;
	}
	json_open(json, key, '{');
	if (WIFEXITED(wait_status)) {
		json_number(json, "status", WEXITSTATUS(wait_status));
		json_null(json, "signal");
	} else {
		json_null(json, "status");
		json_number(json, "signal", WTERMSIG(wait_status));
	}
	json_bool(json, "core",
	    WIFSIGNALED(wait_status) && WCOREDUMP(wait_status));
	json_close(json, '}');
}

static void
put_pid(struct json *json, const char *key, pid_t pid)
{
	if (pid == 0)
		json_null(json, key);
	else
		json_number(json, key, pid);
}

void
facts_put_json(struct json *json, const struct facts *facts)
{
	const struct daemon *daemon = facts->daemon;
	const struct record_head *head = &daemon->head;
	const char *const *text = daemon->tail.text;
	bool has_record = daemon->kind == DAEMON_RECORDED;
	const char *name = has_record ? text[RECORD_NAME]
	    : daemon->kind == DAEMON_FOREIGN || daemon->pidfile != NULL
	    ? NULL
	    : daemon->label;

	json_string(json, "name", name);
	json_string(json, "pidfile",
	    has_record ? text[RECORD_PIDFILE] : daemon->pidfile);
	json_string(json, "state", facts->state);
	json_bool(json, "running", facts->running);
	json_bool(json, "ready", facts->ready);
	json_string(json, "mode",
	    !has_record			    ? NULL
		: head->mode == RECORD_EXEC ? "exec"
					    : "supervised");
	json_number(json, "uid", (int64_t)facts->uid);
	put_pid(json, "pid", facts->pid);
	put_pid(json, "supervisor_pid", facts->supervisor);
	json_bool(json, "supervisor_lost", facts->lost);
	json_time(json, "since", facts->running ? head->since_wall_ms : 0);
	json_time(json, "first_start", head->first_wall_ms);
	json_seconds(json, "uptime_seconds", facts->uptime_ms);
	json_number(json, "restarts", (int64_t)head->restarts);
	facts_put_exit(json, "last_exit", has_record ? head->last_status : -1);
	json_number(json, "memory_bytes", (int64_t)facts->rss_bytes);
	json_seconds(json, "cpu_seconds", facts->cpu_ms);
	put_arguments(json, daemon);
	json_string(json, "stdout", text[RECORD_STDOUT]);
	json_string(json, "stderr", text[RECORD_STDERR]);
	json_string(json, "problem", daemon->error);
}
