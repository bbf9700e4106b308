/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_PIDFILE_H
#define RECORD_PIDFILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "os/trust.h"
#include "record/identity.h"

/*
 * A pidfile: "PID\n", for other programs to read.  It is absent
 * or complete at every moment.
 */
struct pid_file {
	const char *path;	/* absolute, borrowed; NULL: none */
	const char *name;	/* its last component */
	int dir_fd;		/* the directory it is in */
	mode_t mode;		/* 0644, unless changed before it is written */
	uint64_t mark;		/* of the file aside, see trust_replace(); 0 */
	bool begun;		/* pid_file_write() was called */
	pid_t pid;		/* with this */
	struct trust_file made;	/* the file that it wrote */
};

/*
 * Open the directory of the pidfile at path (NULL: there is none, and the
 * other functions do nothing).  Returns 0, or -1 with errno: TRUST_DOUBT when
 * everyone may replace files in the directory, else as trust_open_parent().
 */
int	pid_file_init(struct pid_file *pidfile, const char *path);

/*
 * Write pid.  May be called between fork and exec.  Returns 0, or -1 with
 * errno from trust_replace().
 */
int	pid_file_write(struct pid_file *pidfile, pid_t pid);

/*
 * Remove it, if what is there is the file that pid_file_write() made, and
 * what that left if it was killed.
 */
void	pid_file_remove(struct pid_file *pidfile);

/* The same for what pid, which has ended, wrote itself. */
void	pid_file_remove_of(const struct pid_file *pidfile, pid_t pid);

/*
 * Remove the one at path (NULL: none) that was written for pid, a process of
 * the past, if it still says so and only its writer could have written it.
 */
void	pid_file_remove_stale(const char *path, pid_t pid);

/* Close the directory. */
void	pid_file_fini(struct pid_file *pidfile);

enum pid_file_kind {
	PIDFILE_NONE,		/* there is no such file */
	PIDFILE_NUMBER,		/* it holds one number from 2 to pid_max */
	PIDFILE_GARBAGE,	/* it holds something else */
	PIDFILE_UNTRUSTED	/* others may have written it: not read */
};

/*
 * Read the pidfile at path that somebody else may have written.  It is
 * believed only if it is a regular file that nobody but its owner may write
 * to, and the owner is root or the effective user.
 *
 * identity  set for PIDFILE_NUMBER when a process of that number lives which
 *           is not younger than the file; else its pid is 0: the number is
 *           stale, or is another's by now.
 * number    if not NULL, set to what the file says.
 */
enum pid_file_kind	pid_file_read(const char *path,
	    struct identity *identity, pid_t *number);

/*
 * The same for a pidfile in a form of its own: what follows the number, after
 * white space, is not looked at.  With loose it may belong to anybody and be
 * writable by its group, and may be a symbolic link: for when the process is
 * told by other things, too.
 */
enum pid_file_kind	pid_file_read_first(const char *path, bool loose,
	    struct identity *identity, pid_t *number);

/*
 * The number in the length bytes of text, which a NUL follows: with white space
 * around it at most, or anything after that if it is the first of more.  0:
 * something else, or no number of a process.
 */
pid_t	pid_file_parse(const char *text, size_t length, bool is_first);

#endif
