/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/stage.h"

#include <errno.h>
#include <poll.h>

#include "base/fdio.h"
#include "os/pipe.h"

/* Meanwhile signals wait. */
#define FORWARD_WAIT_MS 100

size_t
stage_used(const struct logger *logger, enum log_stream_number stream)
{
	return os_pipe_used(logger->channel->stage[stream].read_fd);
}

size_t
stage_fill(struct logger *logger, enum log_stream_number stream, size_t most)
{
	struct log_channel *channel = logger->channel;
	int main_fd = channel->main[stream].read_fd;
	size_t used = stage_used(logger, stream);
	ssize_t n;

	/*
	 * Once: a target that goes on writing would hand us its pages one by
	 * one, each as soon as there is a line in it.
	 */
	if (!logger->has_end[stream] && used < most) {
		n = os_splice(main_fd, channel->stage[stream].write_fd, NULL,
		    most - used);
		if (n == 0)
			logger->has_end[stream] = true;
		if (n > 0) {
			logger->taken += (uint64_t)n;
			used += (size_t)n;
		}
	}
	/* A pipe is full of small pieces before it is full of bytes. */
	logger->is_full[stream] =
	    used >= most ||
	    (used > 0 && os_pipe_is_full(channel->stage[stream].write_fd));
	return used;
}

size_t
stage_peek(struct logger *logger, int pipe_fd, size_t length)
{
	struct log_pipe *scratch = &logger->channel->scratch;
	ssize_t n;

	if (length > sizeof(logger->in))
		length = sizeof(logger->in);
	if (length == 0)
		return 0;
	n = os_tee(pipe_fd, scratch->write_fd, length);
	if (n <= 0 ||
	    fdio_read_full(scratch->read_fd, logger->in, (size_t)n) != n)
		logger_die();
	return (size_t)n;
}

/* Returns false if to_fd takes no more. */
static bool
empty_into(struct logger *logger, int to_fd)
{
	uint32_t stream = logger->now.batch.stream;
	int fd = logger->channel->stage[stream].read_fd;
	size_t used;

	while ((used = os_pipe_used(fd)) > logger->now.left)
		if (os_splice(fd, to_fd, NULL, used - logger->now.left) <= 0)
			return false;
	return true;
}

void
stage_discard(struct logger *logger)
{
	if (!empty_into(logger, logger->channel->null_fd))
		logger_die();
}

/* The move is one call, so that no byte of a copy comes twice or never. */
bool
stage_release(struct logger *logger)
{
	int forward_fd = logger->channel->config.forward_fd;
	struct pollfd pfd = { forward_fd, POLLOUT, 0 };

	if (forward_fd != -1 && empty_into(logger, forward_fd))
		return true;
	if (forward_fd != -1 && errno == EAGAIN) {
		(void)poll(&pfd, 1, FORWARD_WAIT_MS);
		return false;
	}
	/* There is no copy, or nobody will ever read it. */
	stage_discard(logger);
	return true;
}
