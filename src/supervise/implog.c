/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/implog.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "base/path.h"
#include "launch/plan.h"
#include "log/stamp.h"
#include "os/trust.h"

#define FILE_MODE     0640
#define SYSLOG_SOCKET "/dev/log"
#define HEAD_MAX      128

/* The file. */

static int
open_file(struct implog *log, enum trust_refusal *why)
{
	*why = TRUST_SYSTEM;
	log->fd = trust_open_output(log->dir_fd, log->file, O_APPEND,
	    FILE_MODE, geteuid(), why);
	return log->fd == -1 ? -1 : 0;
}

static int
find_file(struct implog *log)
{
	enum trust_refusal why = TRUST_SYSTEM;
	const char *path = path_absolute(log->path);

	if (path != NULL)
		log->dir_fd = trust_open_parent(path, &log->file);
	if (log->dir_fd != -1 && open_file(log, &why) == 0) {
		/* The zone is read now: reading it allocates. */
		(void)stamp_utc_offset(clock_wall_ms() * 1000);
		return 0;
	}
	diag_errx("cannot open '%s': %s", log->path,
	    trust_explain(why, errno));
	implog_close(log);
	return -1;
}

/* logrotate(8) and its like move the file and expect another. */
static bool
was_moved(const struct implog *log)
{
	struct stat ours, theirs;

	return fstat(log->fd, &ours) == -1 ||
	    fstatat(log->dir_fd, log->file, &theirs, AT_SYMLINK_NOFOLLOW) ==
	    -1 || ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino;
}

static int
write_file(struct implog *log, const char *line)
{
	char head[HEAD_MAX];
	char stamp[STAMP_ROOM];
	char newline[] = "\n";
	uint64_t at_us = clock_wall_ms() * 1000;
	enum trust_refusal why;
	struct iovec parts[3];
	size_t length;

	if (log->fd != -1 && was_moved(log))
		fdio_close(&log->fd);
	if (log->fd == -1 && open_file(log, &why) == -1)
		return -1;
	(void)stamp_format(stamp, LOG_STAMP_ISO, at_us,
	    stamp_utc_offset(at_us));
	(void)snprintf(head, sizeof(head), "%s %s[%ld]: ", stamp, log->tag,
	    (long)getpid());
	parts[0] = (struct iovec){ head, strlen(head) };
	parts[1] = (struct iovec){ (char *)(uintptr_t)line, strlen(line) };
	parts[2] = (struct iovec){ newline, 1 };
	length = parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;
	return writev(log->fd, parts, 3) == (ssize_t)length ? 0 : -1;
}

/* syslog: syslog(3) allocates, and blocks on a daemon that does not read. */

static int
connect_syslog(struct implog *log)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return -1;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    log->socket);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1) {
		fdio_close(&fd);
		return -1;
	}
	log->fd = fd;
	return 0;
}

static int
send_text(struct implog *log, const char *text)
{
	if (log->fd == -1 && connect_syslog(log) == -1)
		return -1;
	return send(log->fd, text, strlen(text), MSG_NOSIGNAL) == -1 ? -1 : 0;
}

/* RFC 3164 without a time, which the receiver knows as well as we do. */
static int
write_syslog(struct implog *log, int priority, const char *line)
{
	char text[DIAG_LINE_MAX + HEAD_MAX];
	bool was_connected = log->fd != -1;

	(void)snprintf(text, sizeof(text), "<%d>%s[%ld]: %s",
	    LOG_DAEMON | priority, log->tag, (long)getpid(), line);
	if (send_text(log, text) == 0)
		return 0;
	if (!was_connected || errno == EAGAIN || errno == ENOBUFS)
		return -1;
	/* Its daemon was started anew, with a new socket. */
	fdio_close(&log->fd);
	return send_text(log, text);
}

static int
deliver(struct implog *log, int priority, const char *line)
{
	return log->dir_fd == -1 ? write_syslog(log, priority, line) :
	    write_file(log, line);
}

/* Public. */

int
implog_open(struct implog *log, const char *path, const char *tag)
{
	*log = (struct implog){
		.fd = -1,
		.dir_fd = -1,
		.path = path,
		.tag = tag,
		.socket = SYSLOG_SOCKET,
	};
	if (path != NULL)
		return find_file(log);
	(void)connect_syslog(log);
	return 0;
}

void
implog_write(void *context, int priority, const char *line)
{
	struct implog *log = context;
	char text[64];

	if (log->lost > 0) {
		(void)snprintf(text, sizeof(text), "%llu messages were lost",
		    (unsigned long long)log->lost);
		if (deliver(log, LOG_WARNING, text) == -1) {
			log->lost++;
			return;
		}
		log->lost = 0;
	}
	if (deliver(log, priority, line) == -1)
		log->lost++;
}

void
implog_close(struct implog *log)
{
	fdio_close(&log->fd);
	fdio_close(&log->dir_fd);
}
