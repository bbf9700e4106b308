/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/kind.h"

#include <stdint.h>
#include <string.h>

#include "spec/bind.h"
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

static int
parse_text(const char **member, const char *text)
{
	*member = text;
	return 0;
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
parse_choice(const struct field *field, void *member, const char *text,
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

static int
parse_count(const struct field *field, unsigned int *member, const char *text,
    struct reason *why)
{
	uint64_t n;

	if (parse_unsigned(text, (uint64_t)field->min, (uint64_t)field->max, &n,
		why) == -1)
		return -1;
	*member = (unsigned int)n;
	return 0;
}

static int
parse_integer(const struct field *field, struct optional_int *member,
    const char *text, struct reason *why)
{
	int64_t n;

	if (parse_signed(text, field->min, field->max, &n, why) == -1)
		return -1;
	*member = (struct optional_int){ true, (int)n };
	return 0;
}

static int
parse_env(struct strlist *list, const char *text, struct reason *why)
{
	if (*text == '\0' || *text == '=')
		return reason_set(why, "must be NAME=VALUE or NAME");
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
add_word(struct strlist *list, const char *text)
{
	strlist_add(list, text);
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

int
kind_parse(const struct field *field, void *member, const char *text,
    struct reason *why)
{
	switch ((enum kind)field->kind) {
	case KIND_FLAG:
		return parse_flag(member, text, why);
	case KIND_TEXT:
		return parse_text(member, text);
	case KIND_PATH:
		return parse_path(member, text, why);
	case KIND_NAME:
		return name_parse(member, text, why);
	case KIND_CHOICE:
		return parse_choice(field, member, text, why);
	case KIND_UNSIGNED:
		return parse_count(field, member, text, why);
	case KIND_INTEGER:
		return parse_integer(field, member, text, why);
	case KIND_TIME:
		return parse_time(text, (uint64_t)field->min,
		    (uint64_t)field->max, member, why);
	case KIND_SIZE:
		return parse_size(text, (uint64_t)field->min,
		    (uint64_t)field->max, member, why);
	case KIND_MODE:
		return parse_mode(text, (mode_t)field->max, member, why);
	case KIND_SIGNAL:
		return parse_signal(text, member, why);
	case KIND_WORDS:
		return add_word(member, text);
	case KIND_PATHS:
		return add_path(member, text, why);
	case KIND_ENV:
		return parse_env(member, text, why);
	case KIND_USER:
		return user_parse(member, text, why);
	case KIND_GROUP:
		return group_parse(member, text, why);
	case KIND_GROUPS:
		return groups_parse(member, text, why);
	case KIND_CAPS:
		return caps_parse(member, text, why);
	case KIND_LIMIT:
		return limit_parse(member, text, why);
	case KIND_IO:
		return io_parse(member, text, why);
	case KIND_SCHED:
		return sched_parse(member, text, why);
	case KIND_CPUS:
		return cpus_parse(member, text, why);
	case KIND_FDS:
		return keep_parse(member, text, why);
	case KIND_DEST:
		return dest_parse(member, text, why);
	case KIND_PREFIX:
		return parse_prefix(member, text, why);
	case KIND_DELAYS:
		return delays_parse(member, text, why);
	case KIND_RATE:
		return rate_parse(member, text, why);
	case KIND_STATUSES:
		return status_set_parse(member, text, why);
	case KIND_SCHEDULE:
		return stop_schedule_parse(member, text, SIGNAL_DEFAULT, why);
	case KIND_FORWARD:
		return forward_parse(member, text, why);
	case KIND_BIND:
		return bind_parse(member, text, why);
	case KIND_READY:
		return ready_parse(member, text, why);
	case KIND_EXITS:
		return exits_parse(member, text, why);
	}
	return reason_set(why, "has no kind");
}

static bool
print_string(const char *s, struct strbuf *text)
{
	if (s == NULL)
		return false;
	strbuf_add(text, s);
	return true;
}

static bool
print_choice(const struct field *field, const void *member, struct strbuf *text)
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

static bool
print_integer(const struct optional_int *value, struct strbuf *text)
{
	if (value->set)
		strbuf_addf(text, "%d", value->value);
	return value->set;
}

static bool
print_signal_if_any(int signal, struct strbuf *text)
{
	if (signal != 0)
		print_signal(text, signal);
	return signal != 0;
}

/* Add the one value as text; false if there is none. */
static bool
print_value(const struct field *field, const void *member, struct strbuf *text)
{
	switch ((enum kind)field->kind) {
	case KIND_FLAG:
		return print_string(*(const bool *)member ? "yes" : "no", text);
	case KIND_TEXT:
	case KIND_PATH:
	case KIND_NAME:
	case KIND_PREFIX:
		return print_string(*(const char *const *)member, text);
	case KIND_CHOICE:
		return print_choice(field, member, text);
	case KIND_UNSIGNED:
		strbuf_addf(text, "%u", *(const unsigned int *)member);
		return *(const unsigned int *)member >=
		       (unsigned int)field->min;
	case KIND_INTEGER:
		return print_integer(member, text);
	case KIND_TIME:
		print_time(text, *(const uint64_t *)member);
		return *(const uint64_t *)member >= (uint64_t)field->min;
	case KIND_SIZE:
		print_size(text, *(const uint64_t *)member);
		return true;
	case KIND_MODE:
		strbuf_addf(text, "0%03o", *(const mode_t *)member);
		return true;
	case KIND_SIGNAL:
		return print_signal_if_any(*(const int *)member, text);
	case KIND_WORDS:
	case KIND_PATHS:
	case KIND_ENV:
		return false;
	case KIND_USER:
		return user_print(member, text);
	case KIND_GROUP:
		return group_print(member, text);
	case KIND_GROUPS:
		return groups_print(member, text);
	case KIND_CAPS:
		return caps_print(member, text);
	case KIND_LIMIT:
		return limit_print(member, text);
	case KIND_IO:
		return io_print(member, text);
	case KIND_SCHED:
		return sched_print(member, text);
	case KIND_CPUS:
		return cpus_print(member, text);
	case KIND_FDS:
		return keep_print(member, text);
	case KIND_DEST:
		return dest_print(member, text);
	case KIND_DELAYS:
		return delays_print(member, text);
	case KIND_RATE:
		rate_print(member, text);
		return true;
	case KIND_STATUSES:
		status_set_print(member, text);
		return true;
	case KIND_SCHEDULE:
		return stop_schedule_print(member, text);
	case KIND_FORWARD:
		return forward_print(member, text);
	case KIND_BIND:
		return bind_print(member, text);
	case KIND_READY:
		return ready_print(member, text);
	case KIND_EXITS:
		return exits_print(member, text);
	}
	return false;
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

	if (field->kind == KIND_WORDS || field->kind == KIND_PATHS ||
	    field->kind == KIND_ENV)
		print_list(field->key, member, text);
	else if (print_value(field, member, &value) &&
	    !is_usual(field, value.bytes))
		print_line(field->key, value.bytes, text);
	strbuf_fini(&value);
}
