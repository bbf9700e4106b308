/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_STATE_H
#define SUPERVISE_STATE_H

#include <stdbool.h>

/*
 * The life of a daemon as a table: state and event give the next state and
 * the action.  Pure; the loop performs the actions.  It begins in ST_DOWN
 * with EV_DUE.
 */

enum state {
	ST_STAY,	/* in a cell: no change; never a state */
	ST_DOWN,	/* not running; waits for the first or next slot */
	ST_STARTING,	/* spawned, not ready */
	ST_UP,		/* ready */
	ST_ENDING,	/* this run is being stopped, then policy decides */
	ST_REPLACING,	/* this run is being stopped, then one is started */
	ST_BACKOFF,	/* ended; waits for the delay to pass */
	ST_STOPPING,	/* being stopped for good; no way back */
	ST_GONE,	/* nothing is left */
	ST_COUNT
};

enum event {
	EV_DUE,			/* the delay or the wait of a step is over */
	EV_SPAWN_FAILED,	/* fork(2) or a set-up step of a restart */
	EV_READY,
	EV_READY_TIMEOUT,
	EV_EXITED,		/* the main process ended */
	EV_RUNTIME_OVER,	/* --max-runtime */
	EV_LEAVING,		/* STOPPING=1: it ends by itself */
	EV_RESTART,		/* asked to replace the run */
	EV_STOP,		/* asked to stop for good */
	EV_HURRY,		/* asked again */
	EV_SLOT,		/* answer of ACT_PLAN: wait for --every */
	EV_DONE,		/* answer of ACT_PLAN: no further run */
	EV_REFUSED,		/* answer of ACT_NEXT_STEP: schedule over */
	EV_ALL_GONE,		/* no main process and no descendant left */
	EV_COUNT
};

enum action {
	ACT_NONE,
	ACT_SPAWN,		/* start a run; may answer EV_SPAWN_FAILED */
	ACT_UP,			/* tell who waits */
	ACT_PLAN,		/* kill what is left of the run, ask policy,
				   arm the delay; may answer EV_SLOT, EV_DONE */
	ACT_PLAN_RETRY,		/* the same with ending.not_started */
	ACT_BEGIN_STOP,		/* first steps of the schedule */
	ACT_ARM_STOP,		/* schedule_begin, but wait before step one */
	ACT_RESUME_STOP,	/* leave the schedule that is under way as it
				   is; begin one that is over, or another,
				   anew */
	ACT_NEXT_STEP,		/* go on in the schedule (EV_HURRY: at once);
				   may answer EV_REFUSED */
	ACT_KILL_LEFT,		/* kill what is left; answer EV_ALL_GONE if
				   there is nothing */
	ACT_REPORT_REFUSED,	/* say that it does not die */
	ACT_LEAVE,		/* clean up and end */
	ACT_COUNT
};

struct step {
	enum state next;	/* ST_STAY resolved: never ST_STAY */
	enum action action;
};

/* What follows event in state.  What means nothing there changes nothing. */
struct step	state_step(enum state state, enum event event);

/* "starting", "up" and so on, as status prints them. */
const char	*state_name(enum state state);

#endif
