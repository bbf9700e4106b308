/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/pidfd.h"

#include <errno.h>

static int
unsupported(void)
{
	errno = ENOSYS;
	return -1;
}

int
os_pidfd_open(pid_t pid)
{
	(void)pid;
	return unsupported();
}

int
os_pidfd_signal(int pidfd, int signal)
{
	(void)pidfd;
	(void)signal;
	return unsupported();
}

uint64_t
os_pidfd_inode(int pidfd)
{
	(void)pidfd;
	return 0;
}

int
os_pidfd_has_inode(int pidfd, uint64_t inode)
{
	(void)pidfd;
	(void)inode;
	errno = ENOSYS;
	return -1;
}

bool
os_is_number_taken(pid_t number)
{
	(void)number;
	return true;
}

int
os_pidfd_exit_status(int pidfd, int *status)
{
	(void)pidfd;
	(void)status;
	return unsupported();
}
