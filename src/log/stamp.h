/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_STAMP_H
#define LOG_STAMP_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "spec/log.h"

/*
 * What stands in front of a line.  Pure, but for stamp_utc_offset().
 */

#define STAMP_ROOM 40  /* of any stamp, its NUL included */
#define HEAD_ROOM  512 /* of a stamp and a prefix */

/*
 * Format a time, in microseconds since the epoch, without a blank behind it:
 *
 *	2026-11-29T07:43:00.123456+01:00	LOG_STAMP_ISO
 *	2026-11-29T06:43:00.123456Z		LOG_STAMP_ISO_UTC
 *	1795934580.123456			LOG_STAMP_EPOCH
 *	@400000006b0bc97e075bca00		LOG_STAMP_TAI64N, 10 s ahead of
 *						UTC as daemontools has it
 *
 * utc_offset_s is local time's, for LOG_STAMP_ISO.  Returns the length, 0
 * for LOG_STAMP_NONE.
 */
size_t	stamp_format(char out[STAMP_ROOM], enum log_stamp stamp, uint64_t at_us,
    long utc_offset_s);

/* Seconds that local time is ahead of UTC then.  Allocates on first use. */
long	stamp_utc_offset(uint64_t at_us);

/* What a prefix may tell. */
struct stamp_words {
	const char *name;     /* %n */
	const char *instance; /* %i */
	const char *stream;   /* %s */
	pid_t pid;	      /* %p */
};

/*
 * Expand %n, %i, %p, %s and %% in template; any other % stands for itself.
 * Returns the length, or room if it does not fit (what fits is there).
 */
size_t	stamp_prefix(char *out, size_t room, const char *template,
    const struct stamp_words *words);

#endif
