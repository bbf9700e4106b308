/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/control.h"

#include "base/exitcode.h"
#include "control/act.h"
#include "control/find.h"
#include "control/inspect.h"
#include "control/list.h"
#include "control/logs.h"
#include "control/named.h"
#include "control/status.h"
#include "control/wait.h"

static int
run(const struct spec *spec, struct found *found)
{
	switch (spec->verb) {
	case VERB_LIST:
		return spec->control.named_dir != NULL
		    ? named_list(spec, found)
		    : list_run(spec, found);
	case VERB_STATUS:
		return spec->control.named_dir != NULL
		    ? named_status(spec, found)
		    : status_run(spec, found);
	case VERB_WAIT:
		return wait_run(spec, found);
	case VERB_LOGS:
		return logs_run(spec, found);
	default:
		return act_run(spec, found);
	}
}

/* --list is about all unless it is told otherwise. */
static bool
is_about_all(const struct spec *spec)
{
	return spec->verb == VERB_LIST && spec->operands.count == 0 &&
	    spec->identity.name == NULL && spec->identity.pidfile == NULL;
}

int
control_run(const struct spec *spec)
{
	static struct found found;
	int rc;

	if (spec->verb == VERB_INSPECT)
		return inspect_run(spec);
	rc = is_about_all(spec) ? find_all(&found, spec)
				: find_named(&found, spec);
	if (rc == 0)
		return run(spec, &found);
	return spec->verb == VERB_STATUS ? EX_STATUS_UNKNOWN : EX_FAILED;
}
