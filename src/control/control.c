/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/control.h"

#include <signal.h>

#include "base/exitcode.h"
#include "control/act.h"
#include "control/find.h"

/* main() blocks all signals; here each does what its sender expects. */
static void
unblock_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

int
control_run(const struct spec *spec)
{
	static struct found found;

	unblock_signals();
	if (find_named(&found, spec) == -1)
		return EX_FAILED;
	return act_run(spec, &found);
}
