/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_MATCHED_H
#define CONTROL_MATCHED_H

#include <sys/types.h>

#include "record/claim.h"
#include "spec/spec.h"

/*
 * Verbs about processes that are told by what they are (spec->match), and not
 * by a name or a record.  They speak as dpkg's start-stop-daemon does, and
 * print what there is to say.
 */

/*
 * VERB_STATUS, VERB_SIGNAL and VERB_STOP.  Returns an exit status: of
 * VERB_STATUS that of LSB; else EX_FAILED when there was no process
 * (--idempotent: EX_DONE), EX_TIMEOUT when one refused to die.
 */
int	matched_run(const struct spec *spec);

enum matched {
	MATCHED_NONE,	/* start it; *guard is to be released afterwards */
	MATCHED_ONE,	/* it runs already, or is being started (*pid -1) */
	MATCHED_FAULT	/* that cannot be told; it has been said why */
};

/*
 * Before a start: whether what is meant runs.  *guard, which claim_init() has
 * made, is claimed until then, so that of two starts one sees the other's
 * process.  With --test nothing is claimed.
 */
enum matched	matched_look(const struct spec *spec, struct claim *guard,
		    pid_t *pid);

#endif
