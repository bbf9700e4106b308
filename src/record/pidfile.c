/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/pidfile.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "base/text.h"
#include "os/trust.h"

/*
 * A process is shown as started in a clock tick, its file's time is that of
 * the last timer interrupt, and the two clocks drift: what is younger than
 * the file by less than this is not taken for another process.
 */
#define SLACK_MS 2000

int
pid_file_init(struct pid_file *pidfile, const char *path)
{
	memset(pidfile, 0, sizeof(*pidfile));
	pidfile->dir_fd = -1;
	pidfile->path = path;
	pidfile->mode = 0644;
	if (path == NULL)
		return 0;
	pidfile->dir_fd = trust_open_parent(path, &pidfile->name);
	if (pidfile->dir_fd == -1)
		return -1;
	if (trust_dir_is_sound(pidfile->dir_fd))
		return 0;
	fdio_close(&pidfile->dir_fd);
	errno = TRUST_DOUBT;
	return -1;
}

int
pid_file_write(struct pid_file *pidfile, pid_t pid)
{
	char line[24];
	struct text text;

	if (pidfile->path == NULL)
		return 0;
	text_init(&text, line, sizeof(line));
	text_put_number(&text, (uint64_t)pid);
	text_put_char(&text, '\n');
	pidfile->begun = true;
	pidfile->pid = pid;
	return trust_replace(pidfile->dir_fd, pidfile->name, pidfile->mark,
	    pidfile->mode, text.data, text.length, &pidfile->made, NULL);
}

void
pid_file_fini(struct pid_file *pidfile)
{
	fdio_close(&pidfile->dir_fd);
}

static bool
is_believable(int fd, bool loose, struct stat *st)
{
	return fstat(fd, st) == 0 && S_ISREG(st->st_mode) &&
	    (loose || st->st_uid == 0 || st->st_uid == geteuid()) &&
	    (st->st_mode & (loose ? S_IWOTH : S_IWGRP | S_IWOTH)) == 0;
}

static long
pid_max(void)
{
	char text[32];

	if (fdio_read_file(AT_FDCWD, "/proc/sys/kernel/pid_max", text,
		sizeof(text)) == -1)
		return 1L << 22;
	return strtol(text, NULL, 10);
}

pid_t
pid_file_parse(const char *text, size_t length, bool is_first)
{
	static const char blank[] = " \t\r\n";
	const char *p = text + strspn(text, blank);
	size_t digits = strspn(p, "0123456789");
	long n;

	if (digits == 0 || digits > 9)
		return 0;
	n = strtol(p, NULL, 10);
	p += digits;
	if (is_first && *p != '\0' && strchr(blank, *p) == NULL)
		return 0;
	p += strspn(p, blank);
	if ((p != text + length && !is_first) || n < 2 || n > pid_max())
		return 0;
	return (pid_t)n;
}

/*
 * An inode's number is given again, so what the file says counts, too, if it
 * can be read.
 */
void
pid_file_remove(struct pid_file *pidfile)
{
	char text[64];
	ssize_t n;

	if (!pidfile->begun)
		return;
	pidfile->begun = false;
	trust_remove_aside(pidfile->dir_fd, pidfile->name, pidfile->mark);
	n = fdio_read_file(pidfile->dir_fd, pidfile->name, text, sizeof(text));
	if (n == -1 || pid_file_parse(text, (size_t)n, false) == pidfile->pid)
		trust_remove(pidfile->dir_fd, pidfile->name, &pidfile->made);
}

/* When that process started, by the wall clock of today. */
static uint64_t
start_wall_ms(const struct identity *identity)
{
	uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);

	return clock_wall_ms() - clock_boot_ms() +
	    identity->start * 1000 / hz;
}

static bool
is_younger(const struct identity *identity, const struct stat *st)
{
	uint64_t written = (uint64_t)st->st_mtim.tv_sec * 1000 +
	    (uint64_t)st->st_mtim.tv_nsec / 1000000;

	return start_wall_ms(identity) > written + SLACK_MS;
}

/* name is in dir_fd, or a path with AT_FDCWD. */
static enum pid_file_kind
read_number(int dir_fd, const char *name, bool loose, bool is_first,
    struct identity *identity, pid_t *number)
{
	int flags = loose ? 0 : O_NOFOLLOW;
	char text[64];
	struct stat st;
	ssize_t n;
	pid_t pid;
	int fd;

	identity->pid = 0;
	fd = openat(dir_fd, name,
	    flags | O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR ? PIDFILE_NONE
							   : PIDFILE_UNTRUSTED;
	if (!is_believable(fd, loose, &st)) {
		(void)close(fd);
		return PIDFILE_UNTRUSTED;
	}
	n = fdio_read_full(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n < 0)
		return PIDFILE_UNTRUSTED;
	text[n] = '\0';
	pid = pid_file_parse(text, (size_t)n, is_first);
	if (pid == 0)
		return PIDFILE_GARBAGE;
	if (number != NULL)
		*number = pid;
	if (identity_of(pid, identity) == -1 ||
	    identity_life(identity) != LIFE_ALIVE ||
	    is_younger(identity, &st))
		identity->pid = 0;
	return PIDFILE_NUMBER;
}

static void
remove_if_of(const struct pid_file *pidfile, bool loose, pid_t pid)
{
	struct identity identity;
	pid_t number;

	if (read_number(pidfile->dir_fd, pidfile->name, loose, loose,
		&identity, &number) == PIDFILE_NUMBER && number == pid)
		(void)unlinkat(pidfile->dir_fd, pidfile->name, 0);
}

void
pid_file_remove_of(const struct pid_file *pidfile, pid_t pid)
{
	if (pidfile->path != NULL)
		remove_if_of(pidfile, true, pid);
}

void
pid_file_remove_stale(const char *path, pid_t pid)
{
	struct pid_file pidfile;

	if (path == NULL || pid_file_init(&pidfile, path) == -1)
		return;
	remove_if_of(&pidfile, false, pid);
	pid_file_fini(&pidfile);
}

enum pid_file_kind
pid_file_read(const char *path, struct identity *identity, pid_t *number)
{
	return read_number(AT_FDCWD, path, false, false, identity, number);
}

enum pid_file_kind
pid_file_read_first(const char *path, bool loose, struct identity *identity,
    pid_t *number)
{
	return read_number(AT_FDCWD, path, loose, true, identity, number);
}
