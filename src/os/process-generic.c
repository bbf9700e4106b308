/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/process.h"

#include <errno.h>

static int
unsupported(void)
{
	errno = ENOSYS;
	return -1;
}

int
os_process(pid_t pid, struct os_process *process)
{
	(void)pid;
	(void)process;
	return unsupported();
}

void
os_process_await_name(pid_t pid)
{
	(void)pid;
}

int
os_process_user(pid_t pid, uid_t *uid)
{
	(void)pid;
	(void)uid;
	return unsupported();
}

int
os_process_exec(pid_t pid, dev_t *dev, ino_t *ino)
{
	(void)pid;
	(void)dev;
	(void)ino;
	return unsupported();
}

ssize_t
os_process_file(pid_t pid, const char *name, char *buf, size_t room)
{
	(void)pid;
	(void)name;
	(void)buf;
	(void)room;
	return unsupported();
}

ssize_t
os_process_link(pid_t pid, const char *name, char *buf, size_t room)
{
	(void)pid;
	(void)name;
	(void)buf;
	(void)room;
	return unsupported();
}

bool
os_process_is_over(const struct os_process *process)
{
	(void)process;
	return false;
}

int
os_boot_id(char id[OS_BOOT_ROOM])
{
	(void)id;
	return unsupported();
}

int
os_each_process(int (*found)(void *context, pid_t pid), void *context)
{
	(void)found;
	(void)context;
	return unsupported();
}

int
os_each_child(pid_t pid, int (*found)(void *context, pid_t pid), void *context)
{
	(void)pid;
	(void)found;
	(void)context;
	return unsupported();
}
