/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/kind.h"

#include <stdint.h>
#include <string.h>

#include "spec/bind.h"
#include "spec/burst.h"
#include "spec/caps.h"
#include "spec/delays.h"
#include "spec/dest.h"
#include "spec/exits.h"
#include "spec/forward.h"
#include "spec/limit.h"
#include "spec/name.h"
#include "spec/priority.h"
#include "spec/rate.h"
#include "spec/ready.h"
#include "spec/status_set.h"
#include "spec/stop_schedule.h"
#include "spec/user.h"

#define PATH_ROOM 4096

static int
check_path(const char *text, struct reason *why)
{
	if (*text == '\0')
		return reason_set(why, "must not be empty");
	if (strlen(text) >= PATH_ROOM)
		return reason_set(
		    why, "must be at most %d bytes", PATH_ROOM - 1);
	return 0;
}

static int
parse_flag(bool *flag, const char *text, struct reason *why)
{
	int n = parse_word("no yes", text);

	if (n == -1)
		return reason_set(why, "must be yes or no");
	*flag = n == 1;
	return 0;
}

static bool
print_flag(const bool *flag, struct strbuf *text)
{
	strbuf_add(text, *flag ? "yes" : "no");
	return true;
}

static int
parse_text(const char **member, const char *text, struct reason *why)
{
	(void)why;
	*member = text;
	return 0;
}

static bool
print_text(const char *const *member, struct strbuf *text)
{
	if (*member == NULL)
		return false;
	strbuf_add(text, *member);
	return true;
}

static int
parse_path(const char **member, const char *text, struct reason *why)
{
	if (check_path(text, why) == -1)
		return -1;
	*member = text;
	return 0;
}

static int
parse_prefix(const char **member, const char *text, struct reason *why)
{
	const char *p;

	for (p = strchr(text, '%'); p != NULL; p = strchr(p + 2, '%'))
		if (p[1] == '\0' || strchr("nips%", p[1]) == NULL)
			return reason_set(why,
			    "must have only %%n %%i %%p %%s %%%% after a %%");
	*member = text;
	return 0;
}

static int
add_word(struct strlist *list, const char *text, struct reason *why)
{
	(void)why;
	strlist_add(list, text);
	return 0;
}

static int
add_path(struct strlist *list, const char *text, struct reason *why)
{
	if (check_path(text, why) == -1)
		return -1;
	strlist_add(list, text);
	return 0;
}

static int
add_env(struct strlist *list, const char *text, struct reason *why)
{
	if (*text == '\0' || *text == '=')
		return reason_set(why, "must be NAME=VALUE or NAME");
	strlist_add(list, text);
	return 0;
}

static bool
print_signal_if_any(const int *signal, struct strbuf *text)
{
	if (*signal != 0)
		print_signal(text, *signal);
	return *signal != 0;
}

static int
parse_schedule(struct stop_schedule *schedule, const char *text,
    struct reason *why)
{
	return stop_schedule_parse(schedule, text, SIGNAL_DEFAULT, why);
}

static bool
print_rate(const struct rate *rate, struct strbuf *text)
{
	rate_print(rate, text);
	return true;
}

static bool
print_statuses(const struct status_set *set, struct strbuf *text)
{
	status_set_print(set, text);
	return true;
}

static bool
print_integer(const struct optional_int *value, struct strbuf *text)
{
	if (value->set)
		strbuf_addf(text, "%d", value->value);
	return value->set;
}

/* What asks the field, too, has the signature of the table. */

static int
read_choice(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	int n = parse_word(field->choices, text);
	unsigned int value = (unsigned int)n;

	if (n == -1)
		return reason_set(why, "must be one of: %s", field->choices);
	/* The member is an enum, of which we know only the size. */
	memcpy(member, &value, sizeof(value));
	return 0;
}

static bool
write_choice(const struct field *field, const void *member, struct strbuf *text)
{
	const char *word;
	unsigned int n;
	int length;

	memcpy(&n, member, sizeof(n));
	word = parse_nth_word(field->choices, n, &length);
	if (word == NULL)
		return false;
	strbuf_addf(text, "%.*s", length, word);
	return true;
}

