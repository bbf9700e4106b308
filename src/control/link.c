/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/link.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * A supervisor with many clients hangs up on who is slow to ask, as we may be
 * on a loaded machine: then it has not heard us, and we ask again.
 */
int
link_ask(int place_fd, const char *key,
    const struct protocol_request *request)
{
	int fd, saved;

	while ((fd = protocol_connect(place_fd, key)) != -1) {
		if (send(fd, request, sizeof(*request), MSG_NOSIGNAL) ==
		    (ssize_t)sizeof(*request))
			return fd;
		saved = errno;
		(void)close(fd);
		errno = saved;
		if (saved != EPIPE && saved != ECONNRESET)
			break;
	}
	return -1;
}

ssize_t
link_read(int fd, struct link_reply *reply)
{
	ssize_t n;

	do
		n = recv(fd, &reply->reply, sizeof(reply->reply), 0);
	while (n == -1 && errno == EINTR);
	if (n == 0)
		errno = ECONNABORTED;
	if (n <= 0)
		return -1;
	n -= (ssize_t)PROTOCOL_REPLY_HEAD;
	if (n < 0 || reply->reply.magic != PROTOCOL_MAGIC) {
		errno = ENOTSUP;
		return -1;
	}
	/* At most the byte behind it, which is there for this. */
	((char *)reply)[PROTOCOL_REPLY_HEAD + (size_t)n] = '\0';
	return n;
}

static int
collect(int fd, uint64_t deadline, struct strbuf *text)
{
	static struct link_reply reply;
	struct pollfd pfd = { fd, POLLIN, 0 };
	ssize_t n;
	int rc;

	for (;;) {
		rc = poll(&pfd, 1, clock_poll_timeout(clock_ms(), deadline));
		if (rc == 0)
			errno = ETIMEDOUT;
		if (rc <= 0)
			return -1;
		n = link_read(fd, &reply);
		if (n == -1)
			return -1;
		strbuf_add_bytes(text, reply.reply.text, (size_t)n);
		if (reply.reply.kind == REPLY_DONE)
			return reply.reply.status;
	}
}

int
link_query(int place_fd, const char *key, enum protocol_verb verb,
    int timeout_ms, struct strbuf *text)
{
	uint64_t deadline = clock_ms() + (uint64_t)timeout_ms;
	struct protocol_request request;
	int fd, rc, saved;

	protocol_request_init(&request, verb);
	do {
		fd = link_ask(place_fd, key, &request);
		if (fd == -1)
			return -1;
		rc = collect(fd, deadline, text);
		saved = errno;
		(void)close(fd);
		errno = saved;
	} while (rc == -1 && errno == ECONNRESET);
	return rc;
}
