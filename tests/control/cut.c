/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * cut N COMMAND [ARG...]: run it, and SIGKILL it when it is about to make its
 * Nth system call.
 * cut N -p PID: the same with a process that runs, from now on; writes a line
 * once it is counted.
 *
 * Exits with 0 if it was killed, with 3 if it ended before that.
 */
#include <config.h>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* struct ptrace_syscall_info of Linux 5.3, of which the first byte counts. */
#define INFO_SIZE  128
#define GET_INFO   0x420e
#define INFO_ENTRY 1

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) == -1)
		if (errno != EINTR)
			err(1, "cannot wait for %ld", (long)pid);
	return status;
}

static void
go_on(pid_t pid, int signal)
{
	if (ptrace(PTRACE_SYSCALL, pid, NULL, (long)signal) == -1 &&
	    errno != ESRCH)
		err(1, "cannot trace %ld", (long)pid);
}

static pid_t
run(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			execvp(argv[0], argv);
		_exit(127);
	}
	if (pid == -1 || !WIFSTOPPED(wait_for(pid)) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL,
		(long)PTRACE_O_TRACESYSGOOD) == -1)
		err(1, "cannot run '%s'", argv[0]);
	return pid;
}

static pid_t
attach(pid_t pid)
{
	if (ptrace(PTRACE_SEIZE, pid, NULL, (long)PTRACE_O_TRACESYSGOOD) ==
		-1 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == -1)
		err(1, "cannot trace %ld", (long)pid);
	(void)wait_for(pid);
	return pid;
}

static bool
is_entry(pid_t pid)
{
	unsigned char info[INFO_SIZE];

	memset(info, 0, sizeof(info));
	return ptrace(GET_INFO, pid, (void *)(uintptr_t)sizeof(info), info) >
	    0 &&
	    info[0] == INFO_ENTRY;
}

int
main(int argc, char *argv[])
{
	long calls = 0, at = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	bool attached = argc == 4 && strcmp(argv[2], "-p") == 0;
	int status, signal;
	pid_t pid;

	if (argc < 3 || at < 1)
		errx(2, "usage: cut N COMMAND [ARG...]|-p PID");
	pid = attached ? attach((pid_t)strtol(argv[3], NULL, 10))
		       : run(argv + 2);
	go_on(pid, 0);
	if (attached && (puts("counting") == EOF || fflush(stdout) == EOF))
		err(1, "cannot write");
	for (;;) {
		status = wait_for(pid);
		if (!WIFSTOPPED(status))
			return 3;
		signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80)) {
			if (is_entry(pid) && ++calls == at)
				break;
			signal = 0;
		} else if (status >> 16 != 0)
			signal = 0;
		go_on(pid, signal);
	}
	(void)kill(pid, SIGKILL);
	while (WIFSTOPPED(status))
		status = wait_for(pid);
	return 0;
}
