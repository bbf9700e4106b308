/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_DATAGRAM_H
#define LOG_DATAGRAM_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "spec/output.h"

/*
 * Lines as records for syslog and for the journal: one datagram each.  Pure.
 */

/* Text in one record; a longer line is continued in the next. */
#define DATAGRAM_TEXT_MAX 8000

/* What a record may be longer than its text, name and instance aside. */
#define DATAGRAM_EXTRA	  160
#define DATAGRAM_NAME_MAX 256

struct datagram {
	enum dest_kind kind;	/* DEST_SYSLOG or DEST_JOURNAL */
	int facility, priority; /* as syslog(3) has them */
	const char *name;	/* cut to DATAGRAM_NAME_MAX */
	pid_t pid;		/* 0: not told */
	uint64_t at_us;
	long utc_offset_s;
};

/*
 * Take "<N>" off the front of a line: N is a priority, or a facility and a
 * priority, which *facility and *priority are set to.  Returns its length,
 * 0 if the line begins otherwise.
 */
size_t	datagram_take_priority(
    const char *line, size_t length, int *facility, int *priority);

/*
 * Write the record of a line (without its newline) into out.  Returns its
 * length, at most length + DATAGRAM_EXTRA + DATAGRAM_NAME_MAX.
 *
 * For syslog as RFC 3164 says and /dev/log expects, without a host name:
 * "<30>Nov 29 05:43:00 name[pid]: line".  For the journal the fields of its
 * native protocol, see systemd.journal-fields(7).
 */
size_t	datagram_format(char *out, const struct datagram *datagram,
    const char *line, size_t length);

#endif
