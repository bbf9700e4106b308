/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/implog.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "unit/tap.h"

static char dir[] = "/tmp/imp-implog-XXXXXX";

static const char *
in_dir(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, PATH_MAX, "%s/%s", dir, name);
	return path;
}

static const char *
contents(const char *path)
{
	static char text[8192];

	if (fdio_read_file(AT_FDCWD, path, text, sizeof(text)) == -1)
		return "";
	return text;
}

/* "... imp[PID]: line\n" at the end of the file, and a time in front. */
static bool
ends_in(const char *text, const char *line)
{
	char want[256];
	size_t length;

	(void)snprintf(want, sizeof(want), " imp[%ld]: %s\n", (long)getpid(),
	    line);
	length = strlen(want);
	return strlen(text) > length && strncmp(text, "20", 2) == 0 &&
	    strcmp(text + strlen(text) - length, want) == 0;
}

static void
test_file(void)
{
	char path[PATH_MAX];
	struct implog log;
	struct stat st;

	strcpy(path, in_dir("log"));
	is_int(implog_open(&log, path, "imp"), 0, "a file is made");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0640,
	    "with mode 0640");
	implog_write(&log, LOG_NOTICE, "one");
	ok(ends_in(contents(path), "one"), "a line has a time, a name, a pid");
	implog_write(&log, LOG_NOTICE, "two");
	ok(strstr(contents(path), ": one\n20") != NULL &&
	    ends_in(contents(path), "two"), "the next follows");
	(void)!rename(path, in_dir("old"));
	implog_write(&log, LOG_NOTICE, "three");
	ok(ends_in(contents(path), "three") &&
	    strstr(contents(path), "two") == NULL,
	    "a file that was moved away is made anew");
	(void)unlink(path);
	(void)!symlink("/dev/null", path);
	implog_write(&log, LOG_NOTICE, "four");
	is_int((intmax_t)log.lost, 1, "but not through a link");
	(void)unlink(path);
	implog_write(&log, LOG_NOTICE, "five");
	ok(strstr(contents(path), ": 1 messages were lost\n") != NULL &&
	    ends_in(contents(path), "five"), "what was lost is told later");
	implog_close(&log);
	is_int(log.fd, -1, "it can be closed");
	(void)unlink(path);
	(void)unlink(in_dir("old"));
}

static void
keep(void *context, int priority, const char *line)
{
	(void)priority;
	(void)snprintf(context, 256, "%s", line);
}

static void
test_refused(void)
{
	char path[PATH_MAX];
	char said[256] = "";
	struct implog log;

	strcpy(path, in_dir("link"));
	(void)!symlink("target", path);
	diag_set_sink(keep, said);
	is_int(implog_open(&log, path, "imp"), -1,
	    "a symbolic link is refused");
	diag_set_sink(NULL, NULL);
	ok(strncmp(said, "cannot open '/tmp/imp-implog-", 29) == 0,
	    "and named");
	(void)unlink(path);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		perror("# bind");
	return fd;
}

static const char *
received(int fd)
{
	static char text[2048];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static const char *
record(int number, const char *line)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "<%d>imp[%ld]: %s", number,
	    (long)getpid(), line);
	return text;
}

static void
test_syslog(void)
{
	struct implog log;
	char path[PATH_MAX];
	int fd, i;

	strcpy(path, in_dir("socket"));
	is_int(implog_open(&log, NULL, "imp"), 0, "syslog need not be there");
	implog_close(&log);
	log.socket = path;
	implog_write(&log, LOG_ERR, "zero");
	is_int((intmax_t)log.lost, 1, "without it messages are counted");
	fd = listen_at(path);
	implog_write(&log, LOG_ERR, "one");
	is_str(received(fd), record(28, "1 messages were lost"), "and told");
	is_str(received(fd), record(27, "one"), "with the priority in front");
	close(fd);
	fd = listen_at(path);
	implog_write(&log, LOG_NOTICE, "two");
	is_str(received(fd), record(29, "two"), "a new syslog is found");
	for (i = 0; i < 10000 && log.lost == 0; i++)
		implog_write(&log, LOG_NOTICE, "many");
	ok(log.lost > 0, "one that does not read does not block us");
	implog_close(&log);
	close(fd);
	(void)unlink(path);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	test_file();
	test_refused();
	test_syslog();
	(void)rmdir(dir);
	return tap_done();
}
