/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_EXITCODE_H
#define BASE_EXITCODE_H

/*
 * The exit statuses of imp's own dialect; the manual has the same table.
 * EX_TIMEOUT to EX_NOTFOUND are those of timeout(1), env(1) and the shell;
 * EX_RUNNING is sysexits(3)'s EX_TEMPFAIL.
 */
enum exit_code {
	EX_DONE = 0,		/* done; what was started runs */
	EX_FAILED = 1,		/* the operation failed */
	EX_BADUSAGE = 2,	/* unknown option, impossible combination */
	EX_RUNNING = 75,	/* already running */
	EX_TIMEOUT = 124,	/* a time limit ran out */
	EX_SETUP = 125,		/* a set-up step failed, nothing is running */
	EX_NOEXEC = 126,	/* the command cannot be executed */
	EX_NOTFOUND = 127,	/* the command was not found */
	EX_SIGNALLED = 128,	/* + N: ended by signal N */

	/* --status, as LSB has them; 0 is running */
	EX_STATUS_DEAD = 1,	/* not running, but its pidfile is there */
	EX_STATUS_STOPPED = 3,	/* not running */
	EX_STATUS_UNKNOWN = 4	/* cannot be told */
};

#endif
