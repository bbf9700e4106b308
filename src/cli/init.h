/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_INIT_H
#define CLI_INIT_H

#include "spec/spec.h"

/*
 * What the small init programs of containers have in common: stay in the
 * foreground with one command that inherits everything, hand all signals on
 * to it, reap what it leaves behind, and end when it ends.
 */
void	init_fill(struct spec *spec);

#endif
