/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/ending.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "os/empty.h"
#include "os/pidfd.h"
#include "spec/field.h"
#include "spec/stop_schedule.h"

/* What SIGKILL does not end within this is stuck in the kernel. */
#define KILL_MS 10000

/* As long its parent is given to reap it, before we look at all processes. */
#define REAP_MS 5

/* And the kernel, to free its number then. */
#define FREE_TRIES 32

static void
choose_schedule(const struct act *act, struct job *job)
{
	const char *text = job->daemon->tail.text[RECORD_SCHEDULE];
	struct reason why;

	job->plan = act->spec->stop.schedule;
	if (text != NULL && !spec_given(act->spec, FIELD_STOP_SCHEDULE))
		(void)stop_schedule_parse(&job->plan, text, SIGNAL_DEFAULT,
		    &why);
}

static void
choose_kill(struct job *job)
{
	const char *text = job->daemon->tail.text[RECORD_KILL];
	int kill = -1;

	if (text != NULL)
		kill = parse_word(spec_fields[FIELD_KILL].choices, text);
	/* Of a stranger's process we know nothing but that it is the one. */
	if (job->daemon->kind == DAEMON_FOREIGN)
		kill = KILL_MAIN;
	job->kill = kill == -1 ? KILL_MIXED : (enum kill_mode)kill;
}

/* True: it is done, or the job is over since it may not be done. */
static bool
send(struct act *act, struct job *job, int signal)
{
	if (job->main_fd == -1 || os_pidfd_signal(job->main_fd, signal) == 0 ||
	    errno == ESRCH)
		return true;
	diag_err("cannot stop %s (process %ld)", job->daemon->what,
	    (long)job->daemon->head.main.pid);
	job_finish(act, job, EX_FAILED);
	return false;
}

static void
refuse(struct act *act, struct job *job)
{
	diag_errx("%s (process %ld) refuses to die", job->daemon->what,
	    (long)job->daemon->head.main.pid);
	job_finish(act, job, EX_FAILED);
}

static bool
make_move(struct act *act, struct job *job, const struct schedule_move *move)
{
	bool tree = job->kill == KILL_TREE || job->kill == KILL_GROUP;

	job->sent = move->signal;
	if (!send(act, job, move->signal))
		return false;
	if (tree || (move->kill_all && job->kill == KILL_MIXED))
		session_signal(&job->session, move->signal);
	if (!move->then_cont)
		return true;
	if (tree)
		session_signal(&job->session, SIGCONT);
	return send(act, job, SIGCONT);
}

static void
walk(struct act *act, struct job *job)
{
	struct schedule_move move;

	session_prove(&job->session);
	for (;;) {
		move = schedule_next(&job->walk, clock_ms());
		if (move.kind != SCHEDULE_SIGNAL)
			break;
		if (!make_move(act, job, &move))
			return;
	}
	job->due_ms = job->next_ms = move.until_ms;
	if (move.kind == SCHEDULE_OVER)
		refuse(act, job);
}

/* Who belongs to it is found out while it lives and proves its session. */
void
ending_begin(struct act *act, struct job *job)
{
	const struct record_head *head = &job->daemon->head;

	choose_schedule(act, job);
	choose_kill(job);
	schedule_begin(&job->walk, &job->plan);
	session_init(&job->session, &head->main, head->session,
	    job->kill == KILL_GROUP ? head->main.pid : 0);
	job->phase = PHASE_ENDING;
	if (job->kill == KILL_MAIN) {
		walk(act, job);
		return;
	}
	session_prove(&job->session);
	if (job->kill == KILL_MIXED) {
		session_take_descendants(&job->session, job->main_fd);
		walk(act, job);
	} else
		job->wants_look = true;
}

static bool
has_ended(int pidfd)
{
	struct pollfd pfd = { pidfd, POLLIN, 0 };

	return poll(&pfd, 1, 0) == 1;
}

static void
finish(struct act *act, struct job *job)
{
	if (job->daemon->kind == DAEMON_RECORDED)
		find_forget(job->daemon);
	if (job->involved)
		diag_verbose("%s: stopped", job->daemon->what);
	else
		diag_notice("%s is not running", job->daemon->what);
	job_finish(act, job, EX_DONE);
}

/*
 * The daemon's cgroup, with which nobody can escape.  The path is of our own
 * making; what is done to it the kernel does only to a cgroup.  That of
 * another boot is another's.
 */
