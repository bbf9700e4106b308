/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/tail.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "log/archive.h"

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

/* Read the last of a file into the end of the room.  Returns the bytes. */
static size_t
read_last(int dir_fd, const char *name, char *buf, size_t room)
{
	struct stat st;
	size_t want = 0;
	ssize_t n = 0;
	int fd;

	fd = openat(dir_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		want = st.st_size < (off_t)room ? (size_t)st.st_size : room;
		n = pread(
		    fd, buf + room - want, want, st.st_size - (off_t)want);
	}
	(void)close(fd);
	/* It was truncated meanwhile: there is nothing whole to show. */
	return n == (ssize_t)want ? want : 0;
}

size_t
tail_read_files(int dir_fd, const char *file, const struct spec_log *log,
    char *buf, size_t room)
{
	struct archive archive;
	char name[NAME_MAX + 1];
	size_t used, i, n;

	used = read_last(dir_fd, file, buf, room);
	archive_init(&archive, dir_fd, file, log);
	if (used < room && archive_list(&archive) == 0)
		for (i = 0; i < archive.count && used < room; i++) {
			if (archive.entries[i].suffix != 0)
				break;
			(void)rotate_format(name, sizeof(name), &archive.names,
			    &archive.entries[i]);
			n = read_last(dir_fd, name, buf, room - used);
			used += n;
		}
	memmove(buf, buf + room - used, used);
	return used;
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
