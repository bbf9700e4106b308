/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/tail.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

void
tail_put(struct log_shared *shared, struct ledger *ledger, const char *bytes,
    size_t length)
{
	size_t room = shared->tail_room;
	size_t at, part;

	if (room == 0)
		return;
	if (length > room) {
		ledger->tail_bytes += length - room;
		bytes += length - room;
		length = room;
	}
	at = (size_t)(ledger->tail_bytes % room);
	part = length < room - at ? length : room - at;
	memcpy(shared->tail + at, bytes, part);
	memcpy(shared->tail, bytes + part, length - part);
	ledger->tail_bytes += length;
}

size_t
tail_get(const struct log_shared *shared, char *buf, size_t room)
{
	uint64_t end = ledger_current(shared)->tail_bytes;
	uint64_t i, length;

	length = end < shared->tail_room ? end : shared->tail_room;
	if (length > room)
		length = room;
	for (i = 0; i < length; i++)
		buf[i] = shared->tail[(end - length + i) % shared->tail_room];
	return (size_t)length;
}

/* What a file holds from an offset on. */
static void
put_file(struct log_shared *shared, struct ledger *ledger, int fd,
    uint64_t from, char *buf, size_t buf_bytes)
{
	ssize_t n;

	while ((n = pread(fd, buf, buf_bytes, (off_t)from)) > 0) {
		tail_put(shared, ledger, buf, (size_t)n);
		from += (uint64_t)n;
	}
}

/* Open a log for reading.  Sets *bytes to its size; 0 where it cannot be. */
static int
open_log(const struct archive *archive, const char *name, uint64_t *bytes)
{
	struct stat st;
	int fd;

	*bytes = 0;
	fd = openat(archive->dir_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return -1;
	}
	*bytes = (uint64_t)st.st_size;
	return fd;
}

/* The rotated files that can be read as they are, from the youngest. */
static size_t
count_plain(struct archive *archive)
{
	size_t i = 0;

	if (archive_list(archive) == 0)
		while (i < archive->count && archive->entries[i].suffix == 0)
			i++;
	return i;
}

void
tail_put_files(struct log_shared *shared, struct ledger *ledger,
    struct archive *archive, uint64_t room, char *buf, size_t buf_bytes)
{
	char name[NAME_MAX + 1];
	uint64_t have, skip, bytes;
	size_t i = 0, plain = 0;
	int last_fd, fd;

	last_fd = open_log(archive, archive->names.file, &have);
	if (have < room)
		plain = count_plain(archive);
	while (i < plain && have < room)
		have += archive->entries[i++].bytes;
	skip = have > room ? have - room : 0;
	while (i > 0) {
		(void)rotate_format(name, sizeof(name), &archive->names,
		    &archive->entries[--i]);
		fd = open_log(archive, name, &bytes);
		if (fd != -1) {
			put_file(shared, ledger, fd, skip, buf, buf_bytes);
			(void)close(fd);
		}
		skip = 0;
	}
	if (last_fd == -1)
		return;
	put_file(shared, ledger, last_fd, skip, buf, buf_bytes);
	(void)close(last_fd);
}

size_t
tail_begin_at_line(char *buf, size_t length)
{
	const char *newline = memchr(buf, '\n', length);
	size_t skip;

	if (newline == NULL || newline + 1 == buf + length)
		return length;
	skip = (size_t)(newline - buf) + 1;
	memmove(buf, buf + skip, length - skip);
	return length - skip;
}
