/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_FILE_H
#define LOG_FILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log/channel.h"

/*
 * The log file that a logger writes.  Another imp may write to the same one:
 * all that is done between file_begin() and file_end() is done alone.
 */
struct file {
	const struct log_channel *channel;
	int fd; /* for reading and writing; -1 */
	dev_t dev;
	ino_t ino;
	uid_t uid;
	gid_t gid;
	uint64_t bytes; /* its size, from file_begin() on */
	uint64_t end;	/* its size at the last file_end() */
	uint64_t born_ms;
	bool has_end;	 /* .end is of this file */
	bool has_owner;	 /* .uid and .gid are known */
	bool append;	 /* O_APPEND is set */
	bool was_shared; /* somebody else has written to it */
};

void	file_init(struct file *file, const struct log_channel *channel);

/*
 * Make sure that .fd is what the path names now, opening or making it where
 * it was moved or removed, take the lock, and set .bytes.  Sets .was_shared
 * when the file has grown by somebody else's hand, or somebody does not let
 * go of the lock: then O_APPEND keeps their bytes and ours apart.
 *
 * Returns 0, or -1 with errno; an old descriptor stays open.
 */
int	file_begin(struct file *file);
void	file_end(struct file *file);

/* Take back what was written behind an offset. */
void	file_truncate(struct file *file, uint64_t offset);

/* Set .bytes again, after something was written with file_write(). */
void	file_measure(struct file *file);

/*
 * Take the directory that the path names now in place of the one kept from
 * the start; nothing happens unless it belongs to the same user.  That is done
 * where the old one was removed, too.  Returns 0 or -1.
 */
int	file_find_dir(const struct file *file);

/* Close, so that the next file_begin() opens anew. */
void	file_close(struct file *file);

/* Whether it ends in the middle of a line. */
bool	file_is_mid_line(const struct file *file);

/*
 * Move bytes from a pipe to the end.  As os_splice().
 */
ssize_t	file_splice(struct file *file, int pipe_fd, size_t length);

/*
 * Write at an offset of a file.  Returns 0, or -1 with errno; *written is set
 * to the number of bytes that were.
 */
int	file_write(
    int fd, const char *bytes, size_t length, uint64_t offset, size_t *written);

/*
 * How many of the bytes stand at offset in a file already.
 */
size_t	file_common(int fd, const char *bytes, size_t length, uint64_t offset);

#endif
