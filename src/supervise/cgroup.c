/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/cgroup.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "os/directory.h"
#include "os/empty.h"

/* Alone, and beside the controllers of version 1. */
static const char *const mounts[] = { "/sys/fs/cgroup",
	"/sys/fs/cgroup/unified" };

/* Our own cgroup, from the line "0::PATH". */
static bool
read_own(char *buf, size_t room, const char **own)
{
	char *line;

	if (fdio_read_file(AT_FDCWD, "/proc/self/cgroup", buf, room) == -1)
		return false;
	for (line = buf; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "0::/", 4) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		*own = line + 3;
		return true;
	}
	return false;
}

/* Our own cgroup's directory, wherever version 2 is mounted. */
static bool
find_own(struct text *path)
{
	char buf[PATH_MAX];
	char *data = path->data;
	const char *own;
	size_t i;

	if (!read_own(buf, sizeof(buf), &own))
		return false;
	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		text_init(path, data, path->room);
		text_put(path, mounts[i]);
		if (strcmp(own, "/") != 0)
			text_put(path, own);
		if (os_is_cgroup_2(data))
			return true;
	}
	return false;
}

static void
release(struct cgroup *cgroup)
{
	fdio_close(&cgroup->kill_fd);
	fdio_close(&cgroup->dir_fd);
	(void)empty_remove(cgroup->path);
}

static int
make(struct cgroup *cgroup)
{
	if (mkdir(cgroup->path, 0755) == -1)
		return -1;
	cgroup->dir_fd =
	    open(cgroup->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup->dir_fd == -1) {
		(void)rmdir(cgroup->path);
		return -1;
	}
	cgroup->kill_fd =
	    openat(cgroup->dir_fd, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	cgroup->spent = cgroup->used = false;
	cgroup->oom_kills = 0;
	return 0;
}

void
cgroup_open(struct cgroup *cgroup, const char *name)
{
	char data[PATH_MAX];
	struct text path;

	cgroup->path = NULL;
	cgroup->dir_fd = cgroup->kill_fd = -1;
	text_init(&path, data, sizeof(data));
	if (!find_own(&path))
		return;
	/* Other state directories may hold the same name. */
	text_put(&path, "/imp.");
	text_put(&path, name);
	text_put_char(&path, '.');
	text_put_number(&path, (uint64_t)getpid());
	if (path.overflow)
		return;
	cgroup->path = xstrdup(data);
	if (make(cgroup) == -1)
		cgroup->path = NULL;
}

bool
cgroup_kill(struct cgroup *cgroup)
{
	if (cgroup->kill_fd == -1 || write(cgroup->kill_fd, "1", 1) != 1)
		return false;
	cgroup->spent = true;
	return true;
}

/*
 * What has run in it may have frozen it, and we wait for who is born in it to
 * exec.
 */
static void
thaw(const struct cgroup *cgroup)
{
	int fd = openat(cgroup->dir_fd, "cgroup.freeze",
	    O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	(void)fdio_write_all(fd, "0", 1);
	(void)close(fd);
}

/*
 * To catch a fork that races with the kill, Linux compares how often there
 * was one before and after the fork; but for clone3(2) with CLONE_INTO_CGROUP
 * it takes "before" from the cgroup of the parent (seen with 6.18).  Whoever
 * is born in a cgroup with a past is killed at once.
 */
int
cgroup_renew(struct cgroup *cgroup)
{
	if (cgroup->spent) {
		release(cgroup);
		if (make(cgroup) == -1)
			return -1;
	}
	if (cgroup->used && cgroup->dir_fd != -1)
		thaw(cgroup);
	cgroup->used = true;
	return cgroup->dir_fd;
}

bool
cgroup_had_oom_kill(struct cgroup *cgroup)
{
	static const char key[] = "oom_kill ";
	char text[512];
	const char *line;
	uint64_t before = cgroup->oom_kills;

	/* Only there with the memory controller. */
	if (cgroup->dir_fd == -1 ||
	    fdio_read_file(cgroup->dir_fd, "memory.events", text,
		sizeof(text)) == -1)
		return false;
	line = strstr(text, key);
	if (line != NULL)
		cgroup->oom_kills =
		    strtoull(line + sizeof(key) - 1, NULL, 10);
	return cgroup->oom_kills > before;
}

void
cgroup_close(struct cgroup *cgroup)
{
	if (cgroup->path != NULL)
		release(cgroup);
	cgroup->path = NULL;
}
