/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_words.h"

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "cli/dialect.h"
#include "cli/fill.h"
#include "cli/help.h"

int
slack_fail(const char *message)
{
	struct strbuf text = { 0 };

	strbuf_addf(&text, "%s\n", message);
	help_add(&daemon_libslack_dialect, &text);
	return fill_fail_with(text.bytes);
}

int
slack_fail_argument(const char *option, const char *text, const char *why)
{
	return slack_fail(
	    xasprintf("Invalid --%s argument: '%s' (%s)", option, text, why));
}

int
slack_fail_missing(const char *option, const char *for_what)
{
	return slack_fail(xasprintf(
	    "Missing option: --%s (Required for --%s)", option, for_what));
}
