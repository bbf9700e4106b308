/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fdio.h"

/* All in one call, where /proc is as Linux has it. */
static bool
read_ignored(uint64_t *ignored)
{
	char text[4096];
	const char *line;

	if (fdio_read_file(AT_FDCWD, "/proc/self/status", text,
		sizeof(text)) == -1)
		return false;
	line = strstr(text, "\nSigIgn:");
	if (line == NULL)
		return false;
	*ignored = strtoull(line + sizeof("\nSigIgn:") - 1, NULL, 16);
	return true;
}

static void
ask_each(uint64_t *ignored)
{
	struct sigaction action;
	int i;

	*ignored = 0;
	/* What the C library does not let us look at may be ignored. */
	for (i = 1; i <= SIGNALS_LAST; i++)
		if (sigaction(i, NULL, &action) == -1 ||
		    action.sa_handler == SIG_IGN)
			*ignored |= SIGNAL_BIT(i);
}

int
signals_dispose(int signal, void (*handler)(int))
{
	struct sigaction action;

	action.sa_handler = handler;
	action.sa_flags = 0;
	(void)sigemptyset(&action.sa_mask);
	return sigaction(signal, &action, NULL);
}

int
signals_take(sigset_t *blocked, uint64_t *ignored)
{
	sigset_t all;
	int i;

	(void)sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, blocked) == -1)
		return -1;
	if (!read_ignored(ignored))
		ask_each(ignored);
	for (i = 1; i <= SIGNALS_LAST; i++)
		/* EINVAL: those that the C library keeps to itself. */
		if (SIGNAL_IN(*ignored, i) &&
		    signals_dispose(i, SIG_DFL) == -1 && errno != EINVAL)
			return -1;
	return 0;
}

int
signals_relax(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	if (signals_dispose(SIGCHLD, SIG_DFL) == -1 ||
	    signals_dispose(SIGPIPE, SIG_DFL) == -1)
		return -1;
	return sigprocmask(SIG_SETMASK, &none, NULL);
}
