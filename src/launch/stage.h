/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_STAGE_H
#define LAUNCH_STAGE_H

#include <sys/types.h>

/* The steps of a start, from the caller's fork to the exec. */
enum stage {
	STAGE_NONE,		/* nothing was tried yet */
	STAGE_FORK,
	STAGE_SESSION,
	STAGE_GROUP,
	STAGE_STREAMS,
	STAGE_IDENTITY,
	STAGE_RECORD,
	STAGE_PIDFILE,
	STAGE_ENVIRONMENT,
	STAGE_LIMIT,		/* detail: the RLIMIT_ */
	STAGE_NICE,
	STAGE_IO_PRIORITY,
	STAGE_SCHEDULER,
	STAGE_CPUS,
	STAGE_OOM,
	STAGE_CHROOT,
	STAGE_CHDIR,
	STAGE_GROUPS,
	STAGE_GID,
	STAGE_UID,
	STAGE_WAY_BACK,
	STAGE_CAPS,
	STAGE_NO_NEW_PRIVS,
	STAGE_BIND,
	STAGE_DESCRIPTORS,
	STAGE_KEEP,		/* detail: the descriptor */
	STAGE_SIGNALS,
	STAGE_EXEC,
	STAGE_COUNT
};

/* How far it came; errno of the step that failed, else 0. */
struct report {
	enum stage stage;
	int error;
	int detail;
	pid_t pid;		/* of the target */
};

#endif
