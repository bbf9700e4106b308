/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/identity.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "os/pidfd.h"

/* The inode of pid's pidfds; 0: not known, or (ESRCH) it is gone. */
static uint64_t
inode_of(pid_t pid)
{
	int fd = os_pidfd_open(pid);
	uint64_t inode;

	if (fd == -1)
		return 0;
	inode = os_pidfd_inode(fd);
	(void)close(fd);
	errno = 0;
	return inode;
}

/*
 * The same start, but another inode: its number was given again within one
 * tick.  Where no pidfd is to be had, the start alone has to do.
 */
static bool
is_other_inode(const struct identity *identity)
{
	uint64_t inode;

	if (identity->inode == 0)
		return false;
	inode = inode_of(identity->pid);
	return inode == 0 ? errno == ESRCH : inode != identity->inode;
}

void
identity_take(struct identity *identity, const struct identity *other,
    const struct os_process *process)
{
	memcpy(identity->boot, other->boot, sizeof(identity->boot));
	identity->pid = process->pid;
	identity->start = process->start;
	identity->inode = inode_of(process->pid);
}

int
identity_of(pid_t pid, struct identity *identity)
{
	struct identity here;
	struct os_process process;

	if (os_boot_id(here.boot) == -1 || os_process(pid, &process) == -1)
		return -1;
	identity_take(identity, &here, &process);
	return 0;
}

enum life
identity_look(const struct identity *identity, const char *boot,
    struct os_process *process)
{
	if (identity->pid <= 0 || strcmp(boot, identity->boot) != 0)
		return LIFE_GONE;
	if (os_process(identity->pid, process) == -1)
		return errno == ESRCH ? LIFE_GONE : LIFE_UNKNOWN;
	if (process->start != identity->start || os_process_is_over(process))
		return LIFE_GONE;
	/* A file system of its own for pidfds came with Linux 6.9. */
	return is_other_inode(identity) ? LIFE_GONE : LIFE_ALIVE;
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
	return identity_look(identity, boot, &process);
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
