/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * floor COMMAND [ARG...]: the least that can be called putting a command in
 * the background.  What imp costs is compared to this.
 */
#include <config.h>

#include <fcntl.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int null_fd;

	if (argc < 2 || (null_fd = open("/dev/null", O_RDWR)) == -1)
		return 1;
	if (fork() != 0)
		_exit(0);
	setsid();
	if (fork() != 0)
		_exit(0);
	dup2(null_fd, 0);
	dup2(null_fd, 1);
	dup2(null_fd, 2);
	execv(argv[1], argv + 1);
	_exit(127);
}
