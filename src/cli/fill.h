/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_FILL_H
#define CLI_FILL_H

#include <sys/types.h>

#include "cli/option.h"
#include "spec/spec.h"

/* What the fill functions of several dialects need. */

/* The headings of a help that needs only one. */
extern const char *const fill_one_group[];

/* Our own umask, which the target gets where the original leaves it alone. */
mode_t	fill_umask(void);

/* Our own directory, for a supervisor that is elsewhere; NULL: not known. */
const char	*fill_directory(void);

/*
 * Whether path could be opened for writing, or made: 0, or the errno with
 * which that would fail.  For tools that tell of it in their own words; what
 * this overlooks is told in imp's.
 */
int	fill_write_fault(const char *path);

/* A file of any name; imp's own words for other destinations are none here. */
struct dest	fill_file(const char *path);

/* Text with its percent signs doubled, for what has blanks to be filled in. */
const char	*fill_literal(const char *text);

/*
 * Read text into a field without marking it as given.  For texts that are
 * right for sure.
 */
void	fill_set(struct spec *spec, const char *key, const char *text);

/* What is wrong with a command line, in the words of getopt_long(3). */
const char	*fill_getopt_words(const struct option_problem *problem);

/*
 * Say that with the name of the program in front, as getopt_long(3) does.
 * Returns EX_FAILED.
 */
int	fill_complain(const struct option_problem *problem,
    const struct spec *spec, const char *program);

/* Print text, which is all there is to say, and return EX_FAILED. */
int	fill_fail_with(const char *text);

/*
 * A tool that knows two outcomes: all of imp's own statuses but 0 are 1,
 * except those that others (NULL: none) names.
 */
void	fill_exits(struct spec *spec, const char *others);

/* "Try 'PROGRAM --help' for more information." */
void	fill_point_to_help(const char *program);

#endif
