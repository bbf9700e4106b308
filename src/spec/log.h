/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_LOG_H
#define SPEC_LOG_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "spec/rate.h"

enum log_stamp {
	LOG_STAMP_NONE,
	LOG_STAMP_ISO,		/* local time with its offset from UTC */
	LOG_STAMP_ISO_UTC,
	LOG_STAMP_EPOCH,
	LOG_STAMP_TAI64N
};

enum log_full {
	LOG_FULL_BLOCK,		/* the target waits in its write(2) */
	LOG_FULL_DROP,		/* output is thrown away, and counted */
	LOG_FULL_DELETE_OLDEST	/* rotated files make room */
};

enum log_names {
	LOG_NAMES_NUMBER,	/* FILE.1 is the youngest */
	LOG_NAMES_TIME		/* FILE.20261129T054300.123456Z */
};

/* What the logger does to what the target writes. */
struct spec_log {
	mode_t mode;		/* of new files, here and without a logger */
	bool rotate;		/* one of the next four was given */
	uint64_t max_bytes;	/* 0: no limit */
	uint64_t max_age_ms;	/* 0: no limit */
	unsigned int keep;	/* rotated files that are kept */
	uint64_t total_bytes;	/* of all rotated files; 0: no limit */
	enum log_names names;
	const char *compress;	/* gzip, zstd, xz or a command; NULL: no */
	enum log_stamp stamp;
	const char *prefix;	/* with %n %i %p %s; NULL: none */
	const char *tag;	/* for syslog; NULL: the daemon's name */
	int reopen_signal;	/* to the supervisor: open files anew */
	enum log_full full;
	struct rate rate;	/* lines that are let through */
	uint64_t tail_bytes;	/* last output kept in memory */
};

#endif
