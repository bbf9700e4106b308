/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What all the benchmarks need.  What fails ends the program, and says so. */

/* Monotonic. */
int64_t	bench_now_ns(void);

/* Sorts the n values, of which there is at least one. */
double	bench_median(double *values, int n);

/* Whether a peer can be run.  Words in capitals stand for what we bring. */
bool	bench_has(const char *program);

/* Start a program, which is found by PATH: it runs when we return. */
pid_t	bench_launch(const char *const *argv);

/*
 * Make a directory of our own, where it can be in memory, as /run is; any
 * user may search it.
 *
 * dir  BENCH_DIR_SIZE bytes; set to its path.
 */
#define BENCH_DIR_SIZE 32
void	bench_make_dir(char *dir);

/* Remove it with all that is in it. */
void	bench_remove_dir(const char *dir);

/* Copy a program to where any user may run it. */
void	bench_copy(const char *from, const char *to);

#endif
