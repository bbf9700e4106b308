/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/supervise.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/signals.h"
#include "base/xalloc.h"
#include "launch/failure.h"
#include "os/os.h"
#include "os/pidfd.h"
#include "os/priority.h"
#include "os/process.h"
#include "os/vfork.h"
#include "supervise/marks.h"
#include "supervise/run.h"
#include "supervise/supervisor.h"

/* Between "never killed for memory" and everybody else. */
#define OWN_OOM_SCORE_ADJ (-900)

static void
init(struct supervisor *sup, const struct spec *spec)
{
	static struct server_storage storage;
	static struct seldom seldom;
	const char *base = strrchr(spec->operands.items[0], '/');

	sup->spec = spec;
	sup->seldom = &seldom;
	sup->caller_fd = sup->bind_fd = -1;
	sup->main_fd = sup->left_fd = -1;
	sup->notify.fd = -1;
	sup->cgroup.dir_fd = sup->cgroup.kill_fd = -1;
	sup->own_pidfile.dir_fd = -1;
	sup->implog.fd = -1;
	sup->implog.dir_fd = -1;
	server_init(&sup->server, &storage);
	sup->history.fd = -1;
	sup->due_ms = sup->runtime_due_ms = sup->reload.due_ms = CLOCK_NEVER;
	sup->stop_plan = &spec->stop.schedule;
	sup->random = clock_wall_ms() << 20 ^ (uint64_t)getpid() ^ 1;
	(void)strlcpy(sup->label,
	    spec->identity.name != NULL ? spec->identity.name
		: base != NULL		? base + 1
					: spec->operands.items[0],
	    sizeof(sup->label));
	sup->title.given = spec->manners.title;
	sup->logging.label = sup->label;
	sup->logging.title = &sup->title;
	start_init(&sup->start, spec);
	sup->start.plan.streams.is_logged[1] = logging_serves(spec, LOG_STDOUT);
	sup->start.plan.streams.is_logged[2] = logging_serves(spec, LOG_STDERR);
}

/*
 * We may be a service that reports to its own supervisor; the command must
 * not report to that one past us.
 */
static void
take_upward_socket(struct supervisor *sup)
{
	const char *address = getenv("NOTIFY_SOCKET");

	if (address == NULL)
		return;
	sup->upward = xstrdup(address);
	(void)unsetenv("NOTIFY_SOCKET");
}

/* Another daemon: its supervisor, which outlives a restart, if it has one. */
static int
bind_to_name(struct supervisor *sup, const char *name)
{
	struct record other;
	char path[PATH_MAX];
	char key[KEY_ROOM];
	int state_fd = -1;

	place_key_of_name(name, key);
	if (place_path(sup->spec->identity.state_dir, path) == 0)
		state_fd = place_open(path, false);
	if (state_fd != -1 &&
	    record_read_at(state_fd, key, geteuid(), &other) == 0)
		sup->bind_fd = identity_open(other.head.supervisor.pid != 0
			? &other.head.supervisor
			: &other.head.main);
	fdio_close(&state_fd);
	if (sup->bind_fd != -1)
		return 0;
	diag_errx("cannot bind to '%s': it is not running", name);
	return -1;
}

static int
open_bind(struct supervisor *sup)
{
	const struct spec_stop *stop = &sup->spec->stop;
	pid_t pid = stop->bind.pid;

	switch (stop->bind.kind) {
	case BIND_NONE:
		return 0;
	case BIND_SUPERVISOR:
		sup->start.plan.parent_death = SIGKILL;
		return 0;
	case BIND_NAME:
		return bind_to_name(sup, stop->bind.name);
	case BIND_PARENT:
		pid = getppid();
		break;
	case BIND_PID:
		break;
	}
	sup->bind_fd = os_pidfd_open(pid);
	if (sup->bind_fd != -1)
		return 0;
	diag_err("cannot bind to process %ld", (long)pid);
	return -1;
}

