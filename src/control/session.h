/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_SESSION_H
#define CONTROL_SESSION_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/identity.h"

/* All processes of the machine at one moment. */
struct process {
	pid_t pid, ppid, pgid, sid;
	uint64_t start;
};

struct process_table {
	struct process *items;
	size_t count, room;
};

/* Look at all of them anew.  Returns 0, or -1 with errno. */
int	process_table_take(struct process_table *table);
void	process_table_fini(struct process_table *table);

/*
 * What belongs to a main process without a supervisor: its session and its
 * descendants.  The number of a session is not given again while it has a
 * member, so as long as one that is proved to be of it lives, whoever is in
 * the session is of it as well; and so is, afterwards, whoever was born
 * before.  Nothing else is believed.
 */
struct member {
	struct identity id;
	int fd;			/* pidfd; -1: it has ended */
};

struct session {
	pid_t sid;		/* 0: only descendants count */
	pid_t group;		/* only those in it; 0: in any */
	struct identity main;
	uint64_t proved;	/* the last tick at which a member lived */
	struct member *items;	/* without the main process */
	size_t count, room;
	int error;		/* why some that belong to it may not be
				   known; 0: all are */
};

/*
 * Begin with a main process that lives.  A session that somebody else leads
 * is not its own, and not considered.  group: of processes, 0: any.
 */
void	session_init(struct session *session, const struct identity *main,
	    pid_t sid, pid_t group);

/*
 * Add the main process's descendants; main_fd is its pidfd.  Much cheaper than
 * a look at all processes, and enough as long as the session tells the rest.
 */
void	session_take_descendants(struct session *session, int main_fd);

/* Whether a member is known that lives; the main process is not counted. */
bool	session_has_living(struct session *session);

/*
 * Whether, the main process having been reaped, nothing can be left: no member
 * lives, and the number of the session is free.
 */
bool	session_is_over(struct session *session);

/* A member, the main process for example, is known to live now. */
void	session_prove(struct session *session);

/*
 * Add those in table who belong to it and are not known yet.  Returns how
 * many there are that live.
 */
size_t	session_update(struct session *session,
	    const struct process_table *table);

/* Send a signal to all members that live, the main process excepted. */
void	session_signal(const struct session *session, int signal);

void	session_fini(struct session *session);

#endif
