/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "spec/spec.h"

/* There is something to do: the spec is complete and was checked. */
#define CLI_GO (-1)

/*
 * Read a command line into spec.  The dialect is argv[0]'s, or that of
 * --as=DIALECT in argv[1].  Help, versions, completions and --explain are
 * answered here; the level and the name of messages are set.  argc may be 0.
 *
 * The strings of argv are borrowed, and so is the array.  Nothing is
 * allocated for a command line without lists.
 *
 * Returns CLI_GO, or the exit status (0 or more) after saying why.
 */
int	cli_parse(struct spec *spec, int argc, char **argv);

#endif
