/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/compress.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/fdio.h"
#include "os/os.h"
#include "os/priority.h"

/* ".FILE.compress": no name that a rotated file can have. */
static void
name_aside(const struct logger *logger, char name[NAME_MAX + 1])
{
	(void)snprintf(
	    name, NAME_MAX + 1, ".%s.compress", logger->channel->file);
}

static void
remove_aside(const struct logger *logger)
{
	char aside[NAME_MAX + 1];

	name_aside(logger, aside);
	(void)unlinkat(logger->channel->dir_fd, aside, 0);
}

void
compress_init(struct logger *logger)
{
	const char *command = logger->channel->config.log->compress;

	if (command == NULL)
		return;
	words_init(&logger->compress.words, command);
	remove_aside(logger);
}

static void
run(struct logger *logger, int from_fd, int to_fd)
{
	pid_t parent = getppid();

	/*
	 * A logger that is killed takes its compressor along: the next one
	 * begins again, and two would be in each other's way.
	 */
	(void)os_set_parent_death_signal(SIGKILL);
	if (getppid() != parent)
		_exit(EX_FAILED);
	(void)setpriority(PRIO_PROCESS, 0, 19);
	(void)os_set_io_priority(IO_CLASS_IDLE, 7);
	words_exec(&logger->compress.words, from_fd, to_fd);
}

/* The new file is readable by whoever could read the old one. */
static int
open_aside(const struct logger *logger, int from_fd)
{
	char aside[NAME_MAX + 1];
	struct stat st;
	int fd;

	if (fstat(from_fd, &st) == -1)
		return -1;
	name_aside(logger, aside);
	(void)unlinkat(logger->channel->dir_fd, aside, 0);
	fd = openat(logger->channel->dir_fd, aside,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	if (fchown(fd, st.st_uid, st.st_gid) == -1 ||
	    fchmod(fd, st.st_mode & 07777) == -1)
		fdio_close(&fd);
	return fd;
}

static int
compress(struct logger *logger, const struct rotate_entry *entry)
{
	struct compress *compress = &logger->compress;
	char name[NAME_MAX + 1];
	int from_fd, to_fd = -1;
	struct stat st;
	pid_t pid = -1;

	(void)rotate_format(name, sizeof(name), &logger->archive.names, entry);
	from_fd = openat(logger->channel->dir_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (from_fd == -1)
		return -1;
	if (fstat(from_fd, &st) == 0 &&
	    (to_fd = open_aside(logger, from_fd)) != -1) {
		pid = fork();
		if (pid == 0)
			run(logger, from_fd, to_fd);
	}
	fdio_close(&from_fd);
	fdio_close(&to_fd);
	if (pid == -1)
		return -1;
	compress->pid = pid;
	compress->key = entry->key;
	compress->ino = st.st_ino;
	return 0;
}

/* How it went, as an exit status.  The supervisor tells of it. */
static void
note(struct logger *logger, int status)
{
	logger->compress.failed = status != 0;
	if (logger->now.stats.compress_status == status)
		return;
	logger->now.stats.compress_status = status;
	logger_commit(logger);
	logger_say(logger, LOG_SAYS_TROUBLE);
}

void
compress_start(struct logger *logger)
{
	struct archive *archive = &logger->archive;
	size_t i;

	if (logger->channel->config.log->compress == NULL ||
	    logger->compress.pid != 0 || logger->compress.failed ||
	    archive_list(archive) == -1)
		return;
	for (i = archive->count; i > 0; i--)
		if (archive->entries[i - 1].suffix == 0) {
			if (compress(logger, &archive->entries[i - 1]) == -1)
				note(logger, EX_SETUP);
			break;
		}
}

/* The plain file has the key that it was moved to, unless it was removed. */
static bool
finish(struct logger *logger)
{
	const struct compress *compress = &logger->compress;
	struct rotate_entry entry = { compress->key, 0, 0 };
	char plain[NAME_MAX + 1], packed[NAME_MAX + 1];
	char aside[NAME_MAX + 1];
	int dir_fd = logger->channel->dir_fd;
	struct timespec times[2];
	struct stat st;

	(void)rotate_format(
	    plain, sizeof(plain), &logger->archive.names, &entry);
	entry.suffix = rotate_compressed();
	(void)rotate_format(
	    packed, sizeof(packed), &logger->archive.names, &entry);
	name_aside(logger, aside);
	if (fstatat(dir_fd, plain, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    st.st_ino != compress->ino) {
		(void)unlinkat(dir_fd, aside, 0);
		return true;
	}
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	(void)utimensat(dir_fd, aside, times, AT_SYMLINK_NOFOLLOW);
	return renameat(dir_fd, aside, dir_fd, packed) == 0 &&
	       unlinkat(dir_fd, plain, 0) == 0;
}

void
compress_reap(struct logger *logger)
{
	struct compress *compress = &logger->compress;
	bool done = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != compress->pid)
			continue;
		compress->pid = 0;
		status = WIFEXITED(status) ? WEXITSTATUS(status)
					   : EX_SIGNALLED + WTERMSIG(status);
		if (status == 0 && !finish(logger))
			status = EX_SETUP;
		if (status != 0)
			remove_aside(logger);
		note(logger, status);
		done = true;
	}
	if (done) {
		archive_prune(&logger->archive);
		compress_start(logger);
	}
}