static int
open_notify(struct supervisor *sup)
{
	const struct claim *claim = &sup->start.claim;
	const struct plan *plan = &sup->start.plan;
	uid_t uid = plan->credentials.set_uid ? plan->credentials.uid
					      : geteuid();
	const char *dir = NULL;

	if (sup->spec->ready.kind != READY_NOTIFY)
		return 0;
	if (claim->count > 0 && plan->chroot == NULL)
		dir = xasprintf("%s/%s", sup->start.state_dir,
		    claim->keys[0].name);
	if (notify_open(&sup->notify, dir == NULL ? -1 : claim->keys[0].dir_fd,
		dir, uid) == -1) {
		diag_err("cannot open a socket for notifications");
		return -1;
	}
	(void)snprintf(sup->seldom->notify_variable,
	    sizeof(sup->seldom->notify_variable), "NOTIFY_SOCKET=%s",
	    sup->notify.address);
	return 0;
}

static int
open_pidfile(struct supervisor *sup)
{
	const struct plan *plan = &sup->start.plan;

	if (plan_open_pidfile(sup->spec, &sup->own_pidfile,
		plan->supervisor_pidfile,
		sup->spec->identity.supervisor_pidfile) == -1)
		return -1;
	sup->own_pidfile.mark = plan->pidfile.mark;
	return 0;
}

static int
open_implog(struct supervisor *sup)
{
	const char *path = sup->spec->imp_log;

	if (sup->spec->foreground && path == NULL)
		return 0;
	return implog_open(&sup->implog, path, "imp");
}

static pid_t
spawn_probe(void *context, const char *const argv[])
{
	return supervisor_spawn_helper(context, argv);
}

static bool
is_ours(void *context, pid_t pid)
{
	(void)context;
	return family_has(pid);
}

static int
open_ready(struct supervisor *sup)
{
	struct plan *plan = &sup->start.plan;

	sup->ready_ops.context = sup;
	sup->ready_ops.spawn = spawn_probe;
	sup->ready_ops.is_ours = is_ours;
	sup->ready_ops.addresses = sup->seldom->addresses;
	if (streams_null(&plan->streams) == -1)
		return -1;
	return ready_prepare(&sup->ready, &sup->spec->ready,
	    plan->pidfile.path, &sup->ready_ops);
}

/*
 * The record callback of each run, in the process that becomes the target:
 * it is on record before it can run anything.
 */
static int
record_run(void *context, struct report *report)
{
	struct supervisor *sup = context;
	struct start *start = &sup->start;
	struct os_process self;

	report->stage = STAGE_IDENTITY;
	if (os_process(0, &self) == -1)
		return -1;
	identity_take(&start->head.main, &start->head.supervisor, &self);
	/* In the foreground the session is that of whoever called us. */
	start->head.session =
	    start->plan.detached || start->plan.own_session ? self.sid : 0;
	report->stage = STAGE_RECORD;
	if (run_record(sup) == -1)
		return -1;
	report->stage = STAGE_PIDFILE;
	if (!sup->spec->restart.forking &&
	    pid_file_write(&start->plan.pidfile, self.pid) == -1)
		return -1;
	/* Its first line must not be taken for one of the run before. */
	logging_set_pid(&sup->logging, self.pid);
	/* Whoever waits must be able to find it, should we be killed. */
	report->stage = STAGE_BIND;
	return caller_send_main(sup->caller_fd, &start->head.main);
}

/* Everything that can fail for the caller to see; as the caller. */
static int
prepare(struct supervisor *sup)
{
	int rc;

	take_upward_socket(sup);
	rc = start_prepare(&sup->start);
	if (rc != 0)
		return rc;
	if (sup->spec->test)
		return start_check_command(&sup->start);
	if (open_pidfile(sup) == -1 || open_implog(sup) == -1 ||
	    open_bind(sup) == -1 || open_notify(sup) == -1 ||
	    open_ready(sup) == -1 ||
	    logging_open(&sup->logging, &sup->start.plan) == -1)
		return EX_SETUP;
	return 0;
}

/*
 * A command that leads a session of its own is to have our terminal.  When
 * whoever leads a session gives it up, the kernel says so with HUP and CONT;
 * these are for us, and setting them to be ignored takes them back.
 */
static void
give_up_terminal(void)
{
	if (ioctl(STDIN_FILENO, TIOCNOTTY) == -1 || getsid(0) != getpid())
		return;
	(void)signals_dispose(SIGHUP, SIG_IGN);
	(void)signals_dispose(SIGCONT, SIG_IGN);
	(void)signals_dispose(SIGHUP, SIG_DFL);
	(void)signals_dispose(SIGCONT, SIG_DFL);
}

