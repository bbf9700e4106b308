/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/archive.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/directory.h"
#include "os/pipe.h"

void
archive_init(struct archive *archive, int dir_fd, const char *file,
    const struct spec_log *log)
{
	archive->dir_fd = dir_fd;
	archive->names.file = file;
	archive->names.names = log->names;
	archive->names.compress = log->compress;
	archive->keep = log->keep;
	archive->total = log->total_bytes;
	archive->count = 0;
}

static void
name_of(const struct archive *archive, const struct rotate_entry *entry,
    char name[NAME_MAX + 1])
{
	(void)rotate_format(name, NAME_MAX + 1, &archive->names, entry);
}

static int
remove_entry(const struct archive *archive, const struct rotate_entry *entry)
{
	char name[NAME_MAX + 1];

	name_of(archive, entry, name);
	return unlinkat(archive->dir_fd, name, 0);
}

static int
found_name(void *context, const char *name)
{
	struct archive *archive = context;
	struct rotate_entry entry;
	struct stat st;

	if (!rotate_parse(&archive->names, name, &entry))
		return 0;
	if (fstatat(archive->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	if (archive->count == ARCHIVE_MAX)
		return E2BIG;
	entry.bytes = (uint64_t)st.st_size;
	archive->entries[archive->count++] = entry;
	return 0;
}

/* A plain file sorts before the compressed one of the same key. */
static void
remove_pairs(struct archive *archive)
{
	struct rotate_entry *entries = archive->entries;
	size_t i, kept = 0;

	for (i = 0; i < archive->count; i++) {
		if (i + 1 < archive->count && entries[i].suffix == 0 &&
		    entries[i + 1].key == entries[i].key &&
		    remove_entry(archive, &entries[i]) == 0)
			continue;
		entries[kept++] = entries[i];
	}
	archive->count = kept;
}

int
archive_list(struct archive *archive)
{
	int rc;

	archive->count = 0;
	rc = os_each_name(archive->dir_fd, ".", found_name, archive);
	if (rc > 0)
		errno = rc;
	if (rc != 0)
		return -1;
	rotate_sort(archive->entries, archive->count, archive->names.names);
	remove_pairs(archive);
	return 0;
}

static void
keep_only(struct archive *archive, unsigned int keep)
{
	size_t kept =
	    rotate_kept(archive->entries, archive->count, keep, archive->total);

	while (archive->count > kept) {
		archive->count--;
		(void)remove_entry(archive, &archive->entries[archive->count]);
	}
}

void
archive_prune(struct archive *archive)
{
	if (archive_list(archive) == 0)
		keep_only(archive, archive->keep);
}

/* From the oldest, so that each finds its new name free. */
static int
shift(struct archive *archive, uint64_t *moved_key)
{
	size_t i = rotate_shifts(archive->entries, archive->count);
	struct rotate_entry *entry;
	char from[NAME_MAX + 1], to[NAME_MAX + 1];

	while (i > 0) {
		entry = &archive->entries[--i];
		name_of(archive, entry, from);
		entry->key++;
		name_of(archive, entry, to);
		if (renameat(archive->dir_fd, from, archive->dir_fd, to) == -1)
			return -1;
		if (entry->suffix == 0 && entry->key == *moved_key + 1)
			*moved_key = entry->key;
	}
	return 0;
}

int
archive_push(struct archive *archive, uint64_t now_us, uint64_t *moved_key)
{
	struct rotate_entry entry;
	char to[NAME_MAX + 1];

	if (archive_list(archive) == -1)
		return -1;
	/* First, since the disk may be full. */
	keep_only(archive, archive->keep > 0 ? archive->keep - 1 : 0);
	if (archive->names.names == LOG_NAMES_NUMBER &&
	    shift(archive, moved_key) == -1)
		return -1;
	memset(&entry, 0, sizeof(entry));
	entry.key = rotate_key(archive->names.names, now_us,
	    archive->count > 0 ? archive->entries[0].key : 0);
	name_of(archive, &entry, to);
	return renameat(
	    archive->dir_fd, archive->names.file, archive->dir_fd, to);
}

bool
archive_drop_oldest(struct archive *archive)
{
	if (archive_list(archive) == -1 || archive->count == 0)
		return false;
	archive->count--;
	return remove_entry(archive, &archive->entries[archive->count]) == 0;
}

struct inode_search {
	const struct archive *archive;
	dev_t dev;
	ino_t ino;
	int fd;
};

static int
found_inode(void *context, const char *name)
{
	struct inode_search *search = context;
	struct stat st;
	int fd;

	if (fstatat(search->archive->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) ==
		-1 ||
	    st.st_ino != search->ino || st.st_dev != search->dev ||
	    !S_ISREG(st.st_mode))
		return 0;
	fd = openat(search->archive->dir_fd, name,
	    O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && st.st_ino == search->ino &&
	    st.st_dev == search->dev) {
		search->fd = fd;
		return 1;
	}
	(void)close(fd);
	return 0;
}

int
archive_open_inode(const struct archive *archive, dev_t dev, ino_t ino)
{
	struct inode_search search = { archive, dev, ino, -1 };

	(void)os_each_name(archive->dir_fd, ".", found_inode, &search);
	return search.fd;
}
