/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/priority.h"

#include <errno.h>

static int
unsupported(void)
{
	errno = ENOSYS;
	return -1;
}

int
os_set_io_priority(enum io_class class, int level)
{
	(void)class;
	(void)level;
	return unsupported();
}

int
os_set_scheduler(enum sched_class class, int priority)
{
	(void)class;
	(void)priority;
	return unsupported();
}

int
os_set_cpus(const uint64_t bits[CPU_SETS])
{
	(void)bits;
	return unsupported();
}

int
os_set_oom_score_adj(int value)
{
	(void)value;
	return unsupported();
}

int
os_exchange_oom_score_adj(int value, int *before)
{
	(void)value;
	(void)before;
	return unsupported();
}
