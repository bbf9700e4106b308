/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/message.h"

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

int
message_ask_sender(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
}

static void
take_sender(struct message *message, struct cmsghdr *header)
{
	struct ucred sender;

	if (header->cmsg_len != CMSG_LEN(sizeof(sender)))
		return;
	memcpy(&sender, CMSG_DATA(header), sizeof(sender));
	/* A process that has no number here is reported as 0. */
	message->has_sender = sender.pid > 0;
	message->pid = sender.pid;
	message->uid = sender.uid;
}

static void
take_fds(struct message *message, struct cmsghdr *header)
{
	size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	if (count > MESSAGE_FDS_MAX - message->fd_count)
		count = MESSAGE_FDS_MAX - message->fd_count;
	memcpy(message->fds + message->fd_count, CMSG_DATA(header),
	    count * sizeof(int));
	message->fd_count += (unsigned int)count;
}

int
message_receive(int fd, void *data, size_t room, struct message *message)
{
	union {
		struct cmsghdr align;
		char data[CMSG_SPACE(sizeof(struct ucred)) +
		    CMSG_SPACE(sizeof(int) * MESSAGE_FDS_MAX)];
	} control;
	struct iovec iov = { .iov_base = data, .iov_len = room };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	ssize_t length;

	message->fd_count = 0;
	message->has_sender = false;
	do
		length = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (length == -1 && errno == EINTR);
	if (length == -1)
		return -1;
	message->length = (size_t)length;
	message->cut = (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	for (header = CMSG_FIRSTHDR(&msg); header != NULL;
	    header = CMSG_NXTHDR(&msg, header)) {
		if (header->cmsg_level != SOL_SOCKET)
			continue;
		if (header->cmsg_type == SCM_CREDENTIALS)
			take_sender(message, header);
		else if (header->cmsg_type == SCM_RIGHTS)
			take_fds(message, header);
	}
	return 0;
}

int
message_peer(int fd, uid_t *uid)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1)
		return -1;
	*uid = peer.uid;
	return 0;
}

void
message_close(struct message *message)
{
	while (message->fd_count > 0)
		(void)close(message->fds[--message->fd_count]);
}
