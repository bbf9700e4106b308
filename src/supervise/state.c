/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/state.h"

/* No row for ST_GONE: nothing happens there any more. */
static const struct step steps[ST_COUNT][EV_COUNT] = {
	[ST_DOWN] = {
		[EV_DUE]           = { ST_STARTING,  ACT_SPAWN },
		[EV_RESTART]       = { ST_STARTING,  ACT_SPAWN },
		[EV_STOP]          = { ST_STOPPING,  ACT_KILL_LEFT },
		[EV_DONE]          = { ST_STOPPING,  ACT_KILL_LEFT },
	},
	[ST_STARTING] = {
		[EV_READY]         = { ST_UP,        ACT_UP },
		[EV_READY_TIMEOUT] = { ST_ENDING,    ACT_BEGIN_STOP },
		[EV_SPAWN_FAILED]  = { ST_BACKOFF,   ACT_PLAN_RETRY },
		[EV_EXITED]        = { ST_BACKOFF,   ACT_PLAN },
		[EV_RUNTIME_OVER]  = { ST_ENDING,    ACT_BEGIN_STOP },
		[EV_LEAVING]       = { ST_ENDING,    ACT_ARM_STOP },
		[EV_RESTART]       = { ST_REPLACING, ACT_BEGIN_STOP },
		[EV_STOP]          = { ST_STOPPING,  ACT_BEGIN_STOP },
	},
	[ST_UP] = {
		[EV_EXITED]        = { ST_BACKOFF,   ACT_PLAN },
		[EV_RUNTIME_OVER]  = { ST_ENDING,    ACT_BEGIN_STOP },
		[EV_LEAVING]       = { ST_ENDING,    ACT_ARM_STOP },
		[EV_RESTART]       = { ST_REPLACING, ACT_BEGIN_STOP },
		[EV_STOP]          = { ST_STOPPING,  ACT_BEGIN_STOP },
	},
	[ST_ENDING] = {
		[EV_DUE]           = { ST_STAY,      ACT_NEXT_STEP },
		[EV_EXITED]        = { ST_BACKOFF,   ACT_PLAN },
		[EV_RESTART]       = { ST_REPLACING, ACT_RESUME_STOP },
		[EV_STOP]          = { ST_STOPPING,  ACT_BEGIN_STOP },
		[EV_REFUSED]       = { ST_STAY,      ACT_REPORT_REFUSED },
	},
	[ST_REPLACING] = {
		[EV_DUE]           = { ST_STAY,      ACT_NEXT_STEP },
		[EV_EXITED]        = { ST_STAY,      ACT_KILL_LEFT },
		[EV_RESTART]       = { ST_STAY,      ACT_RESUME_STOP },
		[EV_STOP]          = { ST_STOPPING,  ACT_RESUME_STOP },
		[EV_REFUSED]       = { ST_STAY,      ACT_REPORT_REFUSED },
		[EV_ALL_GONE]      = { ST_STARTING,  ACT_SPAWN },
	},
	[ST_BACKOFF] = {
		[EV_DUE]           = { ST_STARTING,  ACT_SPAWN },
		[EV_RESTART]       = { ST_STARTING,  ACT_SPAWN },
		[EV_STOP]          = { ST_STOPPING,  ACT_KILL_LEFT },
		[EV_SLOT]          = { ST_DOWN,      ACT_NONE },
		[EV_DONE]          = { ST_STOPPING,  ACT_KILL_LEFT },
	},
	[ST_STOPPING] = {
		[EV_DUE]           = { ST_STAY,      ACT_NEXT_STEP },
		[EV_EXITED]        = { ST_STAY,      ACT_KILL_LEFT },
		[EV_STOP]          = { ST_STAY,      ACT_RESUME_STOP },
		[EV_HURRY]         = { ST_STAY,      ACT_NEXT_STEP },
		[EV_REFUSED]       = { ST_STAY,      ACT_REPORT_REFUSED },
		[EV_ALL_GONE]      = { ST_GONE,      ACT_LEAVE },
	},
};

struct step
state_step(enum state state, enum event event)
{
	struct step step = steps[state][event];

	if (step.next == ST_STAY)
		step.next = state;
	return step;
}

const char *
state_name(enum state state)
{
	static const char *const names[ST_COUNT] = {
		[ST_STAY] = "unknown",
		[ST_DOWN] = "waiting",
		[ST_STARTING] = "starting",
		[ST_UP] = "running",
		[ST_ENDING] = "ending",
		[ST_REPLACING] = "restarting",
		[ST_BACKOFF] = "backing off",
		[ST_STOPPING] = "stopping",
		[ST_GONE] = "gone",
	};

	return names[state];
}
