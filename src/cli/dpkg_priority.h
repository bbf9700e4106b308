/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_DPKG_PRIORITY_H
#define CLI_DPKG_PRIORITY_H

#include <stdbool.h>

#include "spec/process.h"

/* "CLASS[:N]" as dpkg's start-stop-daemon has it, of a scheduler. */
struct dpkg_priority {
	const char *class; /* NULL: not asked for */
	int level;
};

/*
 * Take text (NULL: not asked for) apart; level is what it is without ":N".
 * Returns whether N is a number.
 */
bool	dpkg_priority_split(
    struct dpkg_priority *priority, const char *text, int level);

/*
 * Put a priority of the scheduler of processes, or of input and output, into
 * the spec.  The level becomes the one that counts where the class has none.
 * Returns NULL, or what is wrong, in the original's words.
 */
const char	*dpkg_priority_sched(
    struct dpkg_priority *priority, struct spec_surroundings *surroundings);
const char	*dpkg_priority_io(
    struct dpkg_priority *priority, struct spec_surroundings *surroundings);

#endif
