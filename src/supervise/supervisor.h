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

/* Messages go to our own log, or with --foreground to standard error. */
void	supervisor_set_sink(struct supervisor *sup);

/* The caller gets the result, once. */
void	supervisor_report(struct supervisor *sup, enum verdict verdict);

#endif
