/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_INSTANCE_H
#define SPEC_INSTANCE_H

#include "spec/spec.h"

/*
 * The spec of one of several instances: number 1 and up.  Its name is
 * NAME@NUMBER; "%i" in the paths of pidfiles, of input, outputs, environment
 * files and imp's own log, in commands behind '|' and in --env is the number,
 * "%%" a '%'; and it has IMP_INSTANCE in its environment.  What *instance needs
 * is allocated and never freed.
 */
void	spec_instance(const struct spec *spec, unsigned int number,
	    struct spec *instance);

#endif
