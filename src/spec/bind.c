/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/bind.h"

#include <string.h>

#include "spec/name.h"

/* Linux has no larger pid: PID_MAX_LIMIT. */
#define PID_LAST 4194304

/* In the order of enum bind_kind. */
static const char words[] = "none parent supervisor";

int
bind_parse(struct spec_stop *stop, const char *text, struct reason *why)
{
	int word = parse_word(words, text);
	struct reason ignored;
	const char *name = NULL;
	uint64_t pid = 0;

	if (word == -1 && text[strspn(text, "0123456789")] == '\0') {
		if (parse_unsigned(text, 1, PID_LAST, &pid, &ignored) == -1)
			return reason_set(why,
			    "must be a process number from 1 to %d", PID_LAST);
		word = BIND_PID;
	} else if (word == -1) {
		if (name_parse(&name, text, &ignored) == -1)
			return reason_set(why,
			    "must be parent, supervisor, a "
			    "process number or the name of a daemon");
		word = BIND_NAME;
	}
	stop->bind.kind = (enum bind_kind)word;
	stop->bind.pid = (pid_t)pid;
	stop->bind.name = name;
	return 0;
}

bool
bind_print(const struct spec_stop *stop, struct strbuf *text)
{
	const char *word;
	int length;

	switch (stop->bind.kind) {
	case BIND_NONE:
		return false;
	case BIND_PARENT:
	case BIND_SUPERVISOR:
		word = parse_nth_word(words, stop->bind.kind, &length);
		strbuf_addf(text, "%.*s", length, word);
		break;
	case BIND_PID:
		strbuf_addf(text, "%ld", (long)stop->bind.pid);
		break;
	case BIND_NAME:
		strbuf_add(text, stop->bind.name);
		break;
	}
	return true;
}
