/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/identity.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int
identity_of(pid_t pid, struct identity *identity)
{
	struct os_process process;

	if (os_boot_id(identity->boot) == -1 ||
	    os_process(pid, &process) == -1)
		return -1;
	identity->pid = process.pid;
	identity->start = process.start;
	return 0;
}

enum life
identity_life(const struct identity *identity)
{
	struct os_process process;
	char boot[OS_BOOT_ROOM];

	if (identity->pid <= 0)
		return LIFE_GONE;
	if (os_boot_id(boot) == -1)
		return LIFE_UNKNOWN;
	if (strcmp(boot, identity->boot) != 0)
		return LIFE_GONE;
	if (os_process(identity->pid, &process) == -1)
		return errno == ESRCH ? LIFE_GONE : LIFE_UNKNOWN;
	if (process.start != identity->start || os_process_is_over(&process))
		return LIFE_GONE;
	return LIFE_ALIVE;
}

int
identity_open(const struct identity *identity)
{
	enum life life;
	int fd;

	/* Never 1, never a group, whatever a record says. */
	if (identity->pid <= 1) {
		errno = ESRCH;
		return -1;
	}
	fd = os_pidfd_open(identity->pid);
	if (fd == -1)
		return -1;
	life = identity_life(identity);
	if (life == LIFE_ALIVE)
		return fd;
	(void)close(fd);
	errno = life == LIFE_GONE ? ESRCH : EAGAIN;
	return -1;
}
