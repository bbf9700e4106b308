/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/directory.h"

#include <sys/syscall.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef RESOLVE_NO_SYMLINKS
#define RESOLVE_NO_SYMLINKS 0x04
#endif

int
os_open_dir_without_links(const char *path)
{
	/* struct open_how of openat2(2): flags, mode, resolve. */
	const uint64_t how[3] = { O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
		RESOLVE_NO_SYMLINKS };

	return (int)syscall(SYS_openat2, AT_FDCWD, path, how, sizeof(how));
}

bool
os_is_cgroup_2(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* getdents64(2) itself: opendir(3) allocates. */
struct name_entry {
	uint64_t ino;
	int64_t off;
	unsigned short length;
	unsigned char type;
	char name[];
};

int
os_each_name(int dir_fd, const char *path,
    int (*found)(void *context, const char *name), void *context)
{
	char buf[4096] __attribute__((__aligned__(8)));
	const struct name_entry *entry;
	long n = 0, at;
	int rc = 0;
	int fd;

	fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	while (rc == 0 &&
	    (n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		for (at = 0; rc == 0 && at < n; at += entry->length) {
			entry = (const void *)(buf + at);
			rc = found(context, entry->name);
		}
	(void)close(fd);
	return n < 0 ? -1 : rc;
}
