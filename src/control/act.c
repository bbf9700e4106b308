/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/act.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "base/signals.h"
#include "base/signame.h"
#include "base/xalloc.h"
#include "control/link.h"
#include "os/pidfd.h"
#include "os/process.h"
#include "spec/field.h"

/* A supervisor that has answered, or hung up, is gone in no time. */
#define PARTING_MS 10000

/* So is one that does not listen, unless its socket has been removed. */
#define SILENT_MS 1000

/* When there is something to show, and how often. */
#define SHOW_AFTER_MS 1000

/* Beside those of the jobs. */
#define OWN_DESCRIPTORS 32

#define MOST_AT_ONCE 4096

/* Of those that have a supervisor. */
#define HEARD_AT_ONCE 64

void
act_finish(struct act *act, struct job *job, int status)
{
	fdio_close(&job->link_fd);
	fdio_close(&job->supervisor_fd);
	fdio_close(&job->main_fd);
	fdio_close(&job->events_fd);
	session_fini(&job->session);
	job->wants_look = false;
	job->phase = PHASE_OVER;
	job->status = status;
	act->active--;
	act->over++;
}

/* "stop", "restart" and so on. */
static const char *
verb_text(const struct act *act)
{
	switch (act->spec->verb) {
	case VERB_RESTART:
		return "restart";
	case VERB_RELOAD:
		return "reload";
	case VERB_SIGNAL:
		return "signal";
	case VERB_ROTATE:
		return "rotate the log of";
	default:
		return "stop";
	}
}

static void
fail(struct act *act, struct job *job, const char *why)
{
	diag_errx("cannot %s %s: %s", verb_text(act), job->daemon->what, why);
	act_finish(act, job, EX_FAILED);
}

/* For a stop that is all that was wanted. */
static void
not_running(struct act *act, struct job *job)
{
	const char *what = job->daemon->what;

	if (act->spec->verb != VERB_STOP) {
		fail(act, job, job->daemon->is_pattern
			? "no daemon matches"
			: "it is not running");
		return;
	}
	find_tidy(act->found, job->daemon);
	if (job->involved)
		diag_verbose("%s: stopped", what);
	else if (job->daemon->is_pattern)
		find_tell_unmatched(job->daemon);
	else
		diag_notice("%s is not running", what);
	act_finish(act, job, EX_DONE);
}

/*
 * Run --reload-command with the daemon's identity in its environment, and
 * wait for it.
 */
static int
run_command(const struct job *job, const char *command)
{
	const char *name = job->daemon->tail.text[RECORD_NAME];
	char *argv[] = { xstrdup("sh"), xstrdup("-c"), xstrdup(command),
		NULL };
	extern char **environ;
	char number[24];
	int rc, status;
	pid_t pid;

	(void)snprintf(number, sizeof(number), "%ld",
	    (long)job->daemon->head.main.pid);
	if (setenv("MAINPID", number, 1) == -1 ||
	    setenv("IMP_NAME", name == NULL ? "" : name, 1) == -1)
		return -1;
	rc = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ);
	if (rc != 0) {
		errno = rc;
		return -1;
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : EX_SIGNALLED + WTERMSIG(status);
}

static void
reload_by_command(struct act *act, struct job *job)
{
	int rc = run_command(job, act->spec->control.reload_command);

	if (rc == 0)
		act_finish(act, job, EX_DONE);
	else if (rc == -1)
		fail(act, job, strerror(errno));
	else
		fail(act, job, xasprintf("the command exited with status %d",
		    rc));
}

static void
send_one(struct act *act, struct job *job, int signal)
{
	char text[SIGNAME_MAX];

	if (os_pidfd_signal(job->main_fd, signal) == -1) {
		if (errno == ESRCH)
			not_running(act, job);
		else
			fail(act, job, strerror(errno));
		return;
	}
	diag_verbose("%s: sent %s to process %ld", job->daemon->what,
	    signame_text(signal, text), (long)job->daemon->head.main.pid);
	act_finish(act, job, EX_DONE);
}

