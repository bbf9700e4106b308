/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/walk.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"

#define DIR_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)

/* More links than this on one path are a loop; the kernel's own limit. */
#define LINKS_MAX 40

/* A path that is being walked. */
struct walk {
	int fd;			/* the directory reached so far */
	int links;		/* followed so far */
	char rest[PATH_MAX];	/* what is still to be walked */
};

static bool
is_ours_or_roots(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* Go to another directory. */
static void
move_to(struct walk *walk, int fd)
{
	(void)close(walk->fd);
	walk->fd = fd;
}

/* Put a link's text in front of the rest of the path. */
static int
follow_link(struct walk *walk, const char *name, const char *rest)
{
	char text[PATH_MAX];
	struct stat dir, link;
	ssize_t n;
	int fd;

	if (fstat(walk->fd, &dir) == -1 ||
	    fstatat(walk->fd, name, &link, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (++walk->links > LINKS_MAX || !is_ours_or_roots(&dir) ||
	    !is_ours_or_roots(&link)) {
		errno = ELOOP;
		return -1;
	}
	n = readlinkat(walk->fd, name, text, sizeof(text) - 1);
	if (n == -1)
		return -1;
	text[n] = '\0';
	if ((size_t)n + strlen(rest) + 2 > sizeof(walk->rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memmove(walk->rest + n + 1, rest, strlen(rest) + 1);
	memcpy(walk->rest, text, (size_t)n);
	walk->rest[n] = '/';
	if (text[0] != '/')
		return 0;
	fd = open("/", DIR_FLAGS);
	if (fd == -1)
		return -1;
	move_to(walk, fd);
	return 0;
}

/* Walk one component. */
static int
step(struct walk *walk)
{
	char name[NAME_MAX + 1];
	const char *rest;
	size_t length;
	int fd;

	rest = walk->rest + strspn(walk->rest, "/");
	length = strcspn(rest, "/");
	if (length > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, rest, length);
	name[length] = '\0';
	rest += length;
	if (length > 0) {
		fd = openat(walk->fd, name, DIR_FLAGS | O_NOFOLLOW);
		if (fd == -1 && (errno == ELOOP || errno == ENOTDIR)) {
			struct stat st;

			/* O_DIRECTORY says ENOTDIR of a link, too. */
			if (fstatat(walk->fd, name, &st,
				AT_SYMLINK_NOFOLLOW) == 0 &&
			    S_ISLNK(st.st_mode))
				return follow_link(walk, name, rest);
			errno = ENOTDIR;
		}
		if (fd == -1)
			return -1;
		move_to(walk, fd);
	}
	memmove(walk->rest, rest, strlen(rest) + 1);
	return 0;
}

int
walk_links(const char *path, size_t length)
{
	struct walk walk;

	memcpy(walk.rest, path, length);
	walk.rest[length] = '\0';
	walk.links = 0;
	walk.fd = open(walk.rest[0] == '/' ? "/" : ".", DIR_FLAGS);
	while (walk.fd != -1 && walk.rest[0] != '\0')
		if (step(&walk) == -1)
			fdio_close(&walk.fd);
	return walk.fd;
}