static int
open_events(const struct act *act, const struct job *job)
{
	const char *cgroup = job->daemon->tail.text[RECORD_CGROUP];
	char path[PATH_MAX];

	if (cgroup == NULL || act->found->boot == NULL ||
	    strcmp(job->daemon->head.supervisor.boot, act->found->boot) != 0 ||
	    snprintf(path, sizeof(path), "%s/cgroup.events", cgroup) >=
		(int)sizeof(path))
		return -1;
	return open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

static bool
is_populated(int events_fd)
{
	char text[256];
	ssize_t n = pread(events_fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	return strstr(text, "populated 1") != NULL;
}

static void
kill_cgroup(const struct job *job)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/cgroup.kill",
	    job->daemon->tail.text[RECORD_CGROUP]);
	fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return;
	(void)fdio_write_all(fd, "1", 1);
	(void)close(fd);
}

/* Empty now, so that it can go: its supervisor would have done it. */
static void
remove_cgroup(struct job *job)
{
	fdio_close(&job->events_fd);
	(void)empty_remove(job->daemon->tail.text[RECORD_CGROUP]);
}

/*
 * Nothing that is known of its session is left, or there is none.  A cgroup
 * proves that nothing is, whatever could not be looked at.
 */
static void
go_on_without(struct act *act, struct job *job)
{
	int error = job->session.error;

	session_fini(&job->session);
	if (job->events_fd != -1) {
		if (is_populated(job->events_fd))
			return;
		remove_cgroup(job);
	} else if (error != 0) {
		diag_errx("cannot tell whether anything of %s is left: %s",
		    job->daemon->what, strerror(error));
		job_finish(act, job, EX_FAILED);
		return;
	}
	finish(act, job);
}

static bool
is_reaped(int pidfd)
{
	struct pollfd pfd = { pidfd, 0, 0 };

	return pidfd == -1 || poll(&pfd, 1, 0) == 1;
}

/*
 * Linux tells of a process that has been reaped a few microseconds before its
 * number is free, and to look at all processes takes a thousand.
 */
static bool
is_over(struct job *job, bool reaped)
{
	int tries = reaped && job->main_fd != -1 ? FREE_TRIES : 1;

	while (!session_is_over(&job->session))
		if (--tries == 0 || sched_yield() == -1)
			return false;
	return true;
}

/*
 * Its session can be told to be empty only once the main process has been
 * reaped, which is soon; otherwise all processes have to be looked at.
 */
static void
check_session(struct act *act, struct job *job)
{
	bool reaped = is_reaped(job->main_fd);

	job->due_ms = job->refused_ms;
	if (job->session.main.pid == 0 || is_over(job, reaped))
		go_on_without(act, job);
	else if (reaped || session_has_living(&job->session) ||
	    clock_ms() >= job->reaped_by_ms) {
		fdio_close(&job->main_fd);
		job->wants_look = true;
	} else
		job->due_ms = job->reaped_by_ms;
}

/*
 * The main process has gone.  What is left of the cgroup can be killed at a
 * stroke; of the session, one by one.
 */
void
ending_rest(struct act *act, struct job *job)
{
	if (job->phase != PHASE_ENDING)
		choose_kill(job);
	job->phase = PHASE_LEFT;
	job->refused_ms = clock_ms() + KILL_MS;
	job->reaped_by_ms = clock_ms() + REAP_MS;
	job->sent = SIGKILL;
	job->next_ms = CLOCK_NEVER;
	if (job->kill == KILL_MAIN) {
		finish(act, job);
		return;
	}
	/* What has left the group is in the cgroup all the same. */
	if (job->kill != KILL_GROUP)
		job->events_fd = open_events(act, job);
	if (job->events_fd != -1 && is_populated(job->events_fd)) {
		job->involved = true;
		kill_cgroup(job);
	}
	check_session(act, job);
}

void
ending_look(struct act *act, struct job *job)
{
	size_t left = session_update(&job->session, &act->table);

	if (job->phase == PHASE_ENDING) {
		walk(act, job);
		return;
	}
	if (left > 0) {
		session_signal(&job->session, SIGKILL);
		return;
	}
	go_on_without(act, job);
}

/* Those that are left may have had children meanwhile. */
static void
go_on_left(struct act *act, struct job *job)
{
	if (clock_ms() >= job->refused_ms)
		refuse(act, job);
	else
		check_session(act, job);
}

/*
 * Before each further signal its members are looked for anew; that comes
 * back through ending_look().
 */
void
ending_go_on(struct act *act, struct job *job)
{
	if (job->phase == PHASE_LEFT) {
		go_on_left(act, job);
		return;
	}
	if (has_ended(job->main_fd)) {
		ending_rest(act, job);
		return;
	}
	if (job->kill == KILL_MAIN) {
		walk(act, job);
		return;
	}
	job->due_ms = CLOCK_NEVER;
	session_prove(&job->session);
	job->wants_look = true;
}
