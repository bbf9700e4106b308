/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/record.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/hash.h"
#include "base/text.h"
#include "os/trust.h"
#include "record/place.h"

static const char magic[] = "imp-record 1\n";

/* "sum=HEX\n" comes behind the magic and covers all of the head after it. */
#define SUM_LENGTH   (sizeof("sum=0123456789abcdef\n") - 1)
#define SUMMED_FROM  (sizeof(magic) - 1 + SUM_LENGTH)
#define READ_RETRIES 100

static const char *const text_keys[RECORD_TEXTS] = {
	[RECORD_NAME] = "name",
	[RECORD_PIDFILE] = "pidfile",
	[RECORD_SUPERVISOR_PIDFILE] = "supervisor-pidfile",
	[RECORD_COMMAND] = "command",
	[RECORD_STDOUT] = "stdout",
	[RECORD_STDERR] = "stderr",
	[RECORD_SCHEDULE] = "stop-schedule",
	[RECORD_KILL] = "kill",
	[RECORD_RELOAD] = "reload",
	[RECORD_CGROUP] = "cgroup",
};

static const char *const state_names[] = {
	[RECORD_STARTING] = "starting",
	[RECORD_UP] = "up",
	[RECORD_BACKOFF] = "backoff",
	[RECORD_STOPPING] = "stopping",
	[RECORD_GAVE_UP] = "gave-up",
};

#define STATES (sizeof(state_names) / sizeof(state_names[0]))

/* It finds torn reads, not forgeries. */
static uint64_t
sum(const char *data)
{
	return hash_bytes(data + SUMMED_FROM, RECORD_HEAD_SIZE - SUMMED_FROM);
}

static void
put_number_line(struct text *text, const char *key, uint64_t n)
{
	text_put(text, key);
	text_put_char(text, '=');
	text_put_number(text, n);
	text_put_char(text, '\n');
}

static void
put_identity(struct text *text, const char *key, const struct identity *id)
{
	if (id->pid == 0)
		return;
	text_put(text, key);
	text_put_char(text, '=');
	text_put_number(text, (uint64_t)id->pid);
	text_put_char(text, ' ');
	text_put_number(text, id->start);
	text_put_char(text, ' ');
	text_put(text, id->boot);
	if (id->inode != 0) {
		text_put_char(text, ' ');
		text_put_number(text, id->inode);
	}
	text_put_char(text, '\n');
}

void
record_format_head(const struct record_head *head, char *buf)
{
	/* Terminated for the time being, so what is behind it is kept. */
	char behind = buf[RECORD_HEAD_SIZE];
	struct text text;

	text_init(&text, buf, RECORD_HEAD_SIZE + 1);
	text_put(&text, magic);
	text_put(&text, "sum=0123456789abcdef\nmode=");
	text_put(&text, head->mode == RECORD_EXEC ? "exec" : "supervised");
	text_put(&text, "\nstate=");
	text_put(&text, state_names[head->state]);
	text_put_char(&text, '\n');
	put_number_line(&text, "ready", head->ready);
	put_identity(&text, "main", &head->main);
	put_identity(&text, "supervisor", &head->supervisor);
	put_number_line(&text, "session", (uint64_t)head->session);
	put_number_line(&text, "since", head->since_wall_ms);
	put_number_line(&text, "first", head->first_wall_ms);
	put_number_line(&text, "restarts", head->restarts);
	if (head->last_status >= 0)
		put_number_line(&text, "last-status",
		    (uint64_t)head->last_status);
	memset(buf + text.length, '\n', RECORD_HEAD_SIZE - text.length);
	buf[RECORD_HEAD_SIZE] = behind;

	text_init(&text, buf + sizeof(magic) - 1, SUM_LENGTH + 1);
	behind = buf[SUMMED_FROM];
	text_put(&text, "sum=");
	text_put_hex(&text, sum(buf));
	text_put_char(&text, '\n');
	buf[SUMMED_FROM] = behind;
}

