/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/doorway.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/hash.h"
#include "os/os.h"
#include "os/process.h"

/* As long as a name may be. */
#define MARK_ROOM 16

struct search {
	char mark[MARK_ROOM];
	dev_t dev;
	ino_t ino;
};

/* Short enough to be a process's name. */
static void
make_mark(char mark[MARK_ROOM], const char *key)
{
	(void)snprintf(mark, MARK_ROOM, "%%%014llx",
	    (unsigned long long)(hash_bytes(key, strlen(key)) >> 8));
}

/* The address is in no directory, and is free again with the last holder. */
static int
bind_address(const char *mark)
{
	struct sockaddr_un address;
	socklen_t length;
	int fd;

	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
	    (size_t)snprintf(address.sun_path + 1,
		sizeof(address.sun_path) - 1, "imp%s", mark));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd != -1 && bind(fd, (struct sockaddr *)&address, length) == -1)
		fdio_close(&fd);
	return fd;
}

int
doorway_enter(const char *key)
{
	char mark[MARK_ROOM];
	int fd;

	make_mark(mark, key);
	/* The address first, since it is looked for first. */
	fd = bind_address(mark);
	if (os_set_comm(mark) == 0)
		return fd;
	fdio_close(&fd);
	return -1;
}

/* Anybody may have such a name, but not such a program and user. */
static int
look_at(void *context, pid_t pid)
{
	const struct search *search = context;
	struct os_process process;
	dev_t dev;
	ino_t ino;
	uid_t uid;

	return pid != getpid() && os_process(pid, &process) == 0 &&
	    strcmp(process.comm, search->mark) == 0 &&
	    os_process_exec(pid, &dev, &ino) == 0 && dev == search->dev &&
	    ino == search->ino && os_process_user(pid, &uid) == 0 &&
	    (uid == 0 || uid == geteuid());
}

bool
doorway_is_taken(const char *key)
{
	struct search search;
	int fd;

	make_mark(search.mark, key);
	fd = bind_address(search.mark);
	if (fd != -1 || errno != EADDRINUSE) {
		fdio_close(&fd);
		return false;
	}
	return os_process_exec(getpid(), &search.dev, &search.ino) == 0 &&
	    os_each_process(look_at, &search) == 1;
}
