/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>

/*
 * Messages to people: one line each, "imp: cannot open '/x': Permission
 * denied".  They go to the sink, stderr until diag_set_sink() says otherwise.
 * Control characters in what is printed are made visible as \xNN, so that no
 * file name and no STATUS text can drive a terminal.  A line is at most
 * DIAG_LINE_MAX bytes; a longer one is cut and ends in "...".  No function
 * here allocates or changes errno.
 */
#define DIAG_LINE_MAX 1024

enum diag_level {
	DIAG_QUIET,	/* errors only */
	DIAG_NORMAL,	/* errors, warnings, notices */
	DIAG_VERBOSE	/* and what is being done */
};

/*
 * Takes one message, without the program's name and without a newline.
 * priority is one of syslog(3)'s LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO.
 */
typedef void diag_sink(void *context, int priority, const char *line);

/* Set how much is said.  DIAG_NORMAL until called. */
void	diag_set_level(enum diag_level level);

/*
 * The name in front of each line; borrowed; "": none, and no colon either.
 * "imp" until called.
 */
void	diag_set_name(const char *name);

/* Send messages elsewhere; NULL: back to stderr. */
void	diag_set_sink(diag_sink *sink, void *context);

/* Errors: LOG_ERR, always said.  The first appends strerror(errno). */
void	diag_err(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
void	diag_errx(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));

/* Warnings: what happens instead of what was asked.  LOG_WARNING. */
void	diag_warn(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
void	diag_warnx(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));

/* Answers: a line on standard output, without a name, unless --quiet. */
void	diag_plain(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));

/* Said unless --quiet: LOG_NOTICE.  Said with --verbose: LOG_INFO. */
void	diag_notice(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));
void	diag_verbose(const char *format, ...)
	    __attribute__((__format__(__printf__, 1, 2)));

#endif