/* False, with nothing written, if it does not fit. */
static bool
put_text_line(struct text *text, const char *key, const char *value)
{
	size_t before = text->length;

	text_put(text, key);
	text_put_char(text, '=');
	text_put_escaped(text, value);
	text_put_char(text, '\n');
	if (!text->overflow)
		return true;
	text->length = before;
	text->data[before] = '\0';
	text->overflow = false;
	return false;
}

size_t
record_room(const struct record_tail *tail)
{
	size_t room = RECORD_HEAD_SIZE + 1;
	int i;

	for (i = 0; i < RECORD_TEXTS; i++)
		if (tail->text[i] != NULL)
			room += strlen(text_keys[i]) + 2 +
			    text_escaped_length(tail->text[i]);
	return room < RECORD_SIZE ? room : RECORD_SIZE;
}

size_t
record_format(const struct record_head *head, const struct record_tail *tail,
    char *buf)
{
	static const enum record_text last = RECORD_COMMAND;
	struct text text;
	int i;

	text_init(&text, buf + RECORD_HEAD_SIZE,
	    RECORD_SIZE - RECORD_HEAD_SIZE);
	/* The command may be of any length, so the rest goes first. */
	for (i = 0; i < RECORD_TEXTS; i++)
		if (i != (int)last && tail->text[i] != NULL)
			(void)put_text_line(&text, text_keys[i],
			    tail->text[i]);
	if (tail->text[last] != NULL)
		(void)put_text_line(&text, text_keys[last], tail->text[last]);
	record_format_head(head, buf);
	return RECORD_HEAD_SIZE + text.length;
}

static bool
parse_identity(const char *value, struct identity *id)
{
	size_t length;
	char *end;

	id->pid = (pid_t)strtol(value, &end, 10);
	if (*end != ' ' || id->pid < 2)
		return false;
	id->start = strtoull(end + 1, &end, 10);
	if (*end++ != ' ')
		return false;
	length = strcspn(end, " ");
	if (length >= sizeof(id->boot))
		return false;
	memcpy(id->boot, end, length);
	id->boot[length] = '\0';
	id->inode = strtoull(end + length, NULL, 10);
	return true;
}

static bool
parse_state(const char *value, enum record_state *state)
{
	size_t i;

	for (i = 0; i < STATES; i++) {
		if (strcmp(value, state_names[i]) != 0)
			continue;
		*state = (enum record_state)i;
		return true;
	}
	return false;
}

/* A key that is not known is from a later imp, and ignored. */
static bool
parse_head_line(struct record_head *head, const char *key, const char *value)
{
	uint64_t n = strtoull(value, NULL, 10);

	if (strcmp(key, "mode") == 0)
		head->mode = strcmp(value, "exec") == 0 ? RECORD_EXEC
							: RECORD_SUPERVISED;
	else if (strcmp(key, "state") == 0)
		return parse_state(value, &head->state);
	else if (strcmp(key, "ready") == 0)
		head->ready = n != 0;
	else if (strcmp(key, "main") == 0)
		return parse_identity(value, &head->main);
	else if (strcmp(key, "supervisor") == 0)
		return parse_identity(value, &head->supervisor);
	else if (strcmp(key, "session") == 0)
		head->session = (pid_t)n;
	else if (strcmp(key, "since") == 0)
		head->since_wall_ms = n;
	else if (strcmp(key, "first") == 0)
		head->first_wall_ms = n;
	else if (strcmp(key, "restarts") == 0)
		head->restarts = n;
	else if (strcmp(key, "last-status") == 0)
		head->last_status = (int)n;
	return true;
}

/* Here, too. */
static void
parse_tail_line(struct record_tail *tail, const char *key, char *value)
{
	int i;

	for (i = 0; i < RECORD_TEXTS; i++) {
		if (strcmp(key, text_keys[i]) != 0)
			continue;
		text_unescape(value);
		tail->text[i] = value;
	}
}

