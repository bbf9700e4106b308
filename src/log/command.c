/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/command.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "os/pidfd.h"
#include "os/pipe.h"

static bool
has_command(const struct logger *logger)
{
	return logger->channel->config.dest->kind == DEST_COMMAND;
}

/* Watch the process that the shared memory tells of, if it is there. */
static void
watch(struct logger *logger)
{
	int pid = atomic_load(&logger->shared->command_pid);

	fdio_close(&logger->command_fd);
	if (pid > 0)
		logger->command_fd = os_pidfd_open((pid_t)pid);
	if (logger->command_fd != -1)
		return;
	/* Gone while nobody looked. */
	atomic_store(&logger->shared->command_pid, 0);
}

void
command_init(struct logger *logger)
{
	if (!has_command(logger))
		return;
	words_init(&logger->command, logger->channel->config.dest->text);
	watch(logger);
}

/*
 * In the child.  It enters itself, so that there is no moment in which it
 * runs and is not known; when a logger was killed and the next is as far as
 * this, the second one loses.
 */
static void
run(struct logger *logger)
{
	int none = 0;

	if (!atomic_compare_exchange_strong(
		&logger->shared->command_pid, &none, (int)getpid()))
		_exit(0);
	words_exec(&logger->command, logger->channel->command.read_fd, -1);
}

void
command_start(struct logger *logger)
{
	pid_t pid;

	if (!has_command(logger) || logger->command_fd != -1 ||
	    clock_ms() < logger->command_ms)
		return;
	pid = fork();
	if (pid == 0)
		run(logger);
	logger->command_ms = clock_ms() + RETRY_MS;
	if (pid == -1)
		return;
	logger->command_fd = os_pidfd_open(pid);
}

void
command_ended(struct logger *logger)
{
	fdio_close(&logger->command_fd);
	atomic_store(&logger->shared->command_pid, 0);
	if (logger->command_ms < clock_ms())
		logger->command_ms = clock_ms();
}

bool
command_has_read(const struct logger *logger)
{
	return !has_command(logger) ||
	       (logger->gives_up && logger->command_fd != -1) ||
	       os_pipe_used(logger->channel->command.read_fd) == 0;
}
