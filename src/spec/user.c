/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/user.h"

#include <string.h>

#include "base/xalloc.h"

#define ACCOUNT_LENGTH_MAX 255
#define ID_MAX		   UINT64_C(4294967294)

static bool
is_account_name(const char *text)
{
	const char *p;

	if (*text == '-' || *text == '+')
		return false;
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7f ||
		    strchr("/:,", *p) != NULL)
			return false;
	return p != text && p - text <= ACCOUNT_LENGTH_MAX;
}

/* what is "user" or "group". */
static int
check_account(const char *what, const char *text, struct reason *why)
{
	struct reason ignored;
	uint64_t id;

	if (*text == '\0')
		return reason_set(why, "must not have an empty %s", what);
	if (text[strspn(text, "0123456789")] == '\0' &&
	    parse_unsigned(text, 0, ID_MAX, &id, &ignored) == -1)
		return reason_set(
		    why, "must have a %s number from 0 to 4294967294", what);
	if (!is_account_name(text))
		return reason_set(
		    why, "must have the name or the number of a %s", what);
	return 0;
}

int
user_parse(struct spec_process *process, const char *text, struct reason *why)
{
	const char *colon = strchr(text, ':');
	const char *user = text;

	if (colon != NULL) {
		if (check_account("group", colon + 1, why) == -1)
			return -1;
		user = xstrndup(text, (size_t)(colon - text));
	}
	if (check_account("user", user, why) == -1)
		return -1;
	process->user = user;
	if (colon != NULL)
		process->group = colon + 1;
	return 0;
}

bool
user_print(const struct spec_process *process, struct strbuf *text)
{
	if (process->user != NULL)
		strbuf_add(text, process->user);
	return process->user != NULL;
}

int
group_parse(struct spec_process *process, const char *text, struct reason *why)
{
	if (check_account("group", text, why) == -1)
		return -1;
	process->group = text;
	return 0;
}

bool
group_print(const struct spec_process *process, struct strbuf *text)
{
	if (process->group != NULL)
		strbuf_add(text, process->group);
	return process->group != NULL;
}

int
groups_parse(struct spec_process *process, const char *text, struct reason *why)
{
	const char *cursor = text;
	char item[PARSE_ITEM_ROOM];

	if (strcmp(text, "none") == 0 || *text == '\0') {
		process->groups = "";
		return 0;
	}
	while (parse_item(&cursor, ',', item))
		if (check_account("group", item, why) == -1)
			return -1;
	process->groups = text;
	return 0;
}

bool
groups_print(const struct spec_process *process, struct strbuf *text)
{
	if (process->groups == NULL)
		return false;
	strbuf_add(text, *process->groups == '\0' ? "none" : process->groups);
	return true;
}
