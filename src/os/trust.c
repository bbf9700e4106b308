/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/trust.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "os/directory.h"
#include "os/walk.h"

static int
walk_to(const char *path, size_t length)
{
	char start[PATH_MAX];
	int fd;

	if (length >= sizeof(start)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(start, path, length);
	start[length] = '\0';
	/* Most paths hold no link, and one call shows it. */
	fd = os_open_dir_without_links(start);
	if (fd != -1 || (errno != ELOOP && errno != ENOSYS && errno != EPERM &&
			    errno != EINVAL))
		return fd;
	return walk_links(path, length);
}

int
trust_open_parent(const char *path, const char **last)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash[1] == '\0' || strcmp(slash, "/.") == 0 ||
	    strcmp(slash, "/..") == 0) {
		errno = EINVAL;
		return -1;
	}
	*last = slash + 1;
	return walk_to(path, slash == path ? 1 : (size_t)(slash - path));
}

int
trust_open_dir(const char *path)
{
	return walk_to(path, strlen(path));
}

bool
trust_dir_is_sound(int dir_fd)
{
	struct stat st;

	if (fstat(dir_fd, &st) == -1)
		return false;
	return (st.st_mode & S_IWOTH) == 0 || (st.st_mode & S_ISVTX) != 0;
}

static bool
is_fit_for_output(int fd, uid_t also_uid, enum trust_refusal *why)
{
	struct stat st;

	*why = TRUST_SYSTEM;
	if (fstat(fd, &st) == -1)
		return false;
	if (S_ISCHR(st.st_mode))
		return true;
	if (!S_ISREG(st.st_mode))
		*why = TRUST_KIND;
	else if (st.st_nlink > 1)
		*why = TRUST_LINKS;
	else if (st.st_uid != 0 && st.st_uid != geteuid() &&
	    st.st_uid != also_uid)
		*why = TRUST_OWNER;
	else
		return true;
	return false;
}

/* Make the file, or tell with EEXIST that it is there. */
static int
create_output(int dir_fd, const char *name, int flags, mode_t mode)
{
	int fd;

	fd = openat(dir_fd, name, flags | O_CREAT | O_EXCL, 0600);
	if (fd == -1 || fchmod(fd, mode) == 0)
		return fd;
	fdio_close(&fd);
	return -1;
}

int
trust_open_output(int dir_fd, const char *name, int flags, mode_t mode,
    uid_t also_uid, enum trust_refusal *why)
{
	int truncate = flags & O_TRUNC;
	int fd;

	*why = TRUST_DIR;
	if (!trust_dir_is_sound(dir_fd))
		return -1;
	*why = TRUST_SYSTEM;
	if ((flags & O_ACCMODE) == O_RDONLY)
		flags |= O_WRONLY;
	/* Nothing is truncated before it has been looked at. */
	flags &= ~O_TRUNC;
	flags |= O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	do {
		fd = openat(dir_fd, name, flags);
		if (fd == -1 && errno == ENOENT)
			fd = create_output(dir_fd, name, flags, mode);
	} while (fd == -1 && errno == EEXIST);
	if (fd == -1) {
		/* ENXIO: a FIFO that nobody reads, or a socket. */
		if (errno == ELOOP)
			*why = TRUST_LINK;
		else if (errno == ENXIO)
			*why = TRUST_KIND;
		return -1;
	}
	if (!is_fit_for_output(fd, also_uid, why) ||
	    (truncate && ftruncate(fd, 0) == -1 && errno != EINVAL) ||
	    fcntl(fd, F_SETFL, flags & O_APPEND) == -1)
		fdio_close(&fd);
	return fd;
}

const char *
trust_explain(enum trust_refusal why, int error)
{
	switch (why) {
	case TRUST_LINK:
		return "it is a symbolic link, which is not followed";
	case TRUST_KIND:
		return "it is neither a file nor a character device";
	case TRUST_LINKS:
		return "it is a file with several names (hard links)";
	case TRUST_OWNER:
		return "it belongs to another user";
	case TRUST_DIR:
		return "everyone may replace files in its directory";
	case TRUST_SYSTEM:
		break;
	}
	return strerror(error);
}

/* ".NAME.MARK", the name cut so that it fits: a file that is made aside. */
static void
name_aside(char aside[NAME_MAX + 1], const char *name, uint64_t mark)
{
	enum { MARK_ROOM = 24 };
	struct text text;
	size_t length = strlen(name);

	if (length > NAME_MAX - MARK_ROOM)
		length = NAME_MAX - MARK_ROOM;
	text_init(&text, aside, NAME_MAX + 1);
	text_put_char(&text, '.');
	text_put_bytes(&text, name, length);
	text_put_char(&text, '.');
	text_put_number(&text, mark);
}

static int
create_aside(int dir_fd, const char *aside)
{
	static const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC;
	int fd = openat(dir_fd, aside, flags, 0600);

	if (fd != -1 || errno != EEXIST)
		return fd;
	/* Left by one that was killed. */
	if (unlinkat(dir_fd, aside, 0) == -1)
		return -1;
	return openat(dir_fd, aside, flags, 0600);
}

static int
identify(int fd, struct trust_file *file)
{
	struct stat st;

	if (file == NULL)
		return 0;
	if (fstat(fd, &st) == -1)
		return -1;
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	return 0;
}

int
trust_replace(int dir_fd, const char *name, uint64_t mark, mode_t mode,
    const void *data, size_t length, struct trust_file *made, int *keep_fd)
{
	char aside[NAME_MAX + 1];
	int fd, saved;

	name_aside(aside, name, mark);
	fd = create_aside(dir_fd, aside);
	if (fd == -1)
		return -1;
	if (fdio_write_all(fd, data, length) == -1 ||
	    fchmod(fd, mode) == -1 || identify(fd, made) == -1 ||
	    renameat(dir_fd, aside, dir_fd, name) == -1) {
		saved = errno;
		(void)close(fd);
		(void)unlinkat(dir_fd, aside, 0);
		errno = saved;
		return -1;
	}
	if (keep_fd != NULL)
		*keep_fd = fd;
	else
		(void)close(fd);
	return 0;
}

void
trust_remove_aside(int dir_fd, const char *name, uint64_t mark)
{
	char aside[NAME_MAX + 1];

	name_aside(aside, name, mark);
	(void)unlinkat(dir_fd, aside, 0);
}

void
trust_remove(int dir_fd, const char *name, const struct trust_file *file)
{
	struct stat st;

	if (file->ino != 0 &&
	    fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_dev == file->dev && st.st_ino == file->ino)
		(void)unlinkat(dir_fd, name, 0);
}
