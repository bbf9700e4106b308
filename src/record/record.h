/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/identity.h"

/*
 * The record of a daemon: the file "record" in the directory of its key.
 * Its head, of a fixed size, tells what changes; its tail, written once,
 * what the daemon is.  The file is made aside and renamed; later the head is
 * overwritten in place by one write within one page, which needs no space on
 * the disk and is there as a whole or not at all, whoever is killed.  It
 * carries a sum, so that a reader who comes in the middle of a write reads
 * again.
 */

enum record_mode {
	RECORD_EXEC,		/* nothing of imp stayed with it */
	RECORD_SUPERVISED
};

enum record_state {
	RECORD_STARTING,	/* not yet ready */
	RECORD_UP,
	RECORD_BACKOFF,		/* waiting for its next start */
	RECORD_STOPPING,
	RECORD_GAVE_UP		/* over; kept to tell of it */
};

struct record_head {
	enum record_mode mode;
	enum record_state state;
	bool ready;
	struct identity main;		/* pid 0: none now */
	struct identity supervisor;	/* pid 0: none */
	pid_t session;			/* of the main process */
	uint64_t since_wall_ms;		/* the main process's start */
	uint64_t first_wall_ms;		/* the daemon's start */
	uint64_t restarts;
	int last_status;		/* as from wait(2); -1: none yet */
};

/* What the tail holds. */
enum record_text {
	RECORD_NAME,
	RECORD_PIDFILE,			/* absolute paths */
	RECORD_SUPERVISOR_PIDFILE,
	RECORD_COMMAND,			/* arguments, each escaped */
	RECORD_STDOUT,			/* what its output goes to */
	RECORD_STDERR,
	RECORD_SCHEDULE,		/* of --stop-schedule */
	RECORD_KILL,			/* of --kill */
	RECORD_RELOAD,			/* --reload-signal, or "command" */
	RECORD_CGROUP,			/* its directory */
	RECORD_TEXTS
};

struct record_tail {
	const char *text[RECORD_TEXTS];	/* NULL: nothing */
};

#define RECORD_HEAD_SIZE 1024
#define RECORD_SIZE	 16384		/* head and tail at most */

/* A record as read: the tail's texts are within storage. */
struct record {
	struct record_head head;
	struct record_tail tail;
	char storage[RECORD_SIZE];
};

/* How many bytes record_format() needs for this tail, at most RECORD_SIZE. */
size_t	record_room(const struct record_tail *tail);

/*
 * Write head and tail to buf (record_room() bytes).  Returns the length.  Texts
 * of the tail that do not fit are left out, the command before any other.
 */
size_t	record_format(const struct record_head *head,
	    const struct record_tail *tail, char *buf);

/*
 * Write the head alone to the first RECORD_HEAD_SIZE bytes of buf, which has
 * one more.  May be called between fork and exec.
 */
void	record_format_head(const struct record_head *head, char *buf);

/*
 * Read the record in the directory of a key.  Returns 0, or -1 with errno:
 * ENOENT if there is none, EINVAL if it is none of ours, TRUST_DOUBT if it
 * could be somebody else's, else from open(2) or read(2).
 */
int	record_read(int key_fd, struct record *record);

/*
 * The same for that of a key in the state directory place_fd, which owner
 * has written, who need not be root or ourselves.
 */
int	record_read_at(int place_fd, const char *key, uid_t owner,
	    struct record *record);

/*
 * Open the record, to read it with record_reread() even when it has been
 * removed.  Returns a descriptor, or -1 with errno as record_read().
 */
int	record_open(int key_fd, uid_t owner);
int	record_reread(int record_fd, struct record *record);

/*
 * Whether the daemon of this record lives: its main process or, so that no
 * second one is started beside it, its supervisor.
 */
enum life	record_life(const struct record *record);

#endif
