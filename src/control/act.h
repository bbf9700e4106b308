/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_ACT_H
#define CONTROL_ACT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "control/find.h"
#include "control/session.h"
#include "record/protocol.h"
#include "spec/schedule.h"

/*
 * The verbs that do something to daemons: stop, restart, reload, signal and
 * rotate; all daemons at once, in one loop without a poll interval.
 */

enum phase {
	PHASE_NEW,
	PHASE_ASKING,	/* its supervisor has been asked */
	PHASE_PARTING,	/* its supervisor is about to end */
	PHASE_ENDING,	/* no supervisor: the schedule is walked */
	PHASE_LEFT,	/* the main process has gone, the rest is killed */
	PHASE_OVER
};

#define JOB_POLLFDS 4

struct job {
	struct daemon *daemon;
	enum phase phase;
	int status;		/* exit status, when it is over */
	int link_fd;		/* to the supervisor */
	int supervisor_fd;	/* pidfds */
	int main_fd;
	int events_fd;		/* cgroup.events */
	short happened[JOB_POLLFDS]; /* to these four, from poll(2) */
	bool is_stopped;	/* its supervisor, by SIGSTOP for example */
	bool involved;		/* we had a part in its end */
	bool heard;		/* its supervisor may have done what we asked */
	bool answered;
	bool wants_look;	/* at the process table */
	struct stop_schedule plan;
	struct schedule walk;
	enum kill_mode kill;
	struct session session;
	uint64_t due_ms;	/* monotonic, or CLOCK_NEVER */
	uint64_t reaped_by_ms;	/* LEFT: until then its number is its own */
	uint64_t refused_ms;	/* LEFT: what lives then refuses to die */
	uint64_t began_ms;
	int sent;		/* for the display: the last signal, and when */
	uint64_t next_ms;	/* the next step is due */
};

struct act {
	const struct spec *spec;
	const struct found *found;
	struct job *jobs;
	size_t count;
	size_t first;		/* all before it are over */
	size_t active, over;
	size_t most;		/* at once: descriptors are few */
	struct pollfd *fds;
	short **marks;		/* for each of fds: in .happened */
	struct process_table table;
	bool shows;		/* on a terminal */
	bool shown;
	uint64_t show_ms;
};

/*
 * Do what spec->verb says to all that was found.  Returns the worst exit
 * status.
 */
int	act_run(const struct spec *spec, struct found *found);

/* For the parts of it: a job is over, with this exit status. */
void	act_finish(struct act *act, struct job *job, int status);

/* Ending a daemon that has no supervisor; job->main_fd is its main process. */
void	ending_begin(struct act *act, struct job *job);

/*
 * Its supervisor and its main process have gone: see to what is left, if
 * that can be told, and end the job.
 */
void	ending_rest(struct act *act, struct job *job);

/* Something has happened, or its time has come. */
void	ending_go_on(struct act *act, struct job *job);

/* act->table is new, and the job wanted it. */
void	ending_look(struct act *act, struct job *job);

#endif
