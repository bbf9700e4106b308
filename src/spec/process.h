/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_PROCESS_H
#define SPEC_PROCESS_H

#include <sys/types.h>
#include <sys/resource.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/scheduling.h"
#include "base/strlist.h"

/* An integer that may not have been given. */
struct optional_int {
	bool set;
	int value;
};

/* Which variables tell the target as whom it runs, if its user changes. */
enum account_env {
	ACCOUNT_ENV_ALL,	/* HOME, USER, LOGNAME, SHELL */
	ACCOUNT_ENV_USER,	/* all but SHELL */
	ACCOUNT_ENV_HOME,	/* HOME, if that is a directory */
	ACCOUNT_ENV_NONE
};

/* As whom the target runs.  Names are resolved later, before any fork. */
struct spec_process {
	const char *user;	/* USER, or NULL */
	const char *group;	/* GROUP; NULL: the user's own */
	const char *groups;	/* comma list; NULL: the user's; "": none */
	struct {
		bool set;
		uint64_t mask;	/* 1 << CAP_...; exactly these are kept */
	} caps;
	bool no_new_privs;
	const char *chroot;
	enum account_env account_env;
	bool access_as_user;	/* so outputs are opened and chdir entered */
	bool session_leader;	/* of the new session, not a member */
};

struct limit {
	bool set;
	rlim_t soft, hard;	/* RLIM_INFINITY: unlimited */
};

#define SPEC_LIMITS 32	/* indexed by RLIMIT_...; RLIM_NLIMITS fits */

/* What surrounds the target. */
struct spec_surroundings {
	const char *chdir;
	mode_t umask;
	struct strlist env;	/* NAME=VALUE, or NAME: keep the caller's */
	struct strlist env_files;
	bool clear_env;
	struct limit limits[SPEC_LIMITS];
	struct optional_int nice;
	struct {
		enum io_class class;
		int level;	/* 0 to 7 */
	} io;
	struct {
		enum sched_class class;
		int priority;
	} sched;
	struct {
		bool set;
		uint64_t bits[CPU_SETS];
	} cpus;
	struct optional_int oom_score_adj;
	struct {
		unsigned int count;
		int fds[32];
		bool all;	/* nothing that was inherited is closed */
	} keep;
	const char *argv0;
};

#endif
