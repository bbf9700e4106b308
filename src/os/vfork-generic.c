/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/vfork.h"

#include <errno.h>
#include <unistd.h>

pid_t
os_vfork_into_cgroup(int cgroup_fd, int (*child)(void *context), void *context)
{
	(void)cgroup_fd;
	(void)child;
	(void)context;
	errno = ENOSYS;
	return -1;
}

pid_t
os_fork(void)
{
	return fork();
}

void
os_release_stack(void)
{
}

pid_t
os_vfork(int (*child)(void *context), void *context)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(child(context));
	return pid;
}

pid_t
os_vfork_apart(int (*child)(void *context), void *context)
{
	return os_vfork(child, context);
}