static int
read_unsigned(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	unsigned int *count = member;
	uint64_t n;

	if (parse_unsigned(text, (uint64_t)field->min, (uint64_t)field->max, &n,
		why) == -1)
		return -1;
	*count = (unsigned int)n;
	return 0;
}

static bool
write_unsigned(const struct field *field, const void *member,
    struct strbuf *text)
{
	const unsigned int *count = member;

	strbuf_addf(text, "%u", *count);
	return *count >= (unsigned int)field->min;
}

static int
read_integer(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	struct optional_int *value = member;
	int64_t n;

	if (parse_signed(text, field->min, field->max, &n, why) == -1)
		return -1;
	*value = (struct optional_int){ true, (int)n };
	return 0;
}

static int
read_time(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	return parse_time(
	    text, (uint64_t)field->min, (uint64_t)field->max, member, why);
}

static bool
write_time(const struct field *field, const void *member, struct strbuf *text)
{
	const uint64_t *ms = member;

	print_time(text, *ms);
	return *ms >= (uint64_t)field->min;
}

static int
read_size(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	return parse_size(
	    text, (uint64_t)field->min, (uint64_t)field->max, member, why);
}

static bool
write_size(const struct field *field, const void *member, struct strbuf *text)
{
	(void)field;
	print_size(text, *(const uint64_t *)member);
	return true;
}

static int
read_mode(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	return parse_mode(text, (mode_t)field->max, member, why);
}

static bool
write_mode(const struct field *field, const void *member, struct strbuf *text)
{
	(void)field;
	strbuf_addf(text, "0%03o", *(const mode_t *)member);
	return true;
}

static int
read_signal(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	(void)field;
	return parse_signal(text, member, why);
}

/* For the rest the member alone is enough. */
#define READ(name, parse)                                                      \
	static int name(const struct field *field, void *member,               \
	    const char *text, struct reason *why)                              \
	{                                                                      \
		(void)field;                                                   \
		return parse(member, text, why);                               \
	}
#define WRITE(name, print)                                                     \
	static bool name(const struct field *field, const void *member,        \
	    struct strbuf *text)                                               \
	{                                                                      \
		(void)field;                                                   \
		return print(member, text);                                    \
	}

/* clang-format off */
READ(read_flag, parse_flag)
WRITE(write_flag, print_flag)
READ(read_text, parse_text)
WRITE(write_text, print_text)
READ(read_path, parse_path)
READ(read_name, name_parse)
WRITE(write_integer, print_integer)
WRITE(write_signal, print_signal_if_any)
READ(read_word, add_word)
READ(read_paths, add_path)
READ(read_env, add_env)
READ(read_user, user_parse)
WRITE(write_user, user_print)
READ(read_group, group_parse)
WRITE(write_group, group_print)
READ(read_groups, groups_parse)
WRITE(write_groups, groups_print)
READ(read_caps, caps_parse)
WRITE(write_caps, caps_print)
READ(read_limit, limit_parse)
WRITE(write_limit, limit_print)
READ(read_io, io_parse)
WRITE(write_io, io_print)
READ(read_sched, sched_parse)
WRITE(write_sched, sched_print)
READ(read_cpus, cpus_parse)
WRITE(write_cpus, cpus_print)
READ(read_fds, keep_parse)
WRITE(write_fds, keep_print)
READ(read_dest, dest_parse)
WRITE(write_dest, dest_print)
READ(read_prefix, parse_prefix)
READ(read_burst, burst_parse)
WRITE(write_burst, burst_print)
READ(read_delays, delays_parse)
WRITE(write_delays, delays_print)
READ(read_rate, rate_parse)
WRITE(write_rate, print_rate)
READ(read_statuses, status_set_parse)
WRITE(write_statuses, print_statuses)
READ(read_schedule, parse_schedule)
WRITE(write_schedule, stop_schedule_print)
READ(read_forward, forward_parse)
WRITE(write_forward, forward_print)
READ(read_bind, bind_parse)
WRITE(write_bind, bind_print)
READ(read_ready, ready_parse)
WRITE(write_ready, ready_print)
READ(read_exits, exits_parse)
WRITE(write_exits, exits_print)

