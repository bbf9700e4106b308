/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/dest.h"

#include <string.h>
#include <syslog.h>

/* In the order of their numbers; ? is none. */
static const char facilities[] =
    "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp "
    "? ? ? ? local0 local1 local2 local3 local4 local5 local6 local7";
static const char priorities[] =
    "emerg alert crit err warning notice info debug";

#define PATH_LENGTH_MAX 4095

/* Names as syslog(3) has them; each is a LOG_ number, or -1. */
static int
parse_facility(const char *name)
{
	int n = strcmp(name, "?") == 0 ? -1 : parse_word(facilities, name);

	/* <syslog.h> keeps the facility above three bits of priority. */
	return n == -1 ? -1 : n << 3;
}

static int
parse_priority(const char *name)
{
	return parse_word(priorities, name);
}

/* text is what follows "syslog:", NULL if nothing does. */
static int
parse_syslog(struct dest *dest, const char *text, struct reason *why)
{
	struct dest result = { DEST_SYSLOG, NULL, LOG_DAEMON, LOG_INFO };
	char facility[PARSE_ITEM_ROOM];

	if (text != NULL) {
		(void)parse_item(&text, '.', facility);
		result.facility = parse_facility(facility);
		if (text != NULL)
			result.priority = parse_priority(text);
	}
	if (result.facility == -1 || result.priority == -1)
		return reason_set(why, "must be syslog[:FACILITY[.PRIORITY]], "
				       "such as syslog:local0.notice");
	*dest = result;
	return 0;
}

static enum dest_kind
kind_of(const char *text)
{
	if (strcmp(text, "null") == 0)
		return DEST_NULL;
	if (strcmp(text, "inherit") == 0)
		return DEST_INHERIT;
	if (strcmp(text, "journal") == 0)
		return DEST_JOURNAL;
	if (strcmp(text, "syslog") == 0 || strncmp(text, "syslog:", 7) == 0)
		return DEST_SYSLOG;
	return *text == '|' ? DEST_COMMAND : DEST_FILE;
}

int
dest_parse(struct dest *dest, const char *text, struct reason *why)
{
	enum dest_kind kind = kind_of(text);

	if (kind == DEST_SYSLOG)
		return parse_syslog(
		    dest, text[6] == '\0' ? NULL : text + 7, why);
	if (kind == DEST_COMMAND && *++text == '\0')
		return reason_set(why, "must have a command after the '|'");
	if (*text == '\0')
		return reason_set(why, "must be a file, null, inherit, "
				       "syslog, journal or |COMMAND");
	if (kind == DEST_FILE && strlen(text) > PATH_LENGTH_MAX)
		return reason_set(
		    why, "must be at most %d bytes", PATH_LENGTH_MAX);
	*dest = (struct dest){ kind, NULL, 0, 0 };
	if (kind == DEST_FILE || kind == DEST_COMMAND)
		dest->text = text;
	return 0;
}

static void
print_syslog(const struct dest *dest, struct strbuf *text)
{
	const char *facility, *priority;
	int facility_length, priority_length;

	facility = parse_nth_word(
	    facilities, (unsigned int)dest->facility >> 3, &facility_length);
	priority = parse_nth_word(
	    priorities, (unsigned int)dest->priority, &priority_length);
	strbuf_addf(text, "syslog:%.*s.%.*s", facility_length, facility,
	    priority_length, priority);
}

bool
dest_print(const struct dest *dest, struct strbuf *text)
{
	switch (dest->kind) {
	case DEST_UNSET:
		return false;
	case DEST_NULL:
		strbuf_add(text, "null");
		break;
	case DEST_INHERIT:
		strbuf_add(text, "inherit");
		break;
	case DEST_FILE:
		if (kind_of(dest->text) != DEST_FILE)
			strbuf_add(text, "./");
		strbuf_add(text, dest->text);
		break;
	case DEST_SYSLOG:
		print_syslog(dest, text);
		break;
	case DEST_JOURNAL:
		strbuf_add(text, "journal");
		break;
	case DEST_COMMAND:
		strbuf_add(text, "|");
		strbuf_add(text, dest->text);
		break;
	}
	return true;
}
