/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_JOB_H
#define CONTROL_JOB_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "control/find.h"
#include "control/session.h"
#include "os/process.h"
#include "record/identity.h"
#include "spec/schedule.h"

enum phase {
	PHASE_NEW,
	PHASE_ASKING,	/* its supervisor has been asked */
	PHASE_PARTING,	/* its supervisor is about to end */
	PHASE_AGAIN,	/* it has ended: the record is to be read again */
	PHASE_ENDING,	/* no supervisor: the schedule is walked */
	PHASE_LEFT,	/* the main process has gone, the rest is killed */
	PHASE_OVER
};

/* What a job waits for. */
enum {
	JOB_LINK,	/* an answer of its supervisor */
	JOB_SUPERVISOR,	/* the end of its supervisor */
	JOB_MAIN,	/* the end of its main process */
	JOB_EVENTS,	/* a change of its cgroup */
	JOB_POLLFDS
};

/* What is to be done to one daemon. */
struct job {
	struct daemon *daemon;
	enum phase phase;
	int status;		/* exit status, when it is over */
	int link_fd;		/* to the supervisor */
	int supervisor_fd;	/* pidfds */
	int main_fd;
	int events_fd;		/* cgroup.events */
	short happened[JOB_POLLFDS]; /* from poll(2) */
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

/* What is to be done to all of them. */
struct act {
	const struct spec *spec;
	const struct found *found;
	struct job *jobs;
	size_t count;
	size_t first;		/* all before it are over */
	size_t active;
	size_t most;		/* at once: descriptors are few */
	struct pollfd *fds;
	short **marks;		/* for each of fds: in .happened */
	struct process_table table;
	bool shows;		/* on a terminal */
	bool shown;
	uint64_t show_ms;
};

/* It is over, with this exit status; nothing stays open. */
void	job_finish(struct act *act, struct job *job, int status);

/* Say why it cannot be done, and finish it. */
void	job_fail(struct act *act, struct job *job, const char *why);

/* There is nothing to do it to: for a stop that is all that was wanted. */
void	job_not_running(struct act *act, struct job *job);

/* "stop", "restart" and so on. */
const char *job_verb(const struct act *act);

/*
 * Open a process of the job's daemon, by what the record says.
 *
 * process  set to what it is now.
 *
 * Returns a pidfd, or -1 with errno: ESRCH, it has ended; EAGAIN, that cannot
 * be told.
 */
int	job_open_process(const struct act *act,
	    const struct identity *identity, struct os_process *process);

#endif
