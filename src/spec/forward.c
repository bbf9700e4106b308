/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/forward.h"

#include <signal.h>
#include <string.h>

#define FIRST_REALTIME 32 /* the kernel's */

/*
 * KILL and STOP cannot be caught; CHLD tells about our own children; the C
 * library keeps the first real-time signals for its threads.
 */
static bool
can_be_forwarded(int signal)
{
	if (signal >= FIRST_REALTIME && signal < SIGRTMIN)
		return false;
	return signal != SIGKILL && signal != SIGSTOP && signal != SIGCHLD;
}

static void
forward_each(struct spec_stop *stop, bool drop)
{
	int signal;

	for (signal = 1; signal <= SIGNALS_LAST; signal++)
		if (can_be_forwarded(signal))
			stop->forward.to[signal] =
			    (signed char)(drop ? 0 : signal);
}

static bool
parse_forward_word(struct spec_stop *stop, const char *item)
{
	if (strcmp(item, "group") == 0)
		stop->forward.group = true;
	else if (strcmp(item, "all") == 0)
		forward_each(stop, false);
	else if (strcmp(item, "none") == 0)
		forward_each(stop, true);
	else
		return false;
	return true;
}

static int
parse_mapping(struct spec_stop *stop, const char *item, struct reason *why)
{
	char from_text[PARSE_ITEM_ROOM];
	struct reason ignored;
	int from, to;

	(void)parse_item(&item, '=', from_text);
	if (parse_signal(from_text, &from, &ignored) == -1)
		return reason_set(why,
		    "must be a list of SIG, SIG=SIG, SIG=, "
		    "all, none, group; '%.64s' is no signal",
		    from_text);
	if (!can_be_forwarded(from))
		return reason_set(why, "must not have KILL, STOP or CHLD in "
				       "front, which cannot be forwarded");
	if (item == NULL)
		to = from;
	else if (*item == '\0')
		to = 0;
	else if (parse_signal(item, &to, why) == -1)
		return -1;
	stop->forward.to[from] = (signed char)to;
	return 0;
}

int
forward_parse(struct spec_stop *stop, const char *text, struct reason *why)
{
	char item[PARSE_ITEM_ROOM];

	while (parse_item(&text, ',', item))
		if (!parse_forward_word(stop, item) &&
		    parse_mapping(stop, item, why) == -1)
			return -1;
	return 0;
}

static void
print_mapping(int from, int to, struct strbuf *text)
{
	print_signal(text, from);
	if (to == from)
		return;
	strbuf_add(text, "=");
	if (to != 0)
		print_signal(text, to);
}

bool
forward_print(const struct spec_stop *stop, struct strbuf *text)
{
	const char *separator = "";
	int signal;

	if (stop->forward.group) {
		strbuf_add(text, "group");
		separator = ",";
	}
	for (signal = 1; signal <= SIGNALS_LAST; signal++)
		if (stop->forward.to[signal] != -1) {
			strbuf_add(text, separator);
			print_mapping(signal, stop->forward.to[signal], text);
			separator = ",";
		}
	return *separator != '\0';
}
