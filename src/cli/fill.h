/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_FILL_H
#define CLI_FILL_H

#include <sys/types.h>

#include "cli/option.h"
#include "spec/spec.h"

/* What the fill functions of several dialects need. */

/* Our own umask, which the target gets where the original leaves it alone. */
mode_t	fill_umask(void);

/* Our own directory, for a supervisor that is elsewhere; NULL: not known. */
const char	*fill_directory(void);

/* A file of any name; imp's own words for other destinations are none here. */
struct dest	fill_file(const char *path);

/*
 * Read text into a field without marking it as given.  For texts that are
 * right for sure.
 */
void	fill_set(struct spec *spec, const char *key, const char *text);

/* What is wrong with a command line, in the words of getopt_long(3). */
const char	*fill_getopt_words(const struct option_problem *problem);

/* "Try 'PROGRAM --help' for more information." */
void	fill_point_to_help(const char *program);

#endif
