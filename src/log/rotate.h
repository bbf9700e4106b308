/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_ROTATE_H
#define LOG_ROTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/log.h"

/*
 * The decisions of rotation: when, and what becomes of the rotated files.
 * Pure.
 *
 * A rotated file is called FILE.N, FILE.1 being the youngest, or FILE.TIME
 * with TIME as in 20261129T054300.123456Z; compressed ones have a suffix.
 */

/* A rotated file.  The age of two is told by .key. */
struct rotate_entry {
	uint64_t key; /* N, or microseconds since the epoch */
	uint64_t bytes;
	unsigned int suffix; /* index, see rotate_suffix(); 0: none */
};

/* What names are made of; borrowed. */
struct rotate_names {
	const char *file;
	enum log_names names;
	const char *compress; /* as in struct spec_log */
};

/*
 * The suffix that files compressed by command get: that of the well-known
 * programs, else "." and the command's name.
 */
#define ROTATE_SUFFIX_ROOM 32
void	rotate_suffix_of(char out[ROTATE_SUFFIX_ROOM], const char *command);

/* The index of that suffix in the names, the last one there is. */
unsigned int	rotate_compressed(void);

/* Of the longest name that rotate_format() makes, behind the file's own. */
#define ROTATE_NAME_EXTRA (24 + ROTATE_SUFFIX_ROOM)

/* Write the name of an entry.  Returns its length; room as by snprintf(3). */
size_t	rotate_format(char *out, size_t room, const struct rotate_names *names,
    const struct rotate_entry *entry);

/* Whether name is a rotated file, and which; .bytes is not set. */
bool	rotate_parse(const struct rotate_names *names, const char *name,
    struct rotate_entry *entry);

/* Whether a file of this size, made at born_ms, is to be rotated. */
bool rotate_is_due(const struct spec_log *log, uint64_t bytes, uint64_t born_ms,
    uint64_t now_ms);

/* When a file that is not empty is due for its age; CLOCK_NEVER. */
uint64_t	rotate_due_ms(const struct spec_log *log, uint64_t born_ms);

/* Sort from the youngest to the oldest, and by suffix where both are one. */
void	rotate_sort(
    struct rotate_entry *entries, size_t count, enum log_names names);

/*
 * How many of the numbered files, from the youngest, have to make way so
 * that 1 is free: none when 1 is, and not those behind a gap, which a logger
 * that was killed in the middle of this has left.
 */
size_t	rotate_shifts(const struct rotate_entry *entries, size_t count);

/*
 * How many of the sorted entries, from the youngest, are kept: at most keep,
 * and not more bytes than total (0: no limit).  Two entries that differ in
 * the suffix only count as one.
 */
size_t	rotate_kept(const struct rotate_entry *entries, size_t count,
    unsigned int keep, uint64_t total);

/*
 * The key of a file that is rotated at now_us, when the youngest of the
 * others has the key youngest (0: there is none).
 */
uint64_t rotate_key(enum log_names names, uint64_t now_us, uint64_t youngest);

#endif
