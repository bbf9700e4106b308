/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/marks.h"

#include <errno.h>
#include <time.h>

#include "base/signals.h"

/*
 * A handler has no argument, see STYLE.  Not all zero, so that it lies with
 * the data that is written to anyway and dirties no page of its own.
 */
static struct {
	uint64_t handled;
	volatile sig_atomic_t any;
	volatile sig_atomic_t arrived[SIGNALS_LAST + 1];
} marks = { .any = 1 };

static void
handler(int signal)
{
	marks.arrived[signal] = 1;
	marks.any = 1;
}

int
marks_handle(uint64_t mask)
{
	int i;

	for (i = 1; i <= SIGNALS_LAST; i++)
		if (SIGNAL_IN(mask, i) && signals_dispose(i, handler) == -1)
			return -1;
	marks.handled = mask;
	return 0;
}

int
marks_wait(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec timeout;
	sigset_t others;
	int i, n;

	(void)sigfillset(&others);
	for (i = 1; i <= SIGNALS_LAST; i++)
		if (SIGNAL_IN(marks.handled, i))
			(void)sigdelset(&others, i);
	timeout.tv_sec = timeout_ms / 1000;
	timeout.tv_nsec = timeout_ms % 1000 * 1000000L;
	n = ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, &others);
	if (n == -1 && errno == EINTR) {
		/* The revents are as they were before, so not valid. */
		for (i = 0; i < (int)count; i++)
			fds[i].revents = 0;
		return 0;
	}
	return n;
}

int
marks_take(void)
{
	int i;

	if (!marks.any)
		return 0;
	for (i = 1; i <= SIGNALS_LAST; i++) {
		if (!marks.arrived[i])
			continue;
		marks.arrived[i] = 0;
		return i;
	}
	marks.any = 0;
	return 0;
}
