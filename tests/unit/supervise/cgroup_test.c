/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/cgroup.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/tap.h"

/* What the kernel tells of memory in the cgroup whose directory is ours. */
static void
tell(const char *events)
{
	int fd = open("memory.events", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, events, strlen(events)) == -1)
		err(1, "cannot write memory.events");
	(void)close(fd);
}

int
main(void)
{
	char dir[] = "/tmp/cgroup_test.XXXXXX";
	struct cgroup cgroup = { .dir_fd = -1, .kill_fd = -1 };

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		err(1, "cannot make a directory");
	ok(!cgroup_had_oom_kill(&cgroup), "without a cgroup nothing is known");
	cgroup.dir_fd = open(".", O_RDONLY | O_DIRECTORY);
	ok(!cgroup_had_oom_kill(&cgroup), "nor without the memory controller");
	tell("low 0\noom 3\noom_kill 0\noom_group_kill 0\n");
	ok(!cgroup_had_oom_kill(&cgroup), "to want memory is no death");
	tell("low 0\noom 4\noom_kill 2\noom_group_kill 0\n");
	ok(cgroup_had_oom_kill(&cgroup), "a kill is one");
	ok(!cgroup_had_oom_kill(&cgroup), "and is told once");
	tell("low 0\noom 5\noom_kill 3\noom_group_kill 0\n");
	ok(cgroup_had_oom_kill(&cgroup), "the next is another");
	if (unlink("memory.events") == -1 || rmdir(dir) == -1)
		warn("cannot remove '%s'", dir);
	return tap_done();
}
