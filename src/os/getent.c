/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/getent.h"

#include <sys/wait.h>

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "base/fdio.h"

static void
exec_getent(int out_fd, const char *database, const char *key)
{
	char *const argv[] = { (char *)(uintptr_t)"getent",
		(char *)(uintptr_t)database, (char *)(uintptr_t)key, NULL };

	if (dup2(out_fd, STDOUT_FILENO) == -1)
		_exit(1);
	(void)execv("/usr/bin/getent", argv);
	(void)execv("/bin/getent", argv);
	_exit(126);
}

int
getent_ask(struct getent *getent, const char *database, const char *key)
{
	int fds[2];

	/* It would be an option; neither users nor hosts are called so. */
	if (*key == '-') {
		errno = ENOENT;
		return -1;
	}
	if (fdio_pipe(fds) == -1)
		return -1;
	getent->pid = fork();
	if (getent->pid == 0)
		exec_getent(fds[1], database, key);
	fdio_close(&fds[1]);
	getent->fd = fds[0];
	if (getent->pid != -1)
		return 0;
	fdio_close(&getent->fd);
	return -1;
}

int
getent_end(struct getent *getent)
{
	int status;

	fdio_close(&getent->fd);
	while (waitpid(getent->pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (status == 0)
		return 0;
	/* 2: not found; anything else: it could not ask. */
	errno = WIFEXITED(status) && WEXITSTATUS(status) == 2 ? ENOENT : EIO;
	return -1;
}
