/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_PRIORITY_H
#define OS_PRIORITY_H

#include <stdint.h>

#include "base/scheduling.h"

/*
 * How much of the machine the calling process gets.  Returns and limits as in
 * os.h.
 */

int	os_set_io_priority(enum io_class class, int level);
int	os_set_scheduler(enum sched_class class, int priority);
int	os_set_cpus(const uint64_t bits[CPU_SETS]);
int	os_set_oom_score_adj(int value);

/* The same, with what it was before in *before. */
int	os_exchange_oom_score_adj(int value, int *before);

#endif
