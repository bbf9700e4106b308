/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_HISTORY_H
#define RECORD_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The last ends of a daemon's main process: the file "history" in the
 * directory of its key.  Each has a place of a fixed size that is overwritten
 * by one write, so that it takes no new space on the disk.
 */

#define HISTORY_ENTRIES 20

/* What led to the end, besides what wait(2) says. */
enum history_cause {
	HISTORY_ENDED,		/* it ended by itself, or by a stranger's
				   signal */
	HISTORY_STOP,		/* asked to stop or to restart */
	HISTORY_TIME,		/* --max-runtime */
	HISTORY_UNREADY,	/* --ready-timeout */
	HISTORY_OOM,		/* killed for want of memory */
	HISTORY_NO_START,	/* could not be started: .error */
	HISTORY_CAUSES
};

struct history_entry {
	uint64_t number;	/* set by history_add(): 1, 2, ... */
	uint64_t wall_ms;	/* when it ended */
	uint64_t uptime_ms;
	enum history_cause cause;
	int status;		/* as from wait(2); core dump included */
	int error;		/* errno of HISTORY_NO_START */
	int pid;
	uint64_t cpu_ms;	/* from wait4(2): user and system time */
	uint64_t peak_bytes;	/* resident */
};

struct history {
	int fd;			/* -1: closed; then nothing is kept */
	uint64_t count;		/* of all entries ever made */
};

/*
 * Make an empty history in the directory dir_fd, and a hard link to it in
 * second_fd if that is not -1.  Returns 0, or -1 with errno and *history
 * closed.
 */
int	history_open(struct history *history, int dir_fd, int second_fd);

/*
 * Add an entry in place of the oldest.  Allocates nothing.  Returns 0, or -1
 * with errno: the disk is full, and the entry lost.
 */
int	history_add(struct history *history,
	    const struct history_entry *entry);

void	history_close(struct history *history);

/*
 * Read a history, youngest first.  Returns the number of entries, 0 if there
 * is none to read.
 */
unsigned int	history_read(int dir_fd,
		    struct history_entry entries[HISTORY_ENTRIES]);

/* "stop", "out-of-memory" and so on: static text. */
const char	*history_cause_name(enum history_cause cause);

#endif
