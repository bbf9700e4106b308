/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/act.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/signame.h"
#include "base/xalloc.h"
#include "control/alone.h"
#include "control/asking.h"
#include "control/ending.h"
#include "control/view.h"

/* When there is something to show, and how often. */
#define SHOW_AFTER_MS 1000

/* Beside those of the jobs. */
#define OWN_DESCRIPTORS 32

#define MOST_AT_ONCE 4096

/* Of those that have a supervisor. */
#define HEARD_AT_ONCE 64

/* From what is known of the daemon now to what can be done. */
static void
decide(struct act *act, struct job *job)
{
	struct daemon *daemon = job->daemon;
	struct os_process process;

	job->due_ms = CLOCK_NEVER;
	if (daemon->kind == DAEMON_MISSING) {
		job_not_running(act, job);
		return;
	}
	if (daemon->kind == DAEMON_DOUBTFUL) {
		job_fail(act, job, daemon->error);
		return;
	}
	job->supervisor_fd =
	    job_open_process(act, &daemon->head.supervisor, &process);
	if (job->supervisor_fd != -1) {
		job->is_stopped = process.state == 'T';
		asking_begin(act, job);
		return;
	}
	if (errno == ESRCH)
		job->main_fd =
		    job_open_process(act, &daemon->head.main, &process);
	if (job->main_fd != -1)
		alone_begin(act, job);
	else if (errno != ESRCH)
		job_fail(act, job, errno == EAGAIN
			? "cannot tell its processes (is /proc there, and does "
			  "it show them?)"
			: strerror(errno));
	else if (act->spec->verb == VERB_STOP)
		ending_rest(act, job);
	else
		job_not_running(act, job);
}

static void
begin(struct act *act, struct job *job)
{
	job->began_ms = clock_ms();
	act->active++;
	decide(act, job);
}

static void
handle(struct act *act, struct job *job, uint64_t now)
{
	switch (job->phase) {
	case PHASE_ASKING:
	case PHASE_PARTING:
		asking_go_on(act, job, now);
		break;
	case PHASE_ENDING:
	case PHASE_LEFT:
		if (job->happened[JOB_MAIN] != 0 ||
		    job->happened[JOB_EVENTS] != 0 || job->due_ms <= now)
			ending_go_on(act, job);
		break;
	case PHASE_NEW:
	case PHASE_AGAIN:
	case PHASE_OVER:
		break;
	}
	if (job->phase == PHASE_AGAIN) {
		find_refresh(job->daemon);
		decide(act, job);
	}
}

/* In place of a main process a member of its session is waited for. */
static int
main_fd(const struct job *job)
{
	size_t i;

	if (job->phase == PHASE_LEFT)
		for (i = 0; i < job->session.count; i++)
			if (job->session.items[i].fd != -1)
				return job->session.items[i].fd;
	return job->main_fd;
}

/* Returns how many there are behind the count ones that act->fds has. */
static size_t
add_fds(struct act *act, struct job *job, size_t count)
{
	const int fds[JOB_POLLFDS] = { [JOB_LINK] = job->link_fd,
		[JOB_SUPERVISOR] = job->supervisor_fd,
		[JOB_MAIN] = main_fd(job), [JOB_EVENTS] = job->events_fd };
	short events;
	int n;

	for (n = 0; n < JOB_POLLFDS; n++) {
		job->happened[n] = 0;
		if (fds[n] == -1)
			continue;
		events = n == JOB_EVENTS ? POLLPRI : POLLIN;
		/* It has ended; POLLHUP comes when it has been reaped. */
		if (job->phase == PHASE_LEFT && fds[n] == job->main_fd)
			events = 0;
		act->fds[count] = (struct pollfd){ fds[n], events, 0 };
		act->marks[count++] = &job->happened[n];
	}
	return count;
}

/*
 * Only what is open: there may be thousands of jobs.  A supervisor needs
 * nobody to go on, so that it is enough to hear some of them at a time.
 */
static size_t
fill_all(struct act *act)
{
	size_t supervised = 0;
	size_t count = 0;
	struct job *job;
	size_t i;

	for (i = act->first; i < act->count; i++) {
		job = &act->jobs[i];
		if (job->phase == PHASE_OVER || job->phase == PHASE_NEW)
			continue;
		if (job->supervisor_fd == -1 ||
		    supervised++ < HEARD_AT_ONCE)
			count = add_fds(act, job, count);
	}
	return count;
}

/* All that are under way. */
static void
fail_all(struct act *act, const char *why)
{
	size_t i;

	for (i = act->first; i < act->count; i++)
		if (act->jobs[i].phase != PHASE_NEW &&
		    act->jobs[i].phase != PHASE_OVER)
			job_fail(act, &act->jobs[i], why);
}

static void
wait_for_any(struct act *act, uint64_t until)
{
	size_t count = fill_all(act);
	size_t i;

	if (poll(act->fds, count, clock_poll_timeout(clock_ms(), until)) ==
	    -1) {
		if (errno != EINTR)
			fail_all(act, strerror(errno));
		return;
	}
	for (i = 0; i < count; i++)
		*act->marks[i] = act->fds[i].revents;
}

/*
 * Instances of one name are restarted one after the other, the next when the
 * last one runs, or is ready if that is known; after a failure no more are.
 */
static bool
must_wait(struct act *act, struct job *job)
{
	const struct job *before = job - 1;

	if (act->spec->verb != VERB_RESTART || job == act->jobs ||
	    job->daemon->group == 0 ||
	    before->daemon->group != job->daemon->group)
		return false;
	if (before->phase != PHASE_OVER)
		return true;
	if (before->status == EX_DONE)
		return false;
	act->active++;
	job->began_ms = clock_ms();
	job_fail(act, job, "not tried, as the instance before it failed");
	return true;
}

