/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_ARCHIVE_H
#define LOG_ARCHIVE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log/rotate.h"

/*
 * The rotated files of one log.  Every change is one rename or one removal
 * that leaves all data under a name that the next logger knows; what a
 * killed logger left half done is found and finished.
 */

/*
 * More than --log-keep can ask for, each of them plain and compressed only
 * while a logger that was killed has left it so.
 */
#define ARCHIVE_MAX 100100

struct archive {
	int dir_fd;
	struct rotate_names names;
	unsigned int keep;
	uint64_t total;
	size_t count; /* of the last archive_list() */
	struct rotate_entry entries[ARCHIVE_MAX];
};

/*
 * dir_fd and the strings are borrowed.  Nothing is looked at yet.
 */
void	archive_init(struct archive *archive, int dir_fd, const char *file,
    const struct spec_log *log);

/*
 * Read the directory into .entries, the youngest first.  Where a file is
 * there both plain and compressed, the plain one is what remained of it when
 * the logger was killed, and is removed.  Returns 0, or -1 with errno when not
 * all are known, so that none is written over: E2BIG for more than there may
 * be.
 */
int	archive_list(struct archive *archive);

/*
 * Rename the file itself to the youngest rotated one; the numbered ones make
 * way, and those too many are removed.  *moved_key, a key of a numbered file
 * that somebody works on, is changed with it.
 *
 * Returns 0, or -1 with errno; then some may have been renamed, which the
 * next try finds.
 */
int archive_push(struct archive *archive, uint64_t now_us, uint64_t *moved_key);

/* Remove what is more than .keep files or .total bytes. */
void	archive_prune(struct archive *archive);

/* Remove the oldest.  Returns false when there is none. */
bool	archive_drop_oldest(struct archive *archive);

/*
 * Find the file with this inode among the rotated and the other names in the
 * directory, and open it for reading and writing.  A descriptor, or -1.
 */
int	archive_open_inode(const struct archive *archive, dev_t dev, ino_t ino);

#endif
