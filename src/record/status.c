/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/status.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define HEADING "imp-status=1\n"

enum type { TEXT, UNSIGNED, INT, FLAG };

struct member {
	const char *key;
	enum type type;
	size_t offset;
};

#define AT(member) offsetof(struct status, member)

/* clang-format off */
static const struct member members[] = {
	{ "state", TEXT, AT(state) },
	{ "why", TEXT, AT(why) },
	{ "main", INT, AT(main) },
	{ "supervisor", INT, AT(supervisor) },
	{ "uptime", UNSIGNED, AT(uptime_ms) },
	{ "restarts", UNSIGNED, AT(restarts) },
	{ "in-row", UNSIGNED, AT(in_row) },
	{ "next", UNSIGNED, AT(next_ms) },
	{ "stop-signal", INT, AT(stop_signal) },
	{ "ready-how", TEXT, AT(ready_how) },
	{ "ready", FLAG, AT(ready) },
	{ "text", TEXT, AT(text) },
	{ "error", INT, AT(error) },
	{ "notify-ignored", UNSIGNED, AT(notify_ignored) },
};

#undef AT
#define AT(member) offsetof(struct status_log, member)

/* In a line of their own kind: "log0.dest" and so on. */
static const struct member log_members[] = {
	{ "dest", TEXT, AT(dest) },
	{ "logger", INT, AT(logger) },
	{ "bytes", UNSIGNED, AT(bytes) },
	{ "lines", UNSIGNED, AT(lines) },
	{ "dropped-bytes", UNSIGNED, AT(dropped_bytes) },
	{ "dropped-lines", UNSIGNED, AT(dropped_lines) },
	{ "suppressed-lines", UNSIGNED, AT(suppressed_lines) },
	{ "rotations", UNSIGNED, AT(rotations) },
	{ "blocked", FLAG, AT(blocked) },
	{ "error", INT, AT(error) },
	{ "compress-status", INT, AT(compress_status) },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "log0." */
#define PREFIX_ROOM 6
#define DIGIT_AT    3

_Static_assert(sizeof(pid_t) == sizeof(int), "members keep pids as int");

static void
put_member(struct text *text, const char *prefix, const struct member *member,
    const void *base)
{
	const char *p = (const char *)base + member->offset;
	const char *const *string = (const void *)p;

	if (member->type == TEXT && *string == NULL)
		return;
	text_put(text, prefix);
	text_put(text, member->key);
	text_put_char(text, '=');
	switch (member->type) {
	case TEXT:
		text_put_escaped(text, *string);
		break;
	case UNSIGNED:
		text_put_number(text, *(const uint64_t *)(const void *)p);
		break;
	case INT:
		text_put_signed(text, *(const int *)(const void *)p);
		break;
	case FLAG:
		text_put_number(text, *(const bool *)p);
		break;
	}
	text_put_char(text, '\n');
}

size_t
status_format(const struct status *status, char *buf, size_t room)
{
	char prefix[PREFIX_ROOM] = "log0.";
	struct text text;
	size_t i, n;

	text_init(&text, buf, room);
	text_put(&text, HEADING);
	for (i = 0; i < COUNT(members); i++)
		put_member(&text, "", &members[i], status);
	for (n = 0; n < STATUS_LOGS; n++) {
		if (status->logs[n].dest == NULL)
			continue;
		prefix[DIGIT_AT] = (char)('0' + n);
		for (i = 0; i < COUNT(log_members); i++)
			put_member(&text, prefix, &log_members[i],
			    &status->logs[n]);
	}
	return text.length;
}

static void
set_member(const struct member *member, void *base, char *value)
{
	char *p = (char *)base + member->offset;

	switch (member->type) {
	case TEXT:
		text_unescape(value);
		*(const char **)(void *)p = value;
		break;
	case UNSIGNED:
		*(uint64_t *)(void *)p = strtoull(value, NULL, 10);
		break;
	case INT:
		*(int *)(void *)p = (int)strtol(value, NULL, 10);
		break;
	case FLAG:
		*(bool *)p = strcmp(value, "1") == 0;
		break;
	}
}

static void
set_one_of(const struct member *list, size_t count, void *base,
    const char *key, char *value)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(list[i].key, key) == 0)
			set_member(&list[i], base, value);
}

static void
set(struct status *status, const char *key, char *value)
{
	unsigned int n;

	if (strncmp(key, "log", DIGIT_AT) != 0 || key[DIGIT_AT] == '\0' ||
	    key[DIGIT_AT + 1] != '.') {
		set_one_of(members, COUNT(members), status, key, value);
		return;
	}
	n = (unsigned int)key[DIGIT_AT] - '0';
	if (n < STATUS_LOGS)
		set_one_of(log_members, COUNT(log_members), &status->logs[n],
		    key + DIGIT_AT + 2, value);
}

int
status_parse(struct status *status, char *text)
{
	char *line, *value;

	memset(status, 0, sizeof(*status));
	if (strncmp(text, HEADING, sizeof(HEADING) - 1) != 0)
		return -1;
	text += sizeof(HEADING) - 1;
	while ((line = strsep(&text, "\n")) != NULL) {
		value = strchr(line, '=');
		if (value == NULL)
			continue;
		*value++ = '\0';
		set(status, line, value);
	}
	return 0;
}
