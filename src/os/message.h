/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_MESSAGE_H
#define OS_MESSAGE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * Datagrams on a local socket, and who sent them according to the kernel.
 * Linux has SO_PASSCRED; elsewhere each function fails with ENOSYS.  Nothing
 * is printed or allocated.
 */

/* As many as Linux lets one message carry. */
#define MESSAGE_FDS_MAX 253

struct message {
	size_t length;		/* of the data */
	bool cut;		/* more data or more descriptors were sent */
	bool has_sender;	/* a process in our pid name space or below */
	pid_t pid;
	uid_t uid;
	unsigned int fd_count;
	int fds[MESSAGE_FDS_MAX];	/* close-on-exec; the receiver's */
};

/* From now on what is sent carries credentials.  Returns 0 or -1. */
int	message_ask_sender(int fd);

/*
 * Receive one datagram of at most room bytes, without waiting.  Returns 0,
 * or -1 with errno: EAGAIN if there is none.  Release with message_close().
 */
int	message_receive(int fd, void *data, size_t room,
	    struct message *message);

/*
 * Who is at the other end of a connected socket: the effective user at the
 * time of connect(2) or listen(2).  Returns 0, or -1 with errno.
 */
int	message_peer(int fd, uid_t *uid);

/* Close the descriptors that came along. */
void	message_close(struct message *message);

#endif