static const struct {
	int (*read)(const struct field *field, void *member, const char *text,
	    struct reason *why);
	/* Adds the one value as text; returns false if there is none. */
	bool (*write)(const struct field *field, const void *member,
	    struct strbuf *text);
	/* Instead of that: each value is a line of its own. */
	bool is_list;
} kinds[] = {
	[KIND_FLAG] = { read_flag, write_flag, false },
	[KIND_TEXT] = { read_text, write_text, false },
	[KIND_PATH] = { read_path, write_text, false },
	[KIND_NAME] = { read_name, write_text, false },
	[KIND_CHOICE] = { read_choice, write_choice, false },
	[KIND_UNSIGNED] = { read_unsigned, write_unsigned, false },
	[KIND_INTEGER] = { read_integer, write_integer, false },
	[KIND_TIME] = { read_time, write_time, false },
	[KIND_SIZE] = { read_size, write_size, false },
	[KIND_MODE] = { read_mode, write_mode, false },
	[KIND_SIGNAL] = { read_signal, write_signal, false },
	[KIND_WORDS] = { read_word, NULL, true },
	[KIND_PATHS] = { read_paths, NULL, true },
	[KIND_ENV] = { read_env, NULL, true },
	[KIND_USER] = { read_user, write_user, false },
	[KIND_GROUP] = { read_group, write_group, false },
	[KIND_GROUPS] = { read_groups, write_groups, false },
	[KIND_CAPS] = { read_caps, write_caps, false },
	[KIND_LIMIT] = { read_limit, write_limit, false },
	[KIND_IO] = { read_io, write_io, false },
	[KIND_SCHED] = { read_sched, write_sched, false },
	[KIND_CPUS] = { read_cpus, write_cpus, false },
	[KIND_FDS] = { read_fds, write_fds, false },
	[KIND_DEST] = { read_dest, write_dest, false },
	[KIND_PREFIX] = { read_prefix, write_text, false },
	[KIND_BURST] = { read_burst, write_burst, false },
	[KIND_DELAYS] = { read_delays, write_delays, false },
	[KIND_RATE] = { read_rate, write_rate, false },
	[KIND_STATUSES] = { read_statuses, write_statuses, false },
	[KIND_SCHEDULE] = { read_schedule, write_schedule, false },
	[KIND_FORWARD] = { read_forward, write_forward, false },
	[KIND_BIND] = { read_bind, write_bind, false },
	[KIND_READY] = { read_ready, write_ready, false },
	[KIND_EXITS] = { read_exits, write_exits, false },
};
/* clang-format on */

int
kind_parse(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	return kinds[field->kind].read(field, member, text, why);
}

static void
print_line(const char *key, const char *value, struct strbuf *text)
{
	strbuf_add(text, key);
	strbuf_add(text, "=");
	strbuf_add_quoted(text, value);
	strbuf_add(text, "\n");
}

static void
print_list(const char *key, const struct strlist *list, struct strbuf *text)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		print_line(key, list->items[i], text);
}

/* Most specs do not have it, and need not say so. */
static bool
is_usual(const struct field *field, const char *value)
{
	const char *usual = "no";
	int length = 2;

	if ((field->flags & FIELD_RARE) == 0)
		return false;
	if (field->kind == KIND_MODE)
		return strcmp(value, "0000") == 0;
	if (field->kind == KIND_CHOICE)
		usual = parse_nth_word(field->choices, 0, &length);
	return strncmp(value, usual, (size_t)length) == 0 &&
	    value[length] == '\0';
}

void
kind_print(const struct field *field, const void *member, struct strbuf *text)
{
	struct strbuf value = { 0 };

	if (kinds[field->kind].is_list)
		print_list(field->key, member, text);
	else if (kinds[field->kind].write(field, member, &value) &&
	    !is_usual(field, value.bytes))
		print_line(field->key, value.bytes, text);
	strbuf_fini(&value);
}
