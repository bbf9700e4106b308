/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_COMPRESS_H
#define LOG_COMPRESS_H

#include "log/logger.h"

/*
 * Compression of rotated files, by a process aside, one file at a time.
 * Its output is written under another name and takes its own when complete,
 * then the plain file is removed; archive_list() finishes what was between.
 */

/* Prepare; remove what a killed predecessor left.  Starts nothing. */
void	compress_init(struct logger *logger);

/* Start on the oldest plain file, unless one is being compressed. */
void	compress_start(struct logger *logger);

/* Take note of children that ended, and go on with the next file. */
void	compress_reap(struct logger *logger);

#endif
