/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_SCHEDULING_H
#define BASE_SCHEDULING_H

/* The words of the spec for what os/ does; not the kernel's numbers. */

enum io_class {
	IO_CLASS_NONE,
	IO_CLASS_REALTIME,
	IO_CLASS_BEST_EFFORT,
	IO_CLASS_IDLE
};

enum sched_class {
	SCHED_CLASS_NONE,	/* not asked for */
	SCHED_CLASS_OTHER,
	SCHED_CLASS_BATCH,
	SCHED_CLASS_IDLE,
	SCHED_CLASS_FIFO,
	SCHED_CLASS_RR
};

#define CPU_SETS 16	/* 64 processors each */

#endif
