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
#include "launch/start.h"
#include "supervise/supervise.h"

static int
start(const struct spec *spec, const sigset_t *blocked, uint64_t ignored)
{
	if (spec->supervise)
		return supervise(spec, blocked, ignored);
	return start_exec(spec, blocked, ignored);
}

int
main(int argc, char **argv)
{
	static struct spec spec;
	sigset_t blocked;
	uint64_t ignored;
	int rc;

	if (fdio_occupy_standard() == -1)
		return EX_SETUP;
	if (signals_take(&blocked, &ignored) == -1) {
		diag_err("cannot set up signals");
		return EX_SETUP;
	}
	rc = cli_parse(&spec, argc, argv);
	if (rc != CLI_GO)
		return rc;
	return exits_map(&spec.manners.exits,
	    start(&spec, &blocked, ignored));
}