static void
begin_some(struct act *act)
{
	size_t i;

	while (act->first < act->count &&
	    act->jobs[act->first].phase == PHASE_OVER)
		act->first++;
	for (i = act->first; i < act->count && act->active < act->most; i++)
		if (act->jobs[i].phase == PHASE_NEW &&
		    !must_wait(act, &act->jobs[i]))
			begin(act, &act->jobs[i]);
}

/* One look at all processes serves all that want one. */
static void
look(struct act *act)
{
	bool wanted = false;
	int error;
	size_t i;

	for (i = act->first; i < act->count; i++)
		wanted = wanted || act->jobs[i].wants_look;
	if (!wanted)
		return;
	error = process_table_take(&act->table) == -1 ? errno : 0;
	for (i = act->first; i < act->count; i++) {
		if (!act->jobs[i].wants_look)
			continue;
		act->jobs[i].wants_look = false;
		if (error != 0)
			act->jobs[i].session.error = error;
		ending_look(act, &act->jobs[i]);
	}
}

/* Whom it is waited for, what was sent, and how long it takes. */
static void
show(struct act *act, uint64_t now)
{
	struct strbuf line = { NULL, 0, 0 };
	const struct job *job = NULL;
	char text[SIGNAME_MAX];
	size_t i;

	for (i = act->first; i < act->count && job == NULL; i++)
		if (act->jobs[i].phase != PHASE_NEW &&
		    act->jobs[i].phase != PHASE_OVER)
			job = &act->jobs[i];
	if (job == NULL)
		return;
	strbuf_add(&line, "imp: waiting for ");
	view_text(&line, job->daemon->what);
	strbuf_addf(&line, ", %llu s",
	    (unsigned long long)(now - job->began_ms) / 1000);
	if (job->sent != 0)
		strbuf_addf(&line, "; sent %s", signame_text(job->sent, text));
	if (job->next_ms != CLOCK_NEVER && job->next_ms > now)
		strbuf_addf(&line, ", next step in %llu s",
		    (unsigned long long)(job->next_ms - now + 999) / 1000);
	if (act->active > 1)
		strbuf_addf(&line, "; %zu others", act->active - 1);
	/* Of two lines only the second could be taken back. */
	view_cut(&line, view_columns(STDERR_FILENO) - 1);
	(void)fprintf(stderr, "\r\033[K%s", line.bytes);
	(void)fflush(stderr);
	strbuf_fini(&line);
	act->shown = true;
	act->show_ms = now + SHOW_AFTER_MS;
}

static void
unshow(struct act *act)
{
	if (act->shown)
		(void)fprintf(stderr, "\r\033[K");
	act->shown = false;
}

static uint64_t
earliest(const struct act *act)
{
	uint64_t first = act->shows ? act->show_ms : CLOCK_NEVER;
	size_t i;

	for (i = act->first; i < act->count; i++)
		if (act->jobs[i].phase != PHASE_OVER &&
		    act->jobs[i].due_ms < first)
			first = act->jobs[i].due_ms;
	return first;
}

static void
handle_all(struct act *act, uint64_t now)
{
	size_t i;

	for (i = act->first; i < act->count; i++)
		handle(act, &act->jobs[i], now);
}

static void
loop(struct act *act)
{
	uint64_t now;

	begin_some(act);
	look(act);
	while (act->active > 0) {
		wait_for_any(act, earliest(act));
		now = clock_ms();
		if (act->shows && act->show_ms <= now)
			show(act, now);
		else
			unshow(act);
		handle_all(act, now);
		begin_some(act);
		look(act);
	}
	unshow(act);
}

/* How many of count there are descriptors for: each daemon takes some. */
static size_t
most_at_once(size_t count)
{
	size_t wanted, allowed;

	if (count > MOST_AT_ONCE)
		count = MOST_AT_ONCE;
	wanted = OWN_DESCRIPTORS + count * JOB_POLLFDS;
	allowed = fdio_allow(wanted);
	if (allowed < 2 * OWN_DESCRIPTORS)
		return 1;
	if (allowed >= wanted)
		return count;
	return (allowed - OWN_DESCRIPTORS) / JOB_POLLFDS;
}

static void
init(struct act *act, const struct spec *spec, struct found *found)
{
	size_t i;

	memset(act, 0, sizeof(*act));
	act->spec = spec;
	act->found = found;
	act->count = found->count;
	act->most = most_at_once(found->count);
	act->jobs = xcalloc(found->count, sizeof(*act->jobs));
	act->fds = xcalloc(found->count * JOB_POLLFDS, sizeof(*act->fds));
	act->marks = xcalloc(found->count * JOB_POLLFDS, sizeof(*act->marks));
	act->shows = spec->level != DIAG_QUIET && isatty(STDERR_FILENO);
	act->show_ms = clock_ms() + SHOW_AFTER_MS;
	for (i = 0; i < found->count; i++) {
		act->jobs[i].daemon = &found->items[i];
		act->jobs[i].link_fd = act->jobs[i].supervisor_fd =
		    act->jobs[i].main_fd = act->jobs[i].events_fd = -1;
		act->jobs[i].due_ms = act->jobs[i].next_ms = CLOCK_NEVER;
	}
}

int
act_run(const struct spec *spec, struct found *found)
{
	struct act act;
	int worst = EX_DONE;
	size_t i;

	if (found->count == 0)
		return EX_DONE;
	init(&act, spec, found);
	loop(&act);
	for (i = 0; i < act.count; i++)
		if (act.jobs[i].status > worst)
			worst = act.jobs[i].status;
	process_table_fini(&act.table);
	free(act.jobs);
	free(act.fds);
	free(act.marks);
	return worst;
}
