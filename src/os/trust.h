/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_TRUST_H
#define OS_TRUST_H

#include <sys/types.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Opening and replacing files where somebody else may have been before us.
 * All print nothing, follow no symbolic link in the last component but that of
 * a directory, never block, and set close-on-exec.
 */

/*
 * What errno is for a place or a file that could be somebody else's.  EPERM
 * would be the word for it, but open(2) and mkdir(2) say that, too.
 */
#define TRUST_DOUBT ECANCELED

/*
 * Open the directory that holds the last component of path, which must be
 * absolute.  Symbolic links on the way are followed only where the link and
 * the directory that holds it belong to root or to the effective user.
 *
 * last  set to the last component, within path.
 *
 * Returns a descriptor (O_PATH), or -1 with errno: ELOOP for a link that is
 * not trusted, EINVAL if there is no last component, else from openat(2).
 */
int	trust_open_parent(const char *path, const char **last);

/* The same for a directory itself; its path may be relative. */
int	trust_open_dir(const char *path);

/*
 * Whether nobody can rename what others have in this directory: it is not
 * writable by everyone, or it is sticky.
 */
bool	trust_dir_is_sound(int dir_fd);

/* Why trust_open_output() refused, for the message. */
enum trust_refusal {
	TRUST_SYSTEM,	/* a system call failed: errno */
	TRUST_LINK,	/* a symbolic link */
	TRUST_KIND,	/* a FIFO, socket or block device */
	TRUST_LINKS,	/* a file with several names */
	TRUST_OWNER,	/* a file that belongs to somebody else */
	TRUST_DIR	/* in a directory that everyone may write to */
};

/*
 * Open name for writing output to, and make it if need be.  A regular file
 * must have one link and belong to root, to the effective user or to
 * also_uid; a character device is taken as it is.
 *
 * flags  O_APPEND, O_TRUNC, O_RDWR in place of O_WRONLY, or none.
 * mode   of a new file, whatever the umask.
 * why    set on failure.
 *
 * Returns a descriptor, or -1 with *why, and errno if that is TRUST_SYSTEM.
 */
int	trust_open_output(int dir_fd, const char *name, int flags, mode_t mode,
	    uid_t also_uid, enum trust_refusal *why);

/* The refusal in words, for "cannot open 'FILE': ...". */
const char	*trust_explain(enum trust_refusal why, int error);

/* A file that was made, whatever its name is; ino 0: none. */
struct trust_file {
	dev_t dev;
	ino_t ino;
};

/*
 * Put a file of this content at name, complete or not at all: a new file is
 * written aside and renamed.  What was at name, a symbolic link or a FIFO
 * included, is replaced and never opened; a directory makes it fail.
 *
 * mark     part of the name of the file aside.  Whoever may write name at the
 *          same time has another mark; the one who comes after a writer that
 *          was killed has the same, and replaces what that one left.
 * made     if not NULL, set before the file gets its name, so that whoever
 *          shares this memory knows it even if we are killed at once.
 * keep_fd  if not NULL, set to a descriptor (O_RDWR) of the new file.
 *
 * Allocates nothing; may be called between fork and exec.  Returns 0, or -1
 * with errno and nothing left behind.
 */
int	trust_replace(int dir_fd, const char *name, uint64_t mark, mode_t mode,
	    const void *data, size_t length, struct trust_file *made,
	    int *keep_fd);

/* Remove what a trust_replace() that was killed may have left aside. */
void	trust_remove_aside(int dir_fd, const char *name, uint64_t mark);

/* Remove name, if it is that very file. */
void	trust_remove(int dir_fd, const char *name,
	    const struct trust_file *file);

#endif
