/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_SLACK_START_H
#define CLI_SLACK_START_H

#include <stdbool.h>

#include "base/strlist.h"
#include "spec/spec.h"

/* What libslack's daemon was told; what it means depends on the verb. */
struct marks {
	const char *name, *command, *pidfiles, *pidfile, *user, *chroot, *chdir,
	    *umask, *acceptable, *attempts, *delay, *limit, *errlog, *dbglog,
	    *output, *out, *err, *signal, *config, *pty, *verbose, *debug;
	struct strlist env;
	bool inherit, unsafe, safe, core, respawn, idiot, foreground, running,
	    restart, stop, list, noconfig, ignored;
};

/* An absolute path in the root directory that was given, from outside of it. */
const char	*slack_in_root(const struct marks *marks, const char *path);

/*
 * Make a start of it: the command, how often it is started again, where its
 * output goes, as whom and in which surroundings.  Returns CLI_GO, or the
 * exit status after saying why.
 */
int	slack_start(struct spec *spec, const struct marks *marks);

#endif