/* By the signal that it was started with, unless another is asked for. */
static void
reload_alone(struct act *act, struct job *job)
{
	const char *text = job->daemon->tail.text[RECORD_RELOAD];
	uint64_t signal = (uint64_t)act->spec->control.reload_signal;
	struct reason why;

	if (act->spec->control.reload_command != NULL)
		reload_by_command(act, job);
	else if (text == NULL || spec_given(act->spec, FIELD_RELOAD_SIGNAL) ||
	    parse_unsigned(text, 1, SIGNALS_LAST, &signal, &why) == 0)
		send_one(act, job, (int)signal);
	else
		fail(act, job, "it has no supervisor that could run its reload "
			       "command: give it as --reload-command");
}

/* There is a main process, and nobody watches over it. */
static void
begin_alone(struct act *act, struct job *job)
{
	switch (act->spec->verb) {
	case VERB_SIGNAL:
		send_one(act, job, act->spec->control.signal);
		break;
	case VERB_RELOAD:
		reload_alone(act, job);
		break;
	case VERB_RESTART:
		fail(act, job, "it has no supervisor that could start it "
			       "again: stop it, and start it as before");
		break;
	case VERB_ROTATE:
		fail(act, job, "it has no supervisor, and writes its log "
			       "itself");
		break;
	default:
		job->involved = true;
		ending_begin(act, job);
		break;
	}
}

static const enum protocol_verb asks[] = {
	[VERB_STOP] = ASK_STOP,
	[VERB_RESTART] = ASK_RESTART,
	[VERB_RELOAD] = ASK_RELOAD,
	[VERB_SIGNAL] = ASK_SIGNAL,
	[VERB_ROTATE] = ASK_ROTATE,
};

static int
ask(const struct act *act, struct job *job)
{
	const struct spec *spec = act->spec;
	struct protocol_request request;

	protocol_request_init(&request, asks[spec->verb]);
	if (spec->verb == VERB_SIGNAL)
		request.signal = spec->control.signal;
	if (spec->verb == VERB_RELOAD && spec_given(spec, FIELD_RELOAD_SIGNAL))
		request.signal = spec->control.reload_signal;
	if (spec_given(spec, FIELD_STOP_SCHEDULE))
		protocol_put_schedule(&request, &spec->stop.schedule);
	request.wants_progress = act->shows;
	job->link_fd =
	    link_ask(job->daemon->place->fd, job->daemon->key, &request);
	return job->link_fd == -1 ? -1 : 0;
}

/*
 * Its supervisor cannot be asked: it is beginning or ending, or somebody has
 * removed its socket, or it is of another version and does not understand
 * us.  SIGTERM means a stop to it as well.
 */
static void
stop_by_signal(struct act *act, struct job *job)
{
	if (os_pidfd_signal(job->supervisor_fd, SIGTERM) == -1 &&
	    errno != ESRCH) {
		fail(act, job, strerror(errno));
		return;
	}
	if (spec_given(act->spec, FIELD_STOP_SCHEDULE))
		diag_notice("%s is stopped by the schedule that it was "
			    "started with: its supervisor hears of no other",
		    job->daemon->what);
	job->involved = true;
	job->phase = PHASE_PARTING;
	job->due_ms = CLOCK_NEVER;
}

/* One that has just been killed is not gone yet, and does not listen. */
static void
meet_silence(struct act *act, struct job *job, int error)
{
	if (act->spec->verb == VERB_STOP)
		stop_by_signal(act, job);
	else if (error == ENOENT || error == ECONNREFUSED) {
		job->phase = PHASE_PARTING;
		job->due_ms = clock_ms() + SILENT_MS;
	} else
		fail(act, job, strerror(error));
}

static void
begin_supervised(struct act *act, struct job *job)
{
	/* One that is stopped could not hear us. */
	if (job->is_stopped)
		(void)os_pidfd_signal(job->supervisor_fd, SIGCONT);
	if (act->spec->verb == VERB_RELOAD &&
	    act->spec->control.reload_command != NULL) {
		reload_by_command(act, job);
		return;
	}
	if (ask(act, job) == -1) {
		meet_silence(act, job, errno);
		return;
	}
	job->phase = PHASE_ASKING;
	job->involved = true;
}

static int
open_process(const struct act *act, const struct identity *identity,
    struct os_process *process)
{
	if (identity->pid != 0 && act->found->boot != NULL)
		return identity_open_here(identity, act->found->boot, process);
	errno = identity->pid == 0 ? ESRCH : EAGAIN;
	return -1;
}

