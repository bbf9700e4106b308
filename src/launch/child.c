/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/child.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/signals.h"
#include "base/text.h"
#include "os/os.h"
#include "os/priority.h"

typedef int step_function(const struct plan *plan, struct report *report);

static int
lead_group(const struct plan *plan, struct report *report)
{
	(void)report;
	if (plan->own_session && setsid() == -1)
		return -1;
	if (plan->own_session && plan->terminal_fd != -1)
		return ioctl(plan->terminal_fd, TIOCSCTTY, 0);
	/* Our parent has given it up; else there is none to be had. */
	if (plan->own_session && plan->spec->process.session_leader)
		(void)ioctl(STDIN_FILENO, TIOCSCTTY, 0);
	if (plan->own_session)
		return 0;
	if (!plan->own_group)
		return 0;
	if (setpgid(0, 0) == -1)
		return -1;
	/* SIGTTOU is blocked, so a background process may do this. */
	return plan->take_terminal ? tcsetpgrp(STDIN_FILENO, getpid()) : 0;
}

/* dup2(2) onto itself would leave close-on-exec set. */
static int
move_fd(int from, int to)
{
	if (from != to)
		return dup2(from, to) == -1 ? -1 : 0;
	return fcntl(to, F_SETFD, 0);
}

static int
set_streams(const struct plan *plan, struct report *report)
{
	int from_fd, fd;

	(void)report;
	for (fd = 0; fd < 3; fd++) {
		from_fd = plan->terminal_fd != -1 ? plan->terminal_fd
						  : plan->streams.fds[fd];
		if (from_fd != -1 && move_fd(from_fd, fd) == -1)
			return -1;
	}
	return 0;
}

static int
keep_record(const struct plan *plan, struct report *report)
{
	if (plan->record == NULL)
		return 0;
	return plan->record(plan->record_context, report);
}

static int
set_limits(const struct plan *plan, struct report *report)
{
	const struct limit *limits = plan->spec->surroundings.limits;
	struct rlimit value;
	int i;

	for (i = 0; i < SPEC_LIMITS; i++) {
		if (!limits[i].set)
			continue;
		report->detail = i;
		value.rlim_cur = limits[i].soft;
		value.rlim_max = limits[i].hard;
		if (setrlimit(i, &value) == -1)
			return -1;
	}
	return 0;
}

static int
set_nice(const struct plan *plan, struct report *report)
{
	const struct optional_int *nice = &plan->spec->surroundings.nice;

	(void)report;
	return nice->set ? setpriority(PRIO_PROCESS, 0, nice->value) : 0;
}

static int
set_io_priority(const struct plan *plan, struct report *report)
{
	(void)report;
	if (plan->spec->surroundings.io.class == IO_CLASS_NONE)
		return 0;
	return os_set_io_priority(plan->spec->surroundings.io.class,
	    plan->spec->surroundings.io.level);
}

static int
set_scheduler(const struct plan *plan, struct report *report)
{
	(void)report;
	if (plan->spec->surroundings.sched.class == SCHED_CLASS_NONE)
		return 0;
	return os_set_scheduler(plan->spec->surroundings.sched.class,
	    plan->spec->surroundings.sched.priority);
}

static int
set_cpus(const struct plan *plan, struct report *report)
{
	(void)report;
	if (!plan->spec->surroundings.cpus.set)
		return 0;
	return os_set_cpus(plan->spec->surroundings.cpus.bits);
}

static int
set_oom_score_adj(const struct plan *plan, struct report *report)
{
	const struct optional_int *adj =
	    &plan->spec->surroundings.oom_score_adj;

	(void)report;
	if (!adj->set)
		adj = &plan->oom_score_adj;
	return adj->set ? os_set_oom_score_adj(adj->value) : 0;
}

static int
change_root(const struct plan *plan, struct report *report)
{
	(void)report;
	return plan->chroot != NULL ? chroot(plan->chroot) : 0;
}

/* Always after chroot(2), or the old root could be reached by "..". */
static int
enter_directory(const struct plan *plan, bool as_user)
{
	if (plan->chdir == NULL ||
	    plan->spec->process.access_as_user != as_user)
		return 0;
	return chdir(plan->chdir);
}

static int
change_directory(const struct plan *plan, struct report *report)
{
	(void)report;
	return enter_directory(plan, false);
}

static int
change_directory_as_user(const struct plan *plan, struct report *report)
{
	(void)report;
	return enter_directory(plan, true);
}

