/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_IMPLOG_H
#define SUPERVISE_IMPLOG_H

#include <stdint.h>

/*
 * imp's own log: a sink for diag_set_sink(), either syslog or a file.
 * Nothing is allocated after it was opened; nothing blocks but the disk.
 */
struct implog {
	int fd;			/* socket or file; -1: none at present */
	int dir_fd;		/* of the file; -1: syslog */
	const char *path;	/* of the file as the user has it */
	const char *file;	/* in dir_fd */
	const char *tag;	/* borrowed */
	const char *socket;	/* of syslog */
	uint64_t lost;		/* messages since the last that went through */
};

/*
 * Log to the file path (borrowed; relative to the working directory), or to
 * syslog with facility daemon if path is NULL.
 *
 * tag  the name in front of each line, with our pid; borrowed.
 *
 * The file is appended to, made with mode 0640, and opened as launch opens
 * the target's: never through a symbolic link and so on.  When it has been
 * moved away the next message goes to a new one.  A syslog that is not there
 * is no error: each message tries again.
 *
 * Returns 0, or -1 after it has said why.
 */
int	implog_open(struct implog *log, const char *path, const char *tag);

/*
 * A diag_sink; context is the struct implog.  What cannot be delivered is
 * counted, and the count told when something can be again.
 */
void	implog_write(void *context, int priority, const char *line);

void	implog_close(struct implog *log);

#endif
