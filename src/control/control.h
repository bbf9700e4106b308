/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include "spec/spec.h"

/*
 * Do what a verb other than VERB_START asks for, with the daemons that the
 * spec names.  Prints what there is to say.  Returns the exit status: of
 * several, the worst.
 */
int	control_run(const struct spec *spec);

#endif
