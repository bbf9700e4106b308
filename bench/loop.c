/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * loop COMMAND [ARG...]: fork, exec and wait, for ever.  What it costs imp to
 * start something again is compared to this.
 */
#include <config.h>

#include <sys/wait.h>

#include <unistd.h>

int
main(int argc, char *argv[])
{
	pid_t pid;

	if (argc < 2)
		return 1;
	for (;;) {
		pid = fork();
		if (pid == 0) {
			execv(argv[1], argv + 1);
			_exit(127);
		}
		if (pid == -1 || waitpid(pid, NULL, 0) == -1)
			return 1;
	}
}
