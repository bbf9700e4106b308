/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/signals.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "control/control.h"
#include "control/matched.h"
#include "launch/instances.h"
#include "launch/start.h"
#include "os/os.h"
#include "supervise/pause.h"
#include "supervise/supervise.h"

/* Of a start: the signals as imp's caller had them, and what guards it. */
struct setting {
	sigset_t blocked;
	uint64_t ignored;
	struct claim *guard;
};

static int
start(void *context, const struct spec *spec)
{
	const struct setting *setting = context;

	if (spec->supervise)
		return supervise(spec, &setting->blocked, setting->ignored);
	return start_exec(
	    spec, &setting->blocked, setting->ignored, setting->guard);
}

/* They are one command: those that did start go with those that did not. */
static void
stop_started(const struct spec *spec, const struct instance_outcome *outcomes)
{
	struct spec stop = *spec;
	unsigned int i;

	stop.verb = VERB_STOP;
	stop.level = DIAG_QUIET;
	stop.identity.name = stop.identity.pidfile = NULL;
	stop.operands.items = NULL;
	stop.operands.count = stop.operands.room = 0;
	for (i = 0; i < spec->identity.instances; i++)
		if (outcomes[i].status == EX_DONE && !outcomes[i].was_running)
			strlist_add(&stop.operands,
			    xasprintf("%s@%u", spec->identity.name, i + 1));
	if (stop.operands.count > 0 && signals_relax() == 0)
		(void)control_run(&stop);
}

static int
start_instances(struct setting *setting, const struct spec *spec)
{
	unsigned int count = spec->identity.instances;
	struct instance_outcome *outcomes;
	unsigned int i, started = 0;
	int rc;

	outcomes = xcalloc(count, sizeof(*outcomes));
	rc = instances_start(spec, start, setting, outcomes);
	for (i = 0; i < count; i++)
		started += outcomes[i].status == EX_DONE;
	if (started == count) {
		diag_verbose("%u of %u instances of '%s' run", started, count,
		    spec->identity.name);
		return rc;
	}
	diag_errx("%u of %u instances of '%s' could be started%s", started,
	    count, spec->identity.name,
	    spec->identity.partial || started == 0 ? ""
						   : "; stopping them");
	if (!spec->identity.partial)
		stop_started(spec, outcomes);
	return rc;
}

/* A start that only takes place if what spec->match means does not run. */
static int
start_unmatched(struct setting *setting, const struct spec *spec)
{
	struct claim guard;
	pid_t pid;
	int rc = EX_SETUP;

	claim_init(&guard);
	switch (matched_look(spec, &guard, &pid)) {
	case MATCHED_NONE:
		setting->guard = &guard;
		rc = start(setting, spec);
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
take_signals(struct setting *setting)
{
	uint64_t left;
	int i;

	if (signals_take(&setting->blocked, &setting->ignored) == -1)
		return -1;
	/*
	 * Those that the C library keeps to itself.  What was not ignored is
	 * default already, after our own exec.
	 */
	left = setting->ignored & SIGNALS_OF_LIBC;
	for (i = 1; i <= SIGNALS_LAST; i++)
		if (SIGNAL_IN(left, i) && os_dispose_signal(i, false) == -1)
			return -1;
	return 0;
}

static int
act(struct setting *setting, const struct spec *spec)
{
	bool stays = spec->verb == VERB_START || spec->verb == VERB_PAUSE;
	bool is_matched = match_is_given(&spec->match);

	if ((stays ? take_signals(setting) : signals_relax()) == -1) {
		diag_err("cannot set up signals");
		return EX_SETUP;
	}
	if (spec->verb == VERB_PAUSE)
		return pause_run();
	if (!stays)
		return is_matched ? matched_run(spec) : control_run(spec);
	if (spec->identity.instances > 0)
		return start_instances(setting, spec);
	return is_matched ? start_unmatched(setting, spec)
			  : start(setting, spec);
}

int
main(int argc, char **argv)
{
	static struct spec spec;
	struct setting setting = { .guard = NULL };
	int rc;

	if (fdio_occupy_standard() == -1) {
		diag_err("cannot open '/dev/null'");
		return EX_SETUP;
	}
	rc = cli_parse(&spec, argc, argv);
	if (rc != CLI_GO)
		return rc;
	rc = act(&setting, &spec);
	if ((rc & SUPERVISE_COMMAND) != 0)
		return exits_map(
		    &spec.manners.command_exits, rc & ~SUPERVISE_COMMAND);
	return exits_map(&spec.manners.exits, rc);
}