/* A terminal that we are in the foreground of is lent to the command. */
static void
prepare_foreground(struct supervisor *sup, const sigset_t *blocked,
    uint64_t ignored)
{
	struct plan *plan = &sup->start.plan;

	plan->blocked = blocked;
	plan->ignored = ignored;
	plan->own_session = plan->credentials.set_uid ||
	    sup->spec->process.session_leader ||
	    sup->spec->output.terminal != TERMINAL_NONE;
	if (sup->spec->process.session_leader)
		give_up_terminal();
	plan->take_terminal = !plan->own_session &&
	    sup->spec->output.stdin_path == NULL &&
	    tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* Its memory, its place and its streams are the supervisor's own now. */
static int
settle_down(struct supervisor *sup)
{
	struct plan *plan = &sup->start.plan;
	int fd, adj;

	if (sup->spec->foreground)
		return 0;
	diag_set_sink(caller_send_line, &sup->caller_fd);
	if (setsid() == -1) {
		diag_err("cannot begin a session");
		return -1;
	}
	if (chdir("/") == -1) {
		diag_err("cannot change directory to '/'");
		return -1;
	}
	(void)umask(022);
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd == -1 || dup2(fd, 0) == -1 || dup2(fd, 1) == -1 ||
	    dup2(fd, 2) == -1) {
		diag_err("cannot open '/dev/null'");
		return -1;
	}
	fdio_close(&fd);
	if (geteuid() == 0 &&
	    os_exchange_oom_score_adj(OWN_OOM_SCORE_ADJ, &adj) == 0) {
		plan->oom_score_adj.set = true;
		plan->oom_score_adj.value = adj;
	}
	return 0;
}

/*
 * The usual record is composed on the stack, which is given back once the
 * daemon is up; on the heap it would cost an idle supervisor a page.
 */
static int
write_record(struct start *start)
{
	size_t room = record_room(&start->tail);
	char small[2048];
	char *text = room <= sizeof(small) ? small : xcalloc(room, 1);
	size_t length = record_format(&start->head, &start->tail, text);
	int rc;

	rc = claim_write_record(&start->claim, text, length,
	    &start->record_fd);
	if (rc == -1)
		diag_err("cannot write the record of the daemon");
	if (text != small)
		free(text);
	return rc;
}

static int
record_supervisor(struct supervisor *sup)
{
	struct start *start = &sup->start;

	if (identity_of(0, &start->head.supervisor) == -1) {
		diag_err("cannot tell the supervisor from other processes (is "
			 "/proc there?)");
		return -1;
	}
	if (start->has_record) {
		cgroup_open(&sup->cgroup, start->claim.keys[0].name);
		start->tail.text[RECORD_CGROUP] = sup->cgroup.path;
		if (write_record(start) == -1)
			return -1;
	}
	if (pid_file_write(&sup->own_pidfile, getpid()) == 0)
		return 0;
	diag_err("cannot write pidfile '%s'",
	    sup->spec->identity.supervisor_pidfile);
	return -1;
}

/* The control socket and the history, in the directories of the keys. */
static int
open_for_others(struct supervisor *sup)
{
	const struct claim *claim = &sup->start.claim;
	int second_fd = claim->count > 1 ? claim->keys[1].dir_fd : -1;

	if (claim->count == 0)
		return 0;
	if (server_open(&sup->server, claim->keys[0].dir_fd, second_fd) ==
	    -1) {
		diag_err("cannot make the control socket");
		return -1;
	}
	if (history_open(&sup->history, claim->keys[0].dir_fd, second_fd) ==
	    -1) {
		diag_err("cannot make the history of the daemon");
		return -1;
	}
	return 0;
}

/* The supervisor's set-up after the fork. */
static int
set_up(struct supervisor *sup)
{
	struct plan *plan = &sup->start.plan;
	uint64_t handled = supervisor_handles(&sup->spec->stop);

	if (settle_down(sup) == -1)
		return -1;
	if (os_become_subreaper() == -1) {
		diag_err("cannot become the reaper of orphans");
		return -1;
	}
	if (marks_handle(handled) == -1) {
		diag_err("cannot handle signals");
		return -1;
	}
	plan->handled = handled;
	plan->parent = getpid();
	plan->own_group = true;
	plan->record = record_run;
	plan->record_context = sup;
	return record_supervisor(sup) == -1 ? -1 : open_for_others(sup);
}

