/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef TESTS_EVENT_NAME_H
#define TESTS_EVENT_NAME_H

#include "supervise/state.h"

static const char *
event_name(enum event event)
{
	static const char *const names[EV_COUNT] = {
		[EV_DUE] = "due",
		[EV_SPAWN_FAILED] = "spawn failed",
		[EV_READY] = "ready",
		[EV_READY_TIMEOUT] = "not ready in time",
		[EV_EXITED] = "exited",
		[EV_RUNTIME_OVER] = "run time over",
		[EV_LEAVING] = "leaving",
		[EV_RESTART] = "restart",
		[EV_STOP] = "stop",
		[EV_HURRY] = "hurry",
		[EV_SLOT] = "slot",
		[EV_DONE] = "done",
		[EV_REFUSED] = "refused",
		[EV_ALL_GONE] = "all gone",
	};

	return names[event];
}

#endif
