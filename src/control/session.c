/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/session.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "base/xalloc.h"
#include "os/pidfd.h"
#include "os/process.h"

static uint64_t
ticks_now(void)
{
	return clock_boot_ms() * (uint64_t)sysconf(_SC_CLK_TCK) / 1000;
}

/* A process that has gone, or is hidden from us and thus none of ours. */
static bool
is_unseen(int error)
{
	return error == ESRCH || error == EACCES || error == EPERM;
}

static int
take_one(void *context, pid_t pid)
{
	struct process_table *table = context;
	struct os_process process;
	struct process *entry;

	if (os_process(pid, &process) == -1)
		return is_unseen(errno) ? 0 : -1;
	if (os_process_is_over(&process))
		return 0;
	if (table->count == table->room) {
		table->room = table->room == 0 ? 256 : table->room * 2;
		table->items = xreallocarray(table->items, table->room,
		    sizeof(*table->items));
	}
	entry = &table->items[table->count++];
	entry->pid = process.pid;
	entry->ppid = process.ppid;
	entry->pgid = process.pgid;
	entry->sid = process.sid;
	entry->start = process.start;
	return 0;
}

int
process_table_take(struct process_table *table)
{
	table->count = 0;
	if (os_each_process(take_one, table) == -1)
		return -1;
	return 0;
}

void
process_table_fini(struct process_table *table)
{
	free(table->items);
	memset(table, 0, sizeof(*table));
}

/* Its leader is the main process, or has gone when imp detached it. */
static bool
is_own(struct session *session, pid_t sid)
{
	struct os_process leader;

	if (sid <= 1 || sid == session->main.pid)
		return sid > 1;
	/* Its number stays its own while nobody has waited for it. */
	if (os_process(sid, &leader) == 0)
		return os_process_is_over(&leader);
	if (!is_unseen(errno))
		session->error = errno;
	return errno == ESRCH;
}

void
session_init(struct session *session, const struct identity *main, pid_t sid,
    pid_t group)
{
	memset(session, 0, sizeof(*session));
	session->main = *main;
	session->sid = is_own(session, sid) ? sid : 0;
	session->group = group;
}

void
session_prove(struct session *session)
{
	session->proved = ticks_now();
}

static bool
has_ended(int pidfd)
{
	struct pollfd pfd = { pidfd, POLLIN, 0 };

	return poll(&pfd, 1, 0) == 1;
}

/* Forget those that have ended; those that live prove the session. */
static size_t
count_living(struct session *session)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < session->count; i++) {
		if (session->items[i].fd == -1)
			continue;
		if (has_ended(session->items[i].fd))
			fdio_close(&session->items[i].fd);
		else
			n++;
	}
	if (n > 0)
		session_prove(session);
	return n;
}

static bool
is_known(const struct session *session, const struct process *process)
{
	size_t i;

	if (process->pid == session->main.pid &&
	    process->start == session->main.start)
		return true;
	for (i = 0; i < session->count; i++)
		if (session->items[i].id.pid == process->pid &&
		    session->items[i].id.start == process->start)
			return true;
	return false;
}

/* A child of the main process or of a member that lives. */
static bool
descends(const struct session *session, const struct process *process,
    bool main_lives)
{
	size_t i;

	if (main_lives && process->ppid == session->main.pid)
		return true;
	for (i = 0; i < session->count; i++)
		if (session->items[i].fd != -1 &&
		    session->items[i].id.pid == process->ppid)
			return true;
	return false;
}

/* One tick more than was proved: it lasts from one look to the next. */
static bool
belongs(const struct session *session, const struct process *process,
    bool main_lives)
{
	if (session->group != 0 && process->pgid != session->group)
		return false;
	if (session->sid > 1 && process->sid == session->sid)
		return process->start <= session->proved + 1;
	return descends(session, process, main_lives);
}

static bool
add(struct session *session, const struct process *process)
{
	struct member member;

	if (process->pid <= 1 || process->pid == getpid())
		return false;
	/* Of the same boot; its pidfd's inode is its own. */
	member.id = session->main;
	member.id.inode = 0;
	member.id.pid = process->pid;
	member.id.start = process->start;
	member.fd = identity_open(&member.id);
	if (member.fd == -1) {
		if (errno != ESRCH)
			session->error = errno;
		return false;
	}
	if (session->count == session->room) {
		session->room = session->room == 0 ? 8 : session->room * 2;
		session->items = xreallocarray(session->items, session->room,
		    sizeof(*session->items));
	}
	session->items[session->count++] = member;
	return true;
}

struct descent {
	struct session *session;
	pid_t parent;
};

static int
add_child(void *context, pid_t pid)
{
	struct descent *descent = context;
	struct os_process process;
	struct process child;

	if (os_process(pid, &process) == -1)
		return is_unseen(errno) ? 0 : -1;
	if (process.ppid != descent->parent || os_process_is_over(&process))
		return 0;
	child.pid = process.pid;
	child.ppid = process.ppid;
	child.pgid = process.pgid;
	child.sid = process.sid;
	child.start = process.start;
	if (!is_known(descent->session, &child))
		(void)add(descent->session, &child);
	return 0;
}

/*
 * Who is a child of a number is a child of the process if that still lives
 * afterwards.
 */
static void
add_children(struct session *session, pid_t parent, int parent_fd)
{
	struct descent descent = { session, parent };
	size_t before = session->count;

	if (os_each_child(parent, add_child, &descent) == -1)
		session->error = errno;
	if (!has_ended(parent_fd))
		return;
	while (session->count > before)
		fdio_close(&session->items[--session->count].fd);
}

void
session_take_descendants(struct session *session, int main_fd)
{
	size_t i;

	add_children(session, session->main.pid, main_fd);
	for (i = 0; i < session->count; i++)
		add_children(session, session->items[i].id.pid,
		    session->items[i].fd);
}

bool
session_has_living(struct session *session)
{
	return count_living(session) > 0;
}

bool
session_is_over(struct session *session)
{
	return count_living(session) == 0 &&
	    (session->sid == 0 || !os_is_number_taken(session->sid));
}

static bool
has_main(const struct session *session, const struct process_table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->items[i].pid == session->main.pid &&
		    table->items[i].start == session->main.start)
			return true;
	return false;
}

/* Again while there are new ones, since these may have children. */
size_t
session_update(struct session *session, const struct process_table *table)
{
	bool main_lives = has_main(session, table);
	bool more = true;
	size_t i;

	(void)count_living(session);
	while (more) {
		more = false;
		for (i = 0; i < table->count; i++)
			if (belongs(session, &table->items[i], main_lives) &&
			    !is_known(session, &table->items[i]) &&
			    add(session, &table->items[i]))
				more = true;
	}
	return count_living(session);
}

void
session_signal(const struct session *session, int signal)
{
	size_t i;

	for (i = 0; i < session->count; i++)
		if (session->items[i].fd != -1)
			(void)os_pidfd_signal(session->items[i].fd, signal);
}

void
session_fini(struct session *session)
{
	size_t i;

	for (i = 0; i < session->count; i++)
		fdio_close(&session->items[i].fd);
	free(session->items);
	memset(session, 0, sizeof(*session));
}
