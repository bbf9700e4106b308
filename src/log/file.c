/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/file.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "os/pipe.h"
#include "os/trust.h"

/* For as long as this we wait for another logger to release the lock. */
#define LOCK_TRIES  100
#define LOCK_TRY_MS 1

void
file_init(struct file *file, const struct log_channel *channel)
{
	memset(file, 0, sizeof(*file));
	file->channel = channel;
	file->fd = -1;
}

static bool
is_open_at(const struct file *file, const struct stat *st)
{
	return file->fd != -1 && file->ino == st->st_ino &&
	       file->dev == st->st_dev;
}

/* A new file belongs to whom the one before belonged. */
static void
keep_owner(struct file *file, int fd, const struct stat *st)
{
	if (file->has_owner && st->st_size == 0 &&
	    (file->uid != st->st_uid || file->gid != st->st_gid) &&
	    fchown(fd, file->uid, file->gid) == 0)
		return;
	file->uid = st->st_uid;
	file->gid = st->st_gid;
	file->has_owner = true;
}

int
file_find_dir(const struct file *file)
{
	int dir_fd = file->channel->dir_fd;
	struct stat old, new;
	const char *last;
	int fd, rc = -1;

	fd = trust_open_parent(file->channel->config.path, &last);
	if (fd == -1)
		return -1;
	/* As whom we work was decided by the owner. */
	if (fstat(dir_fd, &old) == 0 && fstat(fd, &new) == 0 &&
	    old.st_uid == new.st_uid && dup3(fd, dir_fd, O_CLOEXEC) != -1)
		rc = 0;
	fdio_close(&fd);
	return rc;
}

/* Whether the directory was removed, so that nothing can be made in it. */
static bool
has_no_dir(const struct file *file)
{
	struct stat st;

	return fstat(file->channel->dir_fd, &st) == 0 && st.st_nlink == 0;
}

static int
open_anew(struct file *file)
{
	const struct log_config *config = &file->channel->config;
	enum trust_refusal why;
	struct stat st;
	int fd;

	if (has_no_dir(file) && file_find_dir(file) == -1)
		return -1;
	fd = trust_open_output(file->channel->dir_fd, file->channel->file,
	    O_RDWR, config->log->mode, config->uid, &why);
	if (fd == -1) {
		if (why != TRUST_SYSTEM)
			errno = EPERM;
		return -1;
	}
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		fdio_close(&fd);
		errno = EPERM;
		return -1;
	}
	keep_owner(file, fd, &st);
	fdio_close(&file->fd);
	file->fd = fd;
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	file->bytes = (uint64_t)st.st_size;
	file->has_end = false;
	file->append = false;
	if (os_file_born(fd, &file->born_ms) == -1)
		file->born_ms = clock_wall_ms();
	return 0;
}

/* Returns 1 when the file was opened anew, 0 when it was open. */
static int
refresh(struct file *file)
{
	struct stat st;

	if (fstatat(file->channel->dir_fd, file->channel->file, &st,
		AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_open_at(file, &st)) {
		file->bytes = (uint64_t)st.st_size;
		return 0;
	}
	return open_anew(file) == -1 ? -1 : 1;
}

/*
 * Whoever may read the file can take this lock and keep it, so we do not
 * wait for ever; O_APPEND is then what keeps writers apart.
 */
static void
lock(struct file *file)
{
	int i;

	for (i = 0; i < LOCK_TRIES; i++) {
		if (flock(file->fd, LOCK_EX | LOCK_NB) == 0)
			return;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return;
		(void)poll(NULL, 0, LOCK_TRY_MS);
	}
	file->was_shared = true;
}

static void
set_append(struct file *file)
{
	if (file->was_shared && !file->append)
		file->append = fcntl(file->fd, F_SETFL, O_APPEND) == 0;
}

int
file_begin(struct file *file)
{
	int rc, saved;

	if (file->fd == -1 && open_anew(file) == -1)
		return -1;
	/* Until the file that is locked is the one that the path names. */
	do {
		lock(file);
		rc = refresh(file);
	} while (rc == 1);
	if (rc == -1) {
		saved = errno;
		(void)flock(file->fd, LOCK_UN);
		errno = saved;
		return -1;
	}
	/* The clock has been set back: its age counts from now on. */
	if (file->born_ms > clock_wall_ms())
		file->born_ms = clock_wall_ms();
	if (file->has_end && file->bytes > file->end)
		file->was_shared = true;
	set_append(file);
	return 0;
}

void
file_measure(struct file *file)
{
	struct stat st;

	if (fstat(file->fd, &st) == 0)
		file->bytes = (uint64_t)st.st_size;
}

void
file_truncate(struct file *file, uint64_t offset)
{
	if (ftruncate(file->fd, (off_t)offset) == 0)
		file->bytes = offset;
}

void
file_end(struct file *file)
{
	if (file->fd == -1)
		return;
	file->end = file->bytes;
	file->has_end = true;
	(void)flock(file->fd, LOCK_UN);
}

void
file_close(struct file *file)
{
	fdio_close(&file->fd);
}

bool
file_is_mid_line(const struct file *file)
{
	char last;

	if (file->bytes == 0 ||
	    pread(file->fd, &last, 1, (off_t)file->bytes - 1) != 1)
		return false;
	return last != '\n';
}

ssize_t
file_splice(struct file *file, int pipe_fd, size_t length)
{
	off_t at = (off_t)file->bytes;
	ssize_t n = os_splice(pipe_fd, file->fd, &at, length);

	if (n > 0)
		file->bytes += (uint64_t)n;
	return n;
}

int
file_write(
    int fd, const char *bytes, size_t length, uint64_t offset, size_t *written)
{
	ssize_t n;

	*written = 0;
	while (*written < length) {
		n = pwrite(fd, bytes + *written, length - *written,
		    (off_t)(offset + *written));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		*written += (size_t)n;
	}
	return 0;
}

size_t
file_common(int fd, const char *bytes, size_t length, uint64_t offset)
{
	char there[4096];
	size_t common = 0, i;
	ssize_t n;

	while (common < length) {
		n = pread(fd, there, sizeof(there), (off_t)(offset + common));
		if (n <= 0)
			break;
		for (i = 0; i < (size_t)n && common < length; i++, common++)
			if (there[i] != bytes[common])
				return common;
	}
	return common;
}
