/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/listener.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/fdio.h"

/* 0: something listens there. */
static int
connect_local(const char *path, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, rc;

	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	memcpy(address.sun_path, path, strlen(path));
	rc = connect(fd, (struct sockaddr *)&address, sizeof(address));
	fdio_close(&fd);
	return rc;
}

bool
listener_is_at(const char *path)
{
	static const int types[] = { SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		/* EAGAIN: so many wait to be accepted that no more may. */
		if (connect_local(path, types[i]) == 0 || errno == EAGAIN)
			return true;
		if (errno != EPROTOTYPE)
			return false;
	}
	return false;
}

/*
 * A connect to a local port that nobody listens to can meet itself when the
 * kernel picks that same port for our end.
 */
static bool
is_self(int fd, const struct sockaddr_storage *theirs, socklen_t their_size)
{
	struct sockaddr_storage ours;
	socklen_t size = sizeof(ours);

	memset(&ours, 0, sizeof(ours));
	return getsockname(fd, (struct sockaddr *)&ours, &size) == 0 &&
	    size == their_size && memcmp(&ours, theirs, size) == 0;
}

int
listener_answered(int fd)
{
	struct sockaddr_storage theirs;
	socklen_t size = sizeof(theirs);
	socklen_t error_size = sizeof(int);
	int error = 0;

	memset(&theirs, 0, sizeof(theirs));
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == -1)
		return -1;
	errno = error;
	if (error != 0)
		return -1;
	if (getpeername(fd, (struct sockaddr *)&theirs, &size) == -1) {
		errno = EINPROGRESS;
		return -1;
	}
	errno = ECONNREFUSED;
	return is_self(fd, &theirs, size) ? -1 : 0;
}
