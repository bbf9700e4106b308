/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/pause.h"

#include <sys/wait.h>

#include <signal.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/signals.h"
#include "os/os.h"
#include "supervise/marks.h"

int
pause_run(void)
{
	int signal;

	if (os_become_subreaper() == -1 ||
	    marks_handle(SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGTERM) |
		SIGNAL_BIT(SIGINT)) == -1) {
		diag_err("cannot set up signals");
		return EX_SETUP;
	}
	for (;;) {
		while ((signal = marks_take()) != 0)
			if (signal != SIGCHLD)
				return EX_DONE;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		(void)marks_wait(NULL, 0, -1);
	}
}
