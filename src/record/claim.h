/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_CLAIM_H
#define RECORD_CLAIM_H

#include <limits.h>
#include <stdint.h>

#include "record/place.h"
#include "record/record.h"

/*
 * The claim to a name, pidfiles, a lock file, or several: the locks that make
 * sure of one daemon, and the directories of its keys.  The locks are
 * flock(2)s, so they belong to the open file: whoever inherits the descriptors
 * holds them, and they end with the last holder.
 */

#define CLAIM_KEYS 4

struct claim_key {
	char name[KEY_ROOM];
	int dir_fd;
	int lock_fd;
};

struct claim {
	int state_fd;		/* the state directory */
	unsigned int count;	/* of keys; 0: nothing was claimed */
	struct claim_key keys[CLAIM_KEYS]; /* the first holds the files, the
					      others hard links to them */
};

/* An empty claim, which may be released. */
void	claim_init(struct claim *claim);

/*
 * Claim the keys (all different) in the state directory at path.
 *
 * holder  storage; when the claim is held, set to the holder's record, with
 *         main and supervisor pid 0 if there is none yet.
 *
 * A start that is under way is waited for, up to ten seconds, to tell who
 * won.  A record whose processes are gone is no obstacle and is removed,
 * pidfile included.
 *
 * Returns 0, or -1 with errno: EEXIST when it is held, EAGAIN when it cannot
 * be told whether a recorded process lives, TRUST_DOUBT when the state
 * directory could be somebody else's, else from a system call.  Prints
 * nothing.
 */
int	claim_take(struct claim *claim, const char *path,
	    const char *const *keys, unsigned int count,
	    struct record *holder);

/*
 * Put the record of this claim in place.  May be called between fork and
 * exec.  *record_fd, if not NULL, is set to a descriptor for
 * claim_update_record().  Returns 0, or -1 with errno.
 */
int	claim_write_record(const struct claim *claim, const char *data,
	    size_t length, int *record_fd);

/*
 * Remove what somebody who was killed while he gave up his claim to the key
 * name has left: a directory without a record that nobody holds.
 */
void	claim_tidy(const char *path, const char *name);

/*
 * A number that no claim in another state directory has: for what is made
 * outside of it, see trust_replace().
 */
uint64_t	claim_mark(const struct claim *claim);

/* Overwrite the head of the record.  Returns 0, or -1 with errno. */
int	claim_update_record(int record_fd, const char *head);

/*
 * Give the claim up: remove what is in the directories of its keys, the
 * directories, and the locks.
 */
void	claim_release(struct claim *claim);

/* Only close the descriptors: the daemon keeps what was claimed. */
void	claim_leave(struct claim *claim);

#endif
