/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/identity.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "os/os.h"
#include "os/pidfd.h"

/* The inode of pid's pidfds; 0: not known. */
static uint64_t
inode_of(pid_t pid)
{
	int fd = os_pidfd_open(pid);
	uint64_t inode;

	if (fd == -1)
		return 0;
	inode = os_pidfd_inode(fd);
	(void)close(fd);
	return inode;
}

/*
 * What pidfd_open(2) says when there is no such process; a group or a session
 * goes on under the number of its leader, and a thread has one, too.
 */
static bool
is_nobody(int error)
{
	return error == ESRCH || error == EINVAL || error == ENOENT;
}

/*
 * The same start, but another inode: its number was given again within one
 * tick.  A file system of its own for pidfds came with Linux 6.9.
 */
static enum life
look_at_inode(const struct identity *identity, int pidfd)
{
	if (identity->inode == 0)
		return LIFE_ALIVE;
	switch (os_pidfd_has_inode(pidfd, identity->inode)) {
	case 1:
		return LIFE_ALIVE;
	case 0:
		return LIFE_GONE;
	default:
		return LIFE_UNKNOWN;
	}
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
	return LIFE_ALIVE;
}

enum life
identity_life(const struct identity *identity)
{
	struct os_process process;
	char boot[OS_BOOT_ROOM];
	enum life life;
	int fd;

	if (identity->pid <= 0)
		return LIFE_GONE;
	if (os_boot_id(boot) == -1)
		return LIFE_UNKNOWN;
	life = identity_look(identity, boot, &process);
	if (life != LIFE_ALIVE || identity->inode == 0)
		return life;
	fd = os_pidfd_open(identity->pid);
	/* Where no pidfd is to be had, the start alone has to do. */
	if (fd == -1)
		return is_nobody(errno) ? LIFE_GONE : LIFE_ALIVE;
	life = look_at_inode(identity, fd);
	(void)close(fd);
	return life;
}

static bool
is_hidden(pid_t pid, int pidfd)
{
	struct os_process process;

	return os_process(pid, &process) == -1 && errno == ESRCH &&
	    os_wait_readable(pidfd, 0) == 0;
}

bool
identity_is_hidden(const struct identity *identity)
{
	int fd = identity->pid <= 1 ? -1 : os_pidfd_open(identity->pid);
	bool hidden;

	if (fd == -1)
		return false;
	hidden = is_hidden(identity->pid, fd);
	(void)close(fd);
	return hidden;
}

int
identity_open(const struct identity *identity)
{
	struct os_process process;
	char boot[OS_BOOT_ROOM];

	if (os_boot_id(boot) == 0)
		return identity_open_here(identity, boot, &process);
	errno = EAGAIN;
	return -1;
}

int
identity_open_here(const struct identity *identity, const char *boot,
    struct os_process *process)
{
	enum life life;
	int fd;

	/* Never 1, never a group, whatever a record says. */
	if (identity->pid <= 1) {
		errno = ESRCH;
		return -1;
	}
	fd = os_pidfd_open(identity->pid);
	if (fd == -1) {
		if (is_nobody(errno))
			errno = ESRCH;
		return -1;
	}
	life = identity_look(identity, boot, process);
	if (life == LIFE_ALIVE)
		life = look_at_inode(identity, fd);
	if (life == LIFE_ALIVE)
		return fd;
	if (life == LIFE_GONE && strcmp(boot, identity->boot) == 0 &&
	    is_hidden(identity->pid, fd))
		life = LIFE_UNKNOWN;
	(void)close(fd);
	errno = life == LIFE_GONE ? ESRCH : EAGAIN;
	return -1;
}
