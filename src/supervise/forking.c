/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/forking.h"

#include <sys/wait.h>

#include <unistd.h>

#include "base/clock.h"
#include "record/pidfile.h"
#include "supervise/run.h"
#include "supervise/supervisor.h"

/* How long the forks of --forking may take. */
#define FORKING_MS 10000

/* Whom the pidfile of the daemon names; 0: nobody of ours. */
static pid_t
pid_by_file(const struct supervisor *sup)
{
	const struct pid_file *pidfile = &sup->start.plan.pidfile;
	struct identity identity;
	pid_t pid;

	if (pidfile->path == NULL ||
	    pid_file_read_first(pidfile->path, true, &identity, &pid) !=
	    PIDFILE_NUMBER || identity.pid == 0 || !family_has(pid))
		return 0;
	return pid;
}

static bool
is_to_be_named(const struct supervisor *sup)
{
	return sup->spec->ready.kind == READY_PIDFILE ||
	    (sup->spec->ready.kind == READY_NOTIFY &&
		sup->ready.state != PROBE_READY);
}

static pid_t
likely_daemon(const struct supervisor *sup)
{
	pid_t pid = pid_by_file(sup);

	return pid != 0 ? pid : family_eldest(&sup->family);
}

/*
 * --forking: the first process has ended well, and one of those that it left
 * is the daemon: the one that its pidfile or MAINPID names, else the eldest.
 */
bool
forking_settle(struct supervisor *sup)
{
	pid_t pid = sup->named_pid;

	if (pid == 0 && is_to_be_named(sup)) {
		sup->settling = true;
		return true;
	}
	if (pid == 0 || !family_has(pid))
		pid = likely_daemon(sup);
	if (pid == 0)
		return false;
	run_adopt(sup, pid);
	return sup->main_pid == pid;
}

bool
forking_is_parent(const struct supervisor *sup, int status)
{
	return sup->spec->restart.forking && sup->state == ST_STARTING &&
	    !sup->settling && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * What was taken for the daemon was only one step on the way to it: it ended
 * well, soon, and has left something behind.
 */
bool
forking_follow(struct supervisor *sup, int status)
{
	pid_t pid;

	if (!sup->spec->restart.forking || sup->named_pid != 0 ||
	    sup->spec->ready.kind == READY_PIDFILE ||
	    (sup->state != ST_STARTING && sup->state != ST_UP) ||
	    !WIFEXITED(status) || WEXITSTATUS(status) != 0 ||
	    clock_boot_ms() - sup->began_ms > FORKING_MS)
		return false;
	pid = likely_daemon(sup);
	if (pid != 0)
		run_adopt(sup, pid);
	return pid != 0 && sup->main_pid == pid;
}

/* It is ready: by its pidfile, or it has not said which process it is. */
void
forking_stop_settling(struct supervisor *sup)
{
	pid_t pid = sup->ready.found_pid;

	if (pid == 0)
		pid = likely_daemon(sup);
	if (sup->settling && pid != 0)
		run_adopt(sup, pid);
}

/* The eldest until now; it may have said which it is meanwhile. */
void
forking_look_again(struct supervisor *sup)
{
	pid_t pid = 0;

	if (sup->spec->restart.forking && sup->named_pid == 0)
		pid = pid_by_file(sup);
	if (pid != 0 && pid != sup->main_pid)
		run_adopt(sup, pid);
}
