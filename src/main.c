/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/signals.h"
#include "cli/cli.h"
#include "control/control.h"
#include "control/matched.h"
#include "launch/start.h"
#include "os/os.h"
#include "supervise/pause.h"
#include "supervise/supervise.h"

static int
start(const struct spec *spec, const sigset_t *blocked, uint64_t ignored)
{
	if (spec->supervise)
		return supervise(spec, blocked, ignored);
	return start_exec(spec, blocked, ignored);
}

/* A start that only takes place if what spec->match means does not run. */
static int
start_unmatched(const struct spec *spec, const sigset_t *blocked,
    uint64_t ignored)
{
	struct claim guard;
	pid_t pid;
	int rc = EX_SETUP;

	claim_init(&guard);
	switch (matched_look(spec, &guard, &pid)) {
	case MATCHED_NONE:
		rc = start(spec, blocked, ignored);
		break;
	case MATCHED_ONE:
		rc = start_refuse(spec, pid, "it is already running");
		rc = rc == START_SATISFIED ? EX_DONE : rc;
		break;
	case MATCHED_FAULT:
		break;
	}
	claim_release(&guard);
	return rc;
}

static int
act(const struct spec *spec, const sigset_t *blocked, uint64_t ignored)
{
	bool is_matched = match_is_given(&spec->match);

	if (spec->verb == VERB_PAUSE)
		return pause_run();
	if (spec->verb == VERB_START)
		return is_matched ? start_unmatched(spec, blocked, ignored)
				  : start(spec, blocked, ignored);
	return is_matched ? matched_run(spec) : control_run(spec);
}

/*
 * Those that signals_take() could not get at.  What was not ignored is default
 * already, after our own exec.
 */
static int
reset_ignored(uint64_t ignored)
{
	int i;

	for (i = 1; i <= SIGNALS_LAST; i++)
		if (SIGNAL_IN(ignored & SIGNALS_OF_LIBC, i) &&
		    os_dispose_signal(i, false) == -1)
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	static struct spec spec;
	sigset_t blocked;
	uint64_t ignored;
	int rc;

	if (fdio_occupy_standard() == -1) {
		diag_err("cannot open '/dev/null'");
		return EX_SETUP;
	}
	if (signals_take(&blocked, &ignored) == -1 ||
	    reset_ignored(ignored) == -1) {
		diag_err("cannot set up signals");
		return EX_SETUP;
	}
	rc = cli_parse(&spec, argc, argv);
	if (rc != CLI_GO)
		return rc;
	rc = act(&spec, &blocked, ignored);
	if ((rc & SUPERVISE_COMMAND) != 0)
		return exits_map(
		    &spec.manners.command_exits, rc & ~SUPERVISE_COMMAND);
	return exits_map(&spec.manners.exits, rc);
}
