/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/title.h"

#include <string.h>

#include "base/text.h"
#include "os/title.h"

void
title_set(struct title *title, const char *name, pid_t pid, const char *word)
{
	struct text text;

	text_init(&text, title->text, sizeof(title->text) - 1);
	text_put(&text, title->given == NULL ? "imp: " : title->given);
	if (title->given != NULL)
		name = NULL;
	if (name != NULL) {
		text_put_escaped(&text, name);
		text_put_char(&text, ' ');
	}
	if (pid != 0) {
		text_put_char(&text, '[');
		text_put_number(&text, (uint64_t)pid);
		text_put(&text, title->given == NULL ? "] " : "]");
	}
	if (title->given == NULL)
		text_put(&text, word);
	if (!title->is_shown)
		title->is_shown = os_set_title(title->text,
		    sizeof(title->text));
}
