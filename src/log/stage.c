/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/stage.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

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

/* The bytes of at most so many lines. */
static size_t
limit_lines(const char *in, size_t length, size_t most)
{
	const char *p = in, *end = in + length;
	size_t lines;

	for (lines = 0; lines < most; lines++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			return length;
		p++;
	}
	return (size_t)(p - in);
}

bool
stage_look(struct logger *logger, enum log_stream_number stream, size_t most,
    size_t lines, bool last, struct stage_look *look)
{
	size_t staged = stage_fill(logger, stream, logger->scratch_bytes);
	bool flush = last || logger->has_end[stream] || logger->is_full[stream];

	if (staged == 0 && (!last || logger->now.lines[stream] == LINE_START))
		return false;
	if (staged == logger->held[stream] && !flush)
		return false;
	look->take =
	    stage_peek(logger, logger->channel->stage[stream].read_fd,
		staged < most ? staged : most);
	if (lines != 0)
		look->take = limit_lines(logger->in, look->take, lines);
	/* A line that is longer than what is looked at goes in pieces. */
	if (look->take < staged)
		flush = memchr(logger->in, '\n', look->take) == NULL;
	look->flush = flush;
	look->last = last && look->take == staged;
	return true;
}

enum work
stage_next(struct logger *logger, stage_step *step)
{
	enum work work = WORK_NONE;
	unsigned int i;

	for (i = 0; i < logger->channel->pipes && work == WORK_NONE; i++) {
		work = step(logger, logger->turn, false);
		logger->turn = (logger->turn + 1) % logger->channel->pipes;
	}
	return work;
}

void
stage_skip(struct logger *logger, int pipe_fd, size_t bytes)
{
	int null_fd = logger->channel->null_fd;
	ssize_t n;

	for (; bytes > 0; bytes -= (size_t)n) {
		n = os_splice(pipe_fd, null_fd, NULL, bytes);
		if (n <= 0)
			logger_die();
	}
}

void
stage_discard(struct logger *logger)
{
	uint32_t stream = logger->now.batch.stream;
	size_t used = stage_used(logger, stream);

	if (used > logger->now.left)
		stage_skip(logger, logger->channel->stage[stream].read_fd,
		    used - logger->now.left);
}

/* Returns false if the copy takes no more. */
static bool
forward(struct logger *logger)
{
	uint32_t stream = logger->now.batch.stream;
	int fd = logger->channel->stage[stream].read_fd;
	size_t used;

	while ((used = os_pipe_used(fd)) > logger->now.left)
		if (os_splice(fd, logger->channel->config.forward_fd, NULL,
			used - logger->now.left) <= 0)
			return false;
	return true;
}

/* The move is one call, so that no byte of a copy comes twice or never. */
bool
stage_release(struct logger *logger)
{
	int forward_fd = logger->channel->config.forward_fd;
	struct pollfd pfd = { forward_fd, POLLOUT, 0 };

	if (forward_fd != -1 && forward(logger))
		return true;
	if (forward_fd != -1 && errno == EAGAIN && !logger->gives_up) {
		(void)poll(&pfd, 1, FORWARD_WAIT_MS);
		return false;
	}
	/* There is no copy, or nobody will ever read it. */
	if (forward_fd != -1)
		logger->copy_lost +=
		    stage_used(logger, logger->now.batch.stream) -
		    logger->now.left;
	stage_discard(logger);
	return true;
}
