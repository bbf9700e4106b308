/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/detach.h"

#include <sys/wait.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "launch/child.h"
#include "os/os.h"
#include "os/pidfd.h"
#include "os/process.h"
#include "os/vfork.h"

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

/*
 * Whether the child has exec'd, now that vfork(2) has let us go on: that is
 * before execve(2) is through, when it may still be killed, or fail.  Only the
 * kernel can tell, as long as the child is not reaped.
 */
static bool
has_execed(const struct report *report)
{
	struct os_process process;

	if (report->error != 0 || report->stage != STAGE_EXEC)
		return false;
	while (os_process(report->pid, &process) == 0 && process.unexecuted)
		if (process.ending || sched_yield() == -1)
			return false;
	return true;
}

struct spawn {
	const struct plan *plan;
	struct report *report;
};

static int
become(void *context)
{
	const struct spawn *spawn = context;

	spawn->report->pid = getpid();
	child_become(spawn->plan, spawn->report);
	return EX_SETUP;
}

/* As --session-leader has it: the target is what leads the session. */
static int
lead_and_become(void *context)
{
	const struct spawn *spawn = context;

	spawn->report->pid = getpid();
	spawn->report->stage = STAGE_SESSION;
	if (setsid() == -1)
		spawn->report->error = errno;
	else
		child_become(spawn->plan, spawn->report);
	return EX_SETUP;
}

/*
 * vfork(2) suspends us until the child has exec'd or died.  Everything it
 * does to memory is done to ours, which is how the report comes back.
 */
static pid_t
spawn_as(const struct plan *plan, struct report *report,
    int (*child)(void *context))
{
	struct spawn spawn = { plan, report };
	pid_t pid = -1;

	report->stage = STAGE_FORK;
	report->error = 0;
	if (plan->cgroup_fd != -1)
		pid = os_vfork_into_cgroup(plan->cgroup_fd, child, &spawn);
	/* The cgroup is a help; without it the subreaper finds them all. */
	if (pid == -1)
		pid = os_vfork(child, &spawn);
	if (pid == -1) {
		report->error = errno;
		return -1;
	}
	if (has_execed(report))
		return pid;
	reap(pid);
	return -1;
}

pid_t
detach_spawn(const struct plan *plan, struct report *report)
{
	return spawn_as(plan, report, become);
}

static bool
is_over(pid_t pid)
{
	struct os_process process;

	return os_process(pid, &process) == -1 || os_process_is_over(&process);
}

struct purge {
	pid_t session;
	unsigned int count;
};

static int
kill_in_session(void *context, pid_t pid)
{
	struct purge *purge = context;
	int pidfd;

	if (getsid(pid) != purge->session)
		return 0;
	pidfd = os_pidfd_open(pid);
	if (pidfd == -1)
		return 0;
	/* It may have been another's number until the descriptor was open. */
	if (getsid(pid) == purge->session && !is_over(pid) &&
	    os_pidfd_signal(pidfd, SIGKILL) == 0 &&
	    os_wait_readable(pidfd, -1) == 1)
		purge->count++;
	(void)close(pidfd);
	return 0;
}

/* Again until there is nobody, since those that are killed last may fork. */
bool
detach_end_session(pid_t session)
{
	struct purge purge = { session, 0 };

	do {
		purge.count = 0;
		if (os_each_process(kill_in_session, &purge) == -1)
			return false;
	} while (purge.count > 0);
	return true;
}

/*
 * The process between was killed, so nobody knows how far the target came, nor
 * perhaps which process that is: it must not stay.  What is in the session is
 * the target, or comes from it; nobody else can have got that number since.
 */
static void
kill_orphans(const struct report *report, pid_t session)
{
	struct purge purge = { session, 0 };

	if (!detach_end_session(session) && report->pid != 0)
		(void)kill_in_session(&purge, report->pid);
}

/* What the process between needs, and what it tells. */
struct between {
	const struct plan *plan;
	struct report *report;
	bool runs;
};

static int
lead_and_spawn(void *context)
{
	struct between *between = context;

	between->report->stage = STAGE_SESSION;
	if (setsid() == -1)
		between->report->error = errno;
	else
		between->runs =
		    detach_spawn(between->plan, between->report) != -1;
	return EX_DONE;
}

bool
detach_exec(const struct plan *plan, struct report *report)
{
	struct between between = { plan, report, false };
	pid_t pid;

	if (plan->spec->process.session_leader)
		return spawn_as(plan, report, lead_and_become) != -1;
	report->stage = STAGE_FORK;
	report->error = 0;
	report->pid = 0;
	pid = os_vfork_apart(lead_and_spawn, &between);
	if (pid == -1) {
		report->error = errno;
		return false;
	}
	reap(pid);
	if (!between.runs)
		kill_orphans(report, pid);
	return between.runs;
}
