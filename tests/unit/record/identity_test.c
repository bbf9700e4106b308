/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/identity.h"

#include <sys/wait.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

int
main(void)
{
	test_itself();
	test_open();
	test_zombie();
	return tap_done();
}
