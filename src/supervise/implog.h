/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_IMPLOG_H
#define SUPERVISE_IMPLOG_H

#include <stdint.h>

/*
 * imp's own log: a sink for diag_set_sink(), either syslog or a file.
 * Nothing is allocated after it was opened.
 */
struct implog {
	int fd;			/* socket or file; -1: none at present */
	const char *path;	/* of the file, borrowed; NULL: syslog */
	const char *tag;	/* borrowed */
	uint64_t lost;		/* messages that could not be delivered */
};

/*
 * Write to path (borrowed), or to syslog with facility daemon if path is
 * NULL.  The file is appended to, made with mode 0640, never through a
 * symbolic link, and must be a regular file with one link.
 *
 * tag  the name in front of each line: "imp" or "imp[NAME]".
 *
 * Returns 0, or -1 with errno.  An absent syslog is no error: each message
 * tries again.
 */
int	implog_open(struct implog *log, const char *path, const char *tag);

/* A diag_sink; context is the struct implog. */
void	implog_write(void *context, int priority, const char *line);

/* For a rotated file: the next message opens it anew. */
void	implog_reopen(struct implog *log);

void	implog_close(struct implog *log);

#endif
