/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/watch.h"

#include <sys/inotify.h>

#include <errno.h>
#include <unistd.h>

#include "base/text.h"

int
watch_open(void)
{
	return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

int
watch_directory(int watch_fd, const char *path)
{
	return inotify_add_watch(watch_fd, path, IN_ONLYDIR | IN_CREATE |
	    IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB |
	    IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF) == -1 ? -1 : 0;
}

int
watch_directory_fd(int watch_fd, int dir_fd)
{
	char path[64];
	struct text text;

	/* inotify takes paths only. */
	text_init(&text, path, sizeof(path));
	text_put(&text, "/proc/self/fd/");
	text_put_number(&text, (uint64_t)dir_fd);
	return watch_directory(watch_fd, path);
}

void
watch_drain(int watch_fd)
{
	char events[2048]
	    __attribute__((__aligned__(__alignof__(struct inotify_event))));
	ssize_t n;

	do
		n = read(watch_fd, events, sizeof(events));
	while (n > 0 || (n == -1 && errno == EINTR));
}
