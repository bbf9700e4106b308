/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/hosts.h"

#include <sys/wait.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"

static void
exec_getent(int out_fd, const char *name)
{
	char *const argv[] = { (char *)(uintptr_t)"getent",
		(char *)(uintptr_t)"ahosts", (char *)(uintptr_t)name, NULL };

	if (dup2(out_fd, STDOUT_FILENO) == -1)
		_exit(1);
	(void)execv("/usr/bin/getent", argv);
	(void)execv("/bin/getent", argv);
	_exit(126);
}

/* getent(1): 0 found, 2 not found, else something is wrong. */
static int
end_getent(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (status == 0)
		return 0;
	errno = WIFEXITED(status) && WEXITSTATUS(status) == 2 ? ENOENT : EIO;
	return -1;
}

static ssize_t
ask_getent(const char *name, char *answer, size_t room)
{
	ssize_t length;
	int fds[2];
	pid_t pid;

	if (fdio_pipe(fds) == -1)
		return -1;
	pid = fork();
	if (pid == 0)
		exec_getent(fds[1], name);
	fdio_close(&fds[1]);
	length = pid == -1 ? -1 : fdio_read_full(fds[0], answer, room);
	fdio_close(&fds[0]);
	if (pid == -1 || end_getent(pid) == -1)
		return -1;
	return length;
}

/* "192.0.2.1       STREAM www.example.org", then DGRAM and RAW. */
static bool
take_line(const char *line, size_t length, struct host_text *host)
{
	size_t n = 0;

	while (n < length && line[n] != ' ')
		n++;
	if (n >= sizeof(host->text) ||
	    memmem(line + n, length - n, "STREAM", 6) == NULL)
		return false;
	memcpy(host->text, line, n);
	host->text[n] = '\0';
	return true;
}

int
hosts_look_up(const char *name, struct host_text *hosts, size_t room)
{
	char answer[4096];
	ssize_t length = ask_getent(name, answer, sizeof(answer));
	const char *line = answer;
	const char *end;
	size_t count = 0;

	if (length == -1)
		return -1;
	while (count < room && (end = memchr(line, '\n',
	    (size_t)(answer + length - line))) != NULL) {
		count += take_line(line, (size_t)(end - line), &hosts[count]);
		line = end + 1;
	}
	return (int)count;
}