/* From what is known of the daemon now to what can be done. */
static void
decide(struct act *act, struct job *job)
{
	struct daemon *daemon = job->daemon;
	struct os_process process;

	job->due_ms = CLOCK_NEVER;
	if (daemon->kind == DAEMON_MISSING) {
		not_running(act, job);
		return;
	}
	if (daemon->kind == DAEMON_DOUBTFUL) {
		fail(act, job, daemon->error);
		return;
	}
	job->supervisor_fd =
	    open_process(act, &daemon->head.supervisor, &process);
	if (job->supervisor_fd != -1) {
		job->is_stopped = process.state == 'T';
		begin_supervised(act, job);
		return;
	}
	if (errno == ESRCH)
		job->main_fd =
		    open_process(act, &daemon->head.main, &process);
	if (job->main_fd != -1)
		begin_alone(act, job);
	else if (errno != ESRCH)
		fail(act, job, errno == EAGAIN
			? "cannot tell its processes (is /proc there?)"
			: strerror(errno));
	else if (act->spec->verb == VERB_STOP)
		ending_rest(act, job);
	else
		not_running(act, job);
}

static void
begin(struct act *act, struct job *job)
{
	job->began_ms = clock_ms();
	act->active++;
	decide(act, job);
}

/* What needs no supervisor is done without; a stop, by a signal to it. */
static void
not_understood(struct act *act, struct job *job)
{
	struct os_process process;

	fdio_close(&job->link_fd);
	if (act->spec->verb == VERB_STOP) {
		stop_by_signal(act, job);
		return;
	}
	if (act->spec->verb != VERB_SIGNAL && act->spec->verb != VERB_RELOAD) {
		fail(act, job, "its supervisor is of another version of imp: "
			       "stop it, and start it as before");
		return;
	}
	job->main_fd = open_process(act, &job->daemon->head.main, &process);
	if (job->main_fd == -1)
		fail(act, job, "it is not running now");
	else
		begin_alone(act, job);
}

/*
 * The supervisor has ended: what does the record say now?  A stop is gone on
 * with; all else, only if the supervisor cannot have done it.
 */
static void
decide_again(struct act *act, struct job *job)
{
	fdio_close(&job->link_fd);
	fdio_close(&job->supervisor_fd);
	if (act->spec->verb != VERB_STOP && job->heard) {
		fail(act, job, "its supervisor has ended before it has "
			       "answered");
		return;
	}
	find_refresh(job->daemon);
	decide(act, job);
}

static const char *const done[] = {
	[VERB_RESTART] = "restarted",
	[VERB_RELOAD] = "reloaded",
	[VERB_SIGNAL] = "the signal was sent",
	[VERB_ROTATE] = "its log was rotated",
};

static void
take_answer(struct act *act, struct job *job, const struct link_reply *reply)
{
	const char *text = reply->reply.text;

	if (reply->reply.status == EX_BADUSAGE) {
		not_understood(act, job);
		return;
	}
	if (reply->reply.status != EX_DONE) {
		diag_errx("cannot %s %s%s%s", verb_text(act),
		    job->daemon->what, *text == '\0' ? "" : ": ", text);
		act_finish(act, job, reply->reply.status);
		return;
	}
	if (act->spec->verb != VERB_STOP) {
		diag_verbose("%s: %s", job->daemon->what,
		    done[act->spec->verb]);
		act_finish(act, job, EX_DONE);
		return;
	}
	/* All is gone but the supervisor itself, which is about to. */
	job->answered = true;
	job->phase = PHASE_PARTING;
	job->due_ms = clock_ms() + PARTING_MS;
	fdio_close(&job->link_fd);
}

static void
hung_up(struct act *act, struct job *job, int error)
{
	if (error == ENOTSUP) {
		not_understood(act, job);
		return;
	}
	fdio_close(&job->link_fd);
	if (error == ECONNRESET && ask(act, job) == 0)
		return;
	job->heard = error != ECONNRESET;
	job->phase = PHASE_PARTING;
	job->due_ms = clock_ms() + PARTING_MS;
}

static void
take_reply(struct act *act, struct job *job)
{
	static struct link_reply reply;

	if (link_read(job->link_fd, &reply) == -1)
		hung_up(act, job, errno);
	else if (reply.reply.kind == REPLY_DONE)
		take_answer(act, job, &reply);
	else if (reply.reply.kind == REPLY_PROGRESS) {
		job->sent = reply.reply.signal;
		job->next_ms = reply.reply.wait_ms == UINT64_MAX
		    ? CLOCK_NEVER
		    : clock_ms() + reply.reply.wait_ms;
	}
}