/* Take the next KEY=VALUE of *rest apart; NULL at the end. */
static char *
next_line(char **rest, char **value)
{
	char *key;

	*rest += strspn(*rest, "\n");
	if (**rest == '\0')
		return NULL;
	key = *rest;
	*rest += strcspn(*rest, "\n");
	if (**rest != '\0')
		*(*rest)++ = '\0';
	*value = strchr(key, '=');
	if (*value == NULL)
		return NULL;
	*(*value)++ = '\0';
	return key;
}

static bool
is_whole(const char *data, size_t length)
{
	char line[SUM_LENGTH + 1];
	struct text text;

	if (length < RECORD_HEAD_SIZE)
		return false;
	text_init(&text, line, sizeof(line));
	text_put(&text, "sum=");
	text_put_hex(&text, sum(data));
	text_put_char(&text, '\n');
	return memcmp(data + sizeof(magic) - 1, line, SUM_LENGTH) == 0;
}

static int
parse(struct record *record)
{
	char *rest = record->storage + SUMMED_FROM;
	char *key, *value;

	memset(&record->head, 0, sizeof(record->head));
	memset(&record->tail, 0, sizeof(record->tail));
	record->head.last_status = -1;
	while ((key = next_line(&rest, &value)) != NULL) {
		if (key >= record->storage + RECORD_HEAD_SIZE)
			parse_tail_line(&record->tail, key, value);
		else if (!parse_head_line(&record->head, key, value)) {
			errno = EINVAL;
			return -1;
		}
	}
	return 0;
}

/* Nobody but its owner may have written it, and that is root or owner. */
static bool
is_of(int fd, uid_t owner)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_uid == 0 || st.st_uid == owner) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int
read_whole(int fd, struct record *record)
{
	ssize_t n = 0;
	int tries;

	for (tries = 0; tries < READ_RETRIES; tries++) {
		n = pread(fd, record->storage, RECORD_SIZE - 1, 0);
		if (n == -1)
			return -1;
		record->storage[n] = '\0';
		if (strncmp(record->storage, magic, sizeof(magic) - 1) != 0)
			break;
		if (is_whole(record->storage, (size_t)n))
			return parse(record);
	}
	errno = EINVAL;
	return -1;
}

static int
open_record(int dir_fd, const char *name, uid_t owner)
{
	int fd;

	fd = openat(dir_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1 || is_of(fd, owner))
		return fd;
	(void)close(fd);
	errno = TRUST_DOUBT;
	return -1;
}

int
record_open(int key_fd, uid_t owner)
{
	return open_record(key_fd, "record", owner);
}

int
record_reread(int record_fd, struct record *record)
{
	return read_whole(record_fd, record);
}

static int
read_and_close(int fd, struct record *record)
{
	int rc;

	if (fd == -1)
		return -1;
	rc = read_whole(fd, record);
	fdio_close(&fd);
	return rc;
}

/* Nobody but owner can have made the key's directory something else. */
int
record_read_at(int place_fd, const char *key, uid_t owner,
    struct record *record)
{
	char path[KEY_ROOM + sizeof("/record")];
	struct text text;

	text_init(&text, path, sizeof(path));
	text_put(&text, key);
	text_put(&text, "/record");
	return read_and_close(open_record(place_fd, path, owner), record);
}

int
record_read(int key_fd, struct record *record)
{
	return read_and_close(record_open(key_fd, geteuid()), record);
}

enum life
record_life(const struct record *record)
{
	enum life main = identity_life(&record->head.main);
	enum life supervisor = identity_life(&record->head.supervisor);

	if (main == LIFE_ALIVE || supervisor == LIFE_ALIVE)
		return LIFE_ALIVE;
	if (main == LIFE_UNKNOWN || supervisor == LIFE_UNKNOWN)
		return LIFE_UNKNOWN;
	return LIFE_GONE;
}
