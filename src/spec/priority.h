/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_PRIORITY_H
#define SPEC_PRIORITY_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/process.h"

/*
 * Which share of the machine the target gets, and which descriptors it keeps.
 * Parsers return 0, or -1 with a reason; printers whether there is a value.
 */

/* realtime[:N], best-effort[:N] or idle; N from 0 to 7, 4 if not given. */
int	io_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why);
bool	io_print(
    const struct spec_surroundings *surroundings, struct strbuf *text);

/* other, batch, idle, fifo[:N] or rr[:N]; N from 1 to 99, 1 if not given. */
int	sched_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why);
bool	sched_print(
    const struct spec_surroundings *surroundings, struct strbuf *text);

/* Processors: 0-3,8. */
int	cpus_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why);
bool	cpus_print(
    const struct spec_surroundings *surroundings, struct strbuf *text);

/* Descriptors to keep: 3,5; they are added to those that are there. */
int	keep_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why);
bool	keep_print(
    const struct spec_surroundings *surroundings, struct strbuf *text);

#endif