static int
become_user(const struct plan *plan, struct report *report)
{
	(void)umask(plan->spec->surroundings.umask);
	return credentials_apply(&plan->credentials, &report->stage);
}

/*
 * The signal is cleared by a change of user, so it is set after that; the
 * parent may have died before it was set, so that is looked at afterwards.
 */
static int
bind_to_parent(const struct plan *plan, struct report *report)
{
	(void)report;
	if (plan->parent_death != 0 &&
	    os_set_parent_death_signal(plan->parent_death) == -1)
		return -1;
	if (plan->parent == 0 || getppid() == plan->parent)
		return 0;
	errno = EOWNERDEAD;
	return -1;
}

static void
tell_own_pid(const struct plan *plan)
{
	struct text text;

	if (plan->environment.listen_pid == NULL)
		return;
	text_init(&text, plan->environment.listen_pid, LISTEN_PID_ROOM);
	text_put_number(&text, (uint64_t)getpid());
}

static int
close_descriptors(const struct plan *plan, struct report *report)
{
	unsigned int i;

	tell_own_pid(plan);
	if (!plan->spec->surroundings.keep.all && os_cloexec_from(3) == -1)
		return -1;
	report->stage = STAGE_KEEP;
	for (i = 0; i < plan->spec->surroundings.keep.count; i++) {
		report->detail = plan->spec->surroundings.keep.fds[i];
		if (fcntl(report->detail, F_SETFD, 0) == -1)
			return -1;
	}
	report->detail = plan->notify_as;
	return plan->notify_fd != -1
	    ? move_fd(plan->notify_fd, plan->notify_as)
	    : 0;
}

/*
 * imp's own handlers must be gone before a signal is let through: they would
 * run in the parent's memory.  The empty mask comes last, so that a signal
 * that came early is delivered to the target and not lost.
 */
static int
reset_signals(const struct plan *plan, struct report *report)
{
	sigset_t none;
	int i;

	(void)report;
	for (i = 1; i <= SIGNALS_LAST; i++) {
		if (!SIGNAL_IN(plan->ignored | plan->handled, i))
			continue;
		if (os_dispose_signal(i, SIGNAL_IN(plan->ignored, i)) == -1)
			return -1;
	}
	(void)sigemptyset(&none);
	return os_set_signal_mask(
	    plan->blocked != NULL ? plan->blocked : &none);
}

/*
 * As execvp(3), but what is found and cannot be run is an error: a text
 * without "#!" is not handed to a shell.  ENOENT may also mean that an
 * interpreter is missing; whoever tells of it finds out.
 */
static int
execute(const struct plan *plan, struct report *report)
{
	int error = ENOENT;
	int i;

	(void)report;
	for (i = 0; plan->paths[i] != NULL; i++) {
		(void)execve(plan->paths[i], plan->argv,
		    plan->environment.vars);
		if (errno == ENOENT || errno == ENOTDIR)
			continue;
		error = errno;
		if (errno != EACCES)
			break;
	}
	errno = error;
	return -1;
}

/*
 * What opens files, and what looks for open ones, comes before the limits and
 * the new root, which may leave neither descriptors nor /proc.
 */
static const struct {
	enum stage stage;
	step_function *run;
} steps[] = {
	{ STAGE_GROUP, lead_group },
	{ STAGE_STREAMS, set_streams },
	{ STAGE_RECORD, keep_record },
	{ STAGE_DESCRIPTORS, close_descriptors },
	{ STAGE_OOM, set_oom_score_adj },
	{ STAGE_LIMIT, set_limits },
	{ STAGE_NICE, set_nice },
	{ STAGE_IO_PRIORITY, set_io_priority },
	{ STAGE_SCHEDULER, set_scheduler },
	{ STAGE_CPUS, set_cpus },
	{ STAGE_CHROOT, change_root },
	{ STAGE_CHDIR, change_directory },
	{ STAGE_UID, become_user },
	{ STAGE_CHDIR, change_directory_as_user },
	{ STAGE_BIND, bind_to_parent },
	{ STAGE_SIGNALS, reset_signals },
	{ STAGE_EXEC, execute },
};

void
child_become(const struct plan *plan, struct report *report)
{
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		report->stage = steps[i].stage;
		report->detail = 0;
		if (steps[i].run(plan, report) == 0)
			continue;
		report->error = errno;
		return;
	}
}
