/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/message.h"

#include <errno.h>

int
message_ask_sender(int fd)
{
	(void)fd;
	errno = ENOSYS;
	return -1;
}

int
message_receive(int fd, void *data, size_t room, struct message *message)
{
	(void)fd;
	(void)data;
	(void)room;
	(void)message;
	errno = ENOSYS;
	return -1;
}

int
message_peer(int fd, uid_t *uid)
{
	(void)fd;
	(void)uid;
	errno = ENOSYS;
	return -1;
}

void
message_close(struct message *message)
{
	message->fd_count = 0;
}