/* What is left of us in the file system, and with it the claim. */
static void
clean_up(struct supervisor *sup)
{
	pid_file_remove(&sup->start.plan.pidfile);
	pid_file_remove(&sup->own_pidfile);
	notify_close(&sup->notify);
	cgroup_close(&sup->cgroup);
	if (sup->gave_up && sup->start.claim.count > 0) {
		/* Kept, for --status to tell of; the next start clears it. */
		sup->start.head.supervisor.pid = 0;
		run_publish(sup);
		claim_leave(&sup->start.claim);
		return;
	}
	start_undo(&sup->start);
}

/* The loggers have had the time to read them. */
static void
send_last_words(struct supervisor *sup)
{
	char words[LAST_WORDS_MAX];

	if (sup->ended_pid != 0)
		(void)caller_send_last_words(sup->caller_fd, words,
		    logging_tail(&sup->logging, words, sizeof(words)));
}

/* The whole life of a supervisor, after the fork if there was one. */
static void
live(struct supervisor *sup)
{
	if (set_up(sup) == 0)
		supervisor_run(sup);
	else
		sup->result.verdict = VERDICT_BROKEN;
	clean_up(sup);
	answers_close(sup);
	if (sup->committed)
		return;
	send_last_words(sup);
	supervisor_report(sup, sup->result.verdict);
}

static int
foreground_status(const struct supervisor *sup)
{
	switch (sup->result.verdict) {
	case VERDICT_FAILED:
		return failure_tell(&sup->start.plan, &sup->result.report);
	case VERDICT_BROKEN:
		return EX_SETUP;
	case VERDICT_TIMED_OUT:
		diag_errx("'%s' was not ready in time and was stopped",
		    caller_label(sup->spec));
		return EX_TIMEOUT;
	default:
		break;
	}
	/* That it is not tried again is our doing, not the command's. */
	if (sup->gave_up && sup->spec->restart.respawn != RESPAWN_NEVER)
		return sup->ending.number == 0
		    ? EX_FAILED
		    : ending_exit_status(&sup->ending);
	return SUPERVISE_COMMAND | ending_exit_status(&sup->ending);
}

static int
stay(struct supervisor *sup, const sigset_t *blocked, uint64_t ignored)
{
	prepare_foreground(sup, blocked, ignored);
	live(sup);
	if (sup->start.plan.take_terminal)
		(void)tcsetpgrp(STDIN_FILENO, getpgrp());
	return foreground_status(sup);
}

static int
detach(struct supervisor *sup)
{
	struct report report = { .stage = STAGE_FORK };
	int fds[2];
	pid_t pid;
	int rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1) {
		diag_err("cannot make a socket pair");
		return EX_SETUP;
	}
	/*
	 * With the fork of the command this is the usual pair, the session
	 * begun between them: it has no terminal and can get none.
	 */
	pid = os_fork();
	switch (pid) {
	case 0:
		fdio_close(&fds[0]);
		sup->caller_fd = fds[1];
		live(sup);
		_exit(EX_DONE);
	case -1:
		report.error = errno;
		rc = failure_tell(&sup->start.plan, &report);
		start_undo(&sup->start);
		return rc;
	default:
		fdio_close(&fds[1]);
		return caller_wait(fds[0], &sup->start, pid);
	}
}

int
supervise(const struct spec *spec, const sigset_t *blocked, uint64_t ignored)
{
	/* One page, so that an idle supervisor dirties no more for it. */
	static struct supervisor sup __attribute__((__aligned__(4096)));
	int rc;

	init(&sup, spec);
	rc = prepare(&sup);
	if (rc != 0 || spec->test) {
		notify_close(&sup.notify);
		start_undo(&sup.start);
		return rc == START_SATISFIED ? EX_DONE : rc;
	}
	return spec->foreground ? stay(&sup, blocked, ignored) : detach(&sup);
}
