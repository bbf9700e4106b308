/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/identity.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "os/os.h"
#include "unit/tap.h"

static void
test_itself(void)
{
	struct identity self, other;

	ok(identity_of(0, &self) == 0 && self.pid == getpid(),
	    "a process can tell who it is");
	ok(identity_life(&self) == LIFE_ALIVE, "and that it lives");
	other = self;
	other.start++;
	ok(identity_life(&other) == LIFE_GONE,
	    "another start is another process");
	other = self;
	other.boot[0] ^= 1;
	ok(identity_life(&other) == LIFE_GONE,
	    "another boot is another process");
	other = self;
	other.inode++;
	ok(self.inode == 0 || identity_life(&other) == LIFE_GONE,
	    "another pidfd is another process");
	other.inode = 0;
	ok(identity_life(&other) == LIFE_ALIVE,
	    "without a pidfd the start decides");
}

static void
test_open(void)
{
	struct identity self;
	int fd;

	(void)identity_of(0, &self);
	fd = identity_open(&self);
	ok(fd != -1, "whoever lives can be opened");
	(void)close(fd);
	self.start++;
	ok(identity_open(&self) == -1 && errno == ESRCH,
	    "whoever has its number cannot");
	self.pid = 1;
	ok(identity_open(&self) == -1 && errno == ESRCH,
	    "process 1 never can");
	self.pid = -1;
	ok(identity_open(&self) == -1 && errno == ESRCH,
	    "nor can all at once");
}

static void
test_zombie(void)
{
	struct identity child;
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	(void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	ok(identity_of(pid, &child) == 0 &&
		identity_life(&child) == LIFE_GONE,
	    "a zombie does not live");
	(void)waitpid(pid, NULL, 0);
	ok(identity_life(&child) == LIFE_GONE, "nor does who was reaped");
}

static int
stay(void *context)
{
	(void)context;
	for (;;)
		(void)pause();
	return 0;
}

/* A first thread that ends and leaves another behind, which says so. */
static _Noreturn void
live_headless(int told_fd)
{
	enum { SIZE = 16384 };
	static char stack[SIZE] __attribute__((__aligned__(16)));

	if (clone(stay, stack + SIZE,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		    CLONE_THREAD,
		NULL) == -1 ||
	    write(told_fd, "", 1) != 1)
		_exit(1);
	(void)syscall(SYS_exit, 0);
	_exit(1);
}

/* Until the kernel shows its first thread as a zombie. */
static bool
looks_like_zombie(pid_t pid)
{
	struct os_process process;

	do
		if (os_process(pid, &process) == -1)
			return false;
	while (process.state != 'Z');
	return true;
}

static void
test_headless(void)
{
	struct identity child;
	char byte;
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1 || (pid = fork()) == -1) {
		ok(false, "there is a pipe and a process for the test");
		return;
	}
	if (pid == 0)
		live_headless(fds[1]);
	(void)close(fds[1]);
	ok(read(fds[0], &byte, 1) == 1 && looks_like_zombie(pid) &&
		identity_of(pid, &child) == 0 &&
		identity_life(&child) == LIFE_ALIVE,
	    "who has lost its first thread only lives");
	(void)close(fds[0]);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

int
main(void)
{
	test_itself();
	test_open();
	test_zombie();
	test_headless();
	return tap_done();
}