static void
part(struct act *act, struct job *job, bool has_ended)
{
	if (job->answered) {
		diag_verbose("%s: stopped", job->daemon->what);
		act_finish(act, job, EX_DONE);
	} else if (has_ended)
		decide_again(act, job);
	else
		fail(act, job, "its supervisor does not listen");
}

/* The order in job->happened. */
enum { FD_LINK, FD_SUPERVISOR, FD_MAIN, FD_EVENTS };

static void
handle(struct act *act, struct job *job, uint64_t now)
{
	bool is_due = job->due_ms <= now;

	switch (job->phase) {
	case PHASE_ASKING:
		/* What it said before it ended is heard first. */
		if (job->happened[FD_LINK] != 0)
			take_reply(act, job);
		else if (job->happened[FD_SUPERVISOR] != 0) {
			job->heard = true;
			decide_again(act, job);
		}
		break;
	case PHASE_PARTING:
		if (job->happened[FD_SUPERVISOR] != 0 || is_due)
			part(act, job, job->happened[FD_SUPERVISOR] != 0);
		break;
	case PHASE_ENDING:
	case PHASE_LEFT:
		if (job->happened[FD_MAIN] != 0 ||
		    job->happened[FD_EVENTS] != 0 || is_due)
			ending_go_on(act, job);
		break;
	case PHASE_NEW:
	case PHASE_OVER:
		break;
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
	const int fds[JOB_POLLFDS] = { [FD_LINK] = job->link_fd,
		[FD_SUPERVISOR] = job->supervisor_fd,
		[FD_MAIN] = main_fd(job), [FD_EVENTS] = job->events_fd };
	short events;
	int n;

	for (n = 0; n < JOB_POLLFDS; n++) {
		job->happened[n] = 0;
		if (fds[n] == -1)
			continue;
		events = n == FD_EVENTS ? POLLPRI : POLLIN;
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

static void
wait_for_any(struct act *act, uint64_t until)
{
	size_t count = fill_all(act);
	size_t i;

	(void)poll(act->fds, count, clock_poll_timeout(clock_ms(), until));
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
	fail(act, job, "not tried, as the instance before it failed");
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
	size_t i;

	for (i = act->first; i < act->count; i++)
		wanted = wanted || act->jobs[i].wants_look;
	if (!wanted)
		return;
	if (process_table_take(&act->table) == -1)
		act->table.count = 0;
	for (i = act->first; i < act->count; i++) {
		if (!act->jobs[i].wants_look)
			continue;
		act->jobs[i].wants_look = false;
		ending_look(act, &act->jobs[i]);
	}
}

/* Whom it is waited for, what was sent, and how long it takes. */
static void
show(struct act *act, uint64_t now)
{
	const struct job *job = NULL;
	char text[SIGNAME_MAX];
	size_t i;

	for (i = act->first; i < act->count && job == NULL; i++)
		if (act->jobs[i].phase != PHASE_NEW &&
		    act->jobs[i].phase != PHASE_OVER)
			job = &act->jobs[i];
	if (job == NULL)
		return;
	(void)fprintf(stderr, "\r\033[Kimp: waiting for %s, %llu s",
	    job->daemon->what,
	    (unsigned long long)(now - job->began_ms) / 1000);
	if (job->sent != 0)
		(void)fprintf(stderr, "; sent %s",
		    signame_text(job->sent, text));
	if (job->next_ms != CLOCK_NEVER && job->next_ms > now)
		(void)fprintf(stderr, ", next step in %llu s",
		    (unsigned long long)(job->next_ms - now + 999) / 1000);
	if (act->active > 1)
		(void)fprintf(stderr, "; %zu others", act->active - 1);
	(void)fflush(stderr);
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
	struct rlimit limit;
	rlim_t wanted;

	if (count > MOST_AT_ONCE)
		count = MOST_AT_ONCE;
	wanted = OWN_DESCRIPTORS + (rlim_t)count * JOB_POLLFDS;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 1;
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max
							 : wanted;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    limit.rlim_cur < 2 * OWN_DESCRIPTORS)
		return 1;
	if (limit.rlim_cur >= wanted)
		return count;
	return (limit.rlim_cur - OWN_DESCRIPTORS) / JOB_POLLFDS;
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
