/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * cut N COMMAND [ARG...]: run it, and SIGKILL it when it is about to make its
 * Nth system call.
 * cut N -p PID: the same with a process that runs, from now on; writes a line
 * once it is counted.
 *
 * Exits with 0 if it was killed, with 3 if it ended before that.
 *
 * cut N -e ERRNO COMMAND [ARG...]: that call fails, with the number ERRNO;
 * cut N -E ERRNO COMMAND [ARG...]: it and all of the same kind after it.
 *
 * Exits with the status of the command, 128 + N for a signal; with 98 if no
 * call has failed.
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

#include "fail_call.h"

/* struct ptrace_syscall_info of Linux 5.3, of which the first byte counts. */
#define INFO_SIZE  128
#define GET_INFO   0x420e
#define INFO_ENTRY 1
#define CALL_AT	   24

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

/* *call: its number. */
static bool
is_entry(pid_t pid, uint64_t *call)
{
	unsigned char info[INFO_SIZE];

	memset(info, 0, sizeof(info));
	if (ptrace(GET_INFO, pid, (void *)(uintptr_t)sizeof(info), info) <=
		0 ||
	    info[0] != INFO_ENTRY)
		return false;
	memcpy(call, info + CALL_AT, sizeof(*call));
	return true;
}

/* What fails, and how. */
struct failure {
	long at;		/* of all calls; 0: none does */
	int error;
	bool lasts;
	uint64_t call;
	bool has_failed;
};

static bool
fails_now(struct failure *failure, long calls, uint64_t call)
{
	if (cannot_fail(call))
		return false;
	if (failure->has_failed)
		return failure->lasts && call == failure->call;
	if (calls < failure->at)
		return false;
	failure->call = call;
	failure->has_failed = true;
	return true;
}

/* Until it ends.  Returns what to exit with. */
static int
run_failing(pid_t pid, struct failure *failure)
{
	bool is_failing = false;
	long calls = 0;
	uint64_t call;
	int status, signal;

	go_on(pid, 0);
	while (WIFSTOPPED(status = wait_for(pid))) {
		signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80)) {
			signal = 0;
			if (is_failing)
				end_failing(pid, failure->error);
			is_failing = is_entry(pid, &call) &&
			    fails_now(failure, ++calls, call);
			if (is_failing)
				begin_failing(pid, call);
		} else if (status >> 16 != 0)
			signal = 0;
		go_on(pid, signal);
	}
	if (!failure->has_failed)
		return 98;
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

int
main(int argc, char *argv[])
{
	long calls = 0, at = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	bool attached = argc == 4 && strcmp(argv[2], "-p") == 0;
	struct failure failure = { .at = at };
	int status, signal;
	uint64_t call;
	pid_t pid;

	if (argc > 4 && (argv[2][1] == 'e' || argv[2][1] == 'E')) {
		failure.error = (int)strtol(argv[3], NULL, 10);
		failure.lasts = argv[2][1] == 'E';
		return run_failing(run(argv + 4), &failure);
	}
	if (argc < 3 || at < 1)
		errx(2, "usage: cut N [-e|-E ERRNO] COMMAND [ARG...]|-p PID");
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
			if (is_entry(pid, &call) && ++calls == at)
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
