/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_SUPERVISOR_H
#define SUPERVISE_SUPERVISOR_H

#include <sys/types.h>

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "launch/start.h"
#include "record/history.h"
#include "spec/schedule.h"
#include "supervise/answers.h"
#include "supervise/caller.h"
#include "supervise/cgroup.h"
#include "supervise/family.h"
#include "supervise/implog.h"
#include "supervise/logging.h"
#include "supervise/notify.h"
#include "supervise/policy.h"
#include "supervise/ready.h"
#include "supervise/state.h"
#include "supervise/terminal.h"
#include "supervise/title.h"

/* What most daemons never need, on pages of its own. */
struct seldom {
	char notify_variable[NOTIFY_ADDRESS_MAX + 16];
	char status_text[NOTIFY_STATUS_MAX];
	struct stop_schedule asked_schedule;
	struct address addresses[READY_ADDRESSES];	/* --ready=tcp */
};

/*
 * The supervisor: what the loop, the actions and the answers share.  One
 * exists in a process; nothing in it is allocated once it runs.
 */
struct supervisor {
	struct seldom *seldom;
	const struct spec *spec;
	struct pid_file own_pidfile;
	struct implog implog;
	struct title title;
	struct logging logging;
	struct terminal_relay terminal;
	struct history history;
	struct reload reload;
	int caller_fd;		/* who waits for the start; -1: nobody */
	bool undoing;		/* it is gone, or waits for the start to be
				   undone */
	int bind_fd;		/* pidfd to whose end we are bound; -1 */
	const char *upward;	/* our own NOTIFY_SOCKET; NULL: none */
	char label[64];		/* of the daemon, for messages and title */

	enum state state;
	struct result result;	/* for the caller, or of --foreground */
	bool committed;		/* the start has been reported as done */
	bool gave_up;
	bool over;		/* leave the loop */

	/* The run. */
	pid_t main_pid;		/* 0: none */
	int main_fd;		/* its pidfd, if it is no child of ours; -1 */
	uint64_t began_ms;	/* CLOCK_BOOTTIME */
	bool settling;		/* --forking: its first process has ended, and
				   the daemon is being looked for */
	pid_t named_pid;	/* MAINPID of this run; 0: none was told */
	int settling_status;	/* of the last that ended meanwhile */
	pid_t ended_pid;	/* of the last run */
	int status;		/* of its end, as from wait(2) */
	struct ending ending;
	bool timed_out;		/* it is being ended for a time limit, */
	bool unready;		/* and that is --ready-timeout */
	struct ready ready;
	struct ready_ops ready_ops;
	struct notify notify;
	int status_error;

	/* What comes next. */
	struct family family;
	struct restart_state restarts;
	struct schedule schedule;
	const struct stop_schedule *stop_plan;
	int stop_signal;	/* sent last */
	bool has_new_plan;	/* stop_plan was set since it last began */
	bool all_were_told;	/* --kill=tree, group: all may take the time
				   that the schedule gives */
	pid_t group;		/* of the last main process; 0: our own */
	int left_fd;		/* pidfd of one that is left in it and whose end
				   only its parent is told of; -1: none */
	bool left_is_timed;	/* due_ms: what was killed must be gone */
	bool skip_first;	/* the stop is a signal that was passed on */
	uint64_t due_ms;	/* of EV_DUE, monotonic */
	bool due_when_gone;	/* due, as soon as nothing of the last run is
				   left */
	uint64_t runtime_due_ms;
	uint64_t random;

	struct server server;
	struct cgroup cgroup;
	struct start start;	/* plan, claim, record */
	struct record_head recorded;	/* what the record says */
};

_Static_assert(sizeof(struct supervisor) <= 4096,
    "what is seldom used goes to struct seldom");

/* The signals that the loop handles; bit N-1 is signal N. */
uint64_t	supervisor_handles(const struct spec_stop *stop);

/* The loop: from the first start until nothing is left. */
void	supervisor_run(struct supervisor *sup);

/* Stop for good, or hurry up with that. */
void	supervisor_stop(struct supervisor *sup);

/*
 * Spawn a helper as the target's user and in its surroundings: a probe, a
 * reload command.  argv[0] is a path.  Returns its pid, or -1.
 */
pid_t	supervisor_spawn_helper(struct supervisor *sup,
	    const char *const argv[]);

/* Let an event happen, with all that follows from it. */
void	supervisor_event(struct supervisor *sup, enum event event);

/*
 * The actions of the state table.  Each returns the event that it answers
 * with, or EV_COUNT.
 */
enum event	run_spawn(struct supervisor *sup);
enum event	run_up(struct supervisor *sup);
enum event	run_plan(struct supervisor *sup);
enum event	run_plan_retry(struct supervisor *sup);
enum event	stopping_begin(struct supervisor *sup);
enum event	stopping_resume(struct supervisor *sup);
enum event	stopping_arm(struct supervisor *sup);
enum event	stopping_next(struct supervisor *sup);
enum event	stopping_kill_left(struct supervisor *sup);
enum event	stopping_report_refused(struct supervisor *sup);

/* Reap all that has ended. */
void	run_reap(struct supervisor *sup);

struct rusage;

/*
 * The main process has ended; EV_EXITED is for the caller to give.  usage is
 * as from wait4(2), NULL if it was no child.
 */
void	run_ended(struct supervisor *sup, int status,
	    const struct rusage *usage);

/* There is no main process, and perhaps nothing is left. */
void	run_check_left(struct supervisor *sup);

/* Send a signal to the main process, or its group. */
void	run_signal(struct supervisor *sup, int signal, bool group);

/* Take over pid, one of our descendants, as the main process. */
void	run_adopt(struct supervisor *sup, pid_t pid);

/*
 * --forking.  Whether the one that has ended so was the first process, whose
 * child is to be the daemon; take over the one that is, or wait until it is
 * named, or return false if there is none; the same when it is ready.
 */
bool	forking_is_parent(const struct supervisor *sup, int status);
bool	forking_settle(struct supervisor *sup);
void	forking_stop_settling(struct supervisor *sup);

/*
 * --forking: what was taken for the daemon has ended so.  Take over what it
 * has left, if it was a step on the way; else return false.
 */
bool	forking_follow(struct supervisor *sup, int status);

/* --forking: it is ready, and may have written its pidfile by now. */
void	forking_look_again(struct supervisor *sup);

/* What the messages on the notify socket say. */
void	run_take_notifications(struct supervisor *sup);

/*
 * Write the head of the record, if it is not what was written last.  May be
 * called between vfork(2) and exec.  Returns 0, or -1 with errno.
 */
int	run_record(struct supervisor *sup);

/* Write the record anew, and the title. */
void	run_publish(struct supervisor *sup);

/* Whether nothing is left of what --kill says is to be ended. */
bool	stopping_is_gone(const struct supervisor *sup);

/* Messages go to our own log, or with --foreground to standard error. */
void	supervisor_set_sink(struct supervisor *sup);

/* The caller gets the result, once. */
void	supervisor_report(struct supervisor *sup, enum verdict verdict);

#endif
