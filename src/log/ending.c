/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/ending.h"

#include <poll.h>

#include "base/clock.h"
#include "log/drop.h"
#include "os/pipe.h"

/* Whether nobody can write to us any more, however much is still unread. */
static bool
is_abandoned(const struct logger *logger)
{
	struct pollfd fds[LOG_STREAMS];
	unsigned int i;

	for (i = 0; i < logger->channel->pipes; i++) {
		fds[i].fd = logger->channel->main[i].read_fd;
		fds[i].events = 0;
		fds[i].revents = 0;
	}
	(void)poll(fds, logger->channel->pipes, 0);
	for (i = 0; i < logger->channel->pipes; i++)
		if ((fds[i].revents & POLLHUP) == 0)
			return false;
	return true;
}

/* What is on its way, a note of our own included. */
static size_t
bytes_left(const struct logger *logger)
{
	const struct log_channel *channel = logger->channel;
	size_t bytes = 0;
	unsigned int i;

	for (i = 0; i < channel->pipes; i++)
		bytes += os_pipe_used(channel->main[i].read_fd) +
			 os_pipe_used(channel->stage[i].read_fd);
	if (channel->out.read_fd != -1)
		bytes += os_pipe_used(channel->out.read_fd);
	if (channel->config.dest->kind == DEST_COMMAND)
		bytes += os_pipe_used(channel->command.read_fd);
	return bytes;
}

/* A note that is composed and dropped time and again is no progress. */
static bool
has_moved(struct logger *logger)
{
	size_t left = bytes_left(logger);

	if (left >= logger->least_left)
		return false;
	logger->least_left = left;
	return true;
}

bool
ending_is_in_vain(struct logger *logger, enum work step)
{
	unsigned int linger = logger->channel->config.linger_ms;
	uint64_t now;

	if ((step == WORK_DONE && !logger->now.stats.blocked) ||
	    (step == WORK_NONE && !logger->has_end[0]) ||
	    !is_abandoned(logger)) {
		logger->give_up_ms = CLOCK_NEVER;
		logger->least_left = SIZE_MAX;
		return false;
	}
	if (has_moved(logger)) {
		logger->give_up_ms = CLOCK_NEVER;
		return false;
	}
	now = clock_ms();
	if (logger->give_up_ms == CLOCK_NEVER)
		logger->give_up_ms =
		    now + (linger != 0 ? linger : LOG_LINGER_MS);
	return now >= logger->give_up_ms;
}

void
ending_give_up(struct logger *logger)
{
	logger->gives_up = true;
	logger->give_up_ms = CLOCK_NEVER;
	logger->retry_ms = 0;
	drop_unread(logger);
}
