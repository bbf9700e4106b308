/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/init.h"

#include <signal.h>
#include <stddef.h>

#include "cli/fill.h"

/* Those that tell of a mistake of our own; they are not from elsewhere. */
static const unsigned char own[] = { SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT,
	SIGTRAP, SIGSYS };

void
init_fill(struct spec *spec)
{
	size_t i;

	spec->foreground = spec->supervise = true;
	spec->stop.kill = KILL_MAIN;
	fill_set(spec, "forward", "all");
	for (i = 0; i < sizeof(own); i++)
		spec->stop.forward.to[own[i]] = -1;
	spec->surroundings.chdir = NULL;
	spec->surroundings.umask = fill_umask();
	spec->surroundings.keep.all = true;
}
