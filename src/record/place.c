/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/place.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/hash.h"
#include "base/text.h"
#include "os/trust.h"

static int
join(char path[PATH_MAX], const char *dir, const char *rest)
{
	struct text text;

	text_init(&text, path, PATH_MAX);
	text_put(&text, dir);
	text_put(&text, rest);
	if (!text.overflow)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* pam_systemd(8) makes it, but cron jobs do not hear of it. */
static int
user_run_dir(char path[PATH_MAX])
{
	struct stat st;

	(void)snprintf(path, PATH_MAX, "/run/user/%lu",
	    (unsigned long)geteuid());
	if (lstat(path, &st) == -1 || !S_ISDIR(st.st_mode) ||
	    st.st_uid != geteuid())
		return -1;
	(void)strcat(path, "/imp");
	return 0;
}

int
place_path(const char *dir, char path[PATH_MAX])
{
	if (dir == NULL)
		dir = secure_getenv("IMP_STATE_DIR");
	if (dir != NULL && *dir != '\0')
		return join(path, dir, "");
	if (geteuid() == 0)
		return join(path, "/run/imp", "");
	dir = secure_getenv("XDG_RUNTIME_DIR");
	if (dir != NULL && *dir == '/')
		return join(path, dir, "/imp");
	if (user_run_dir(path) == 0)
		return 0;
	dir = secure_getenv("HOME");
	if (dir != NULL && *dir == '/')
		return join(path, dir, "/.local/state/imp");
	errno = ENOENT;
	return -1;
}

/* What is there already stays as it is, also where none could be made. */
static int
make_dir(const char *path, mode_t mode)
{
	int saved;

	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return 0;
	saved = errno;
	if (access(path, F_OK) == 0)
		return 0;
	errno = saved;
	return -1;
}

/* mkdir -p */
static int
make_dirs(const char *path, mode_t mode)
{
	char part[PATH_MAX];
	char *p;

	if (join(part, path, "") == -1)
		return -1;
	for (p = strchr(part + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (make_dir(part, mode) == -1)
			return -1;
		*p = '/';
	}
	return make_dir(path, mode);
}

/* Not filtered by the caller's umask, so set apart from mkdir(2). */
static int
create(const char *path)
{
	mode_t mode = geteuid() == 0 ? 0755 : 0700;
	mode_t saved = umask(022);
	int rc = make_dirs(path, mode);

	(void)umask(saved);
	return rc;
}

/* Not by a link that somebody else may have put there. */
static int
open_dir(const char *path)
{
	int path_fd = trust_open_dir(path);
	int fd;

	if (path_fd == -1)
		return -1;
	fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fdio_close(&path_fd);
	return fd;
}

int
place_open(const char *path, bool may_create)
{
	struct stat st;
	int fd;

	fd = open_dir(path);
	if (fd == -1 && errno == ENOENT && may_create && create(path) == 0)
		fd = open_dir(path);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 &&
	    (st.st_uid == geteuid() || st.st_uid == 0) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return fd;
	(void)close(fd);
	errno = TRUST_DOUBT;
	return -1;
}

void
place_key_of_name(const char *name, char key[KEY_ROOM])
{
	(void)strlcpy(key, name, KEY_ROOM);
}

/* The same file by one path only, however its directory is spelled. */
static const char *
one_path(const char *path, char real[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	size_t length;

	if (slash == NULL || (size_t)(slash - path) >= sizeof(dir))
		return path;
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	if (realpath(*dir == '\0' ? "/" : dir, real) == NULL)
		return path;
	length = strcmp(real, "/") == 0 ? 0 : strlen(real);
	if (length + strlen(slash) >= PATH_MAX)
		return path;
	(void)strcpy(real + length, slash);
	return real;
}

void
place_key_of_pidfile(const char *path, char key[KEY_ROOM])
{
	static const char hex[] = "0123456789ABCDEF";
	char real[PATH_MAX];
	const unsigned char *p;
	size_t used = 0;

	path = one_path(path, real);
	for (p = (const unsigned char *)path; *p != '\0'; p++) {
		/* The few paths whose escaped form is no file name. */
		if (used + 4 > KEY_ROOM) {
			(void)snprintf(key, KEY_ROOM, "%%~%016llx",
			    (unsigned long long)hash_bytes(path, strlen(path)));
			return;
		}
		if (*p > ' ' && *p < 0x7f && *p != '/' && *p != '%') {
			key[used++] = (char)*p;
			continue;
		}
		key[used++] = '%';
		key[used++] = hex[*p >> 4];
		key[used++] = hex[*p & 15];
	}
	key[used] = '\0';
}
