/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/strlist.h"
#include "spec/control.h"
#include "spec/exits.h"
#include "spec/log.h"
#include "spec/match.h"
#include "spec/output.h"
#include "spec/process.h"
#include "spec/restart.h"
#include "spec/stop.h"

/*
 * The spec: what to run and how, in plain data.  A dialect fills it, all
 * else reads it.  Strings are the user's own spelling and are borrowed from
 * argv, the environment or the option table; nothing in a spec is ever
 * freed.  NULL means "not given".  Times are milliseconds.
 */

enum verb {
	VERB_START,
	VERB_STOP,
	VERB_RESTART,
	VERB_RELOAD,
	VERB_SIGNAL,
	VERB_STATUS,
	VERB_LIST,
	VERB_WAIT,
	VERB_LOGS,
	VERB_ROTATE,
	VERB_INSPECT,
	VERB_HELP,
	VERB_VERSION,
	VERB_COMPLETIONS,	/* print a completion script for a shell */
	VERB_PAUSE		/* only reap, until TERM or INT arrives */
};

/* Which daemon this is, and where that is kept. */
struct spec_identity {
	const char *name;
	const char *pidfile;
	mode_t pidfile_mode;	/* 0: 0644 */
	const char *supervisor_pidfile;
	const char *lockfile;	/* one daemon for it, as for a pidfile */
	const char *state_dir;	/* else $IMP_STATE_DIR, else the default */
	unsigned int instances;	/* 0: not instanced */
	unsigned int instance;	/* which of them this is; 0: none */
	bool idempotent;	/* already running is success */
	bool partial;		/* a failing instance leaves the others */
};

/* What other tools say and answer where imp would say something else. */
struct spec_manners {
	const char *refusal;	/* it runs already; %p: as which process,
				   %%: a percent sign */
	bool refusal_on_stdout;	/* as a plain line */
	const char *absent;	/* there is nobody to be signalled */
	const char *title;	/* of the supervisor, in ps(1) */
	const char *would;	/* --test says this; %u, %g: as whom, %% */
	struct exits exits;	/* instead of imp's own statuses */
	struct exits command_exits; /* instead of the command's, with
				       --foreground */
};

struct spec {
	enum verb verb;
	bool explain;	/* print the spec, do nothing */
	bool test;	/* check all that can be checked, start nothing */
	bool foreground;
	bool in_place;	/* in the foreground become the command, whoever it
			   runs as: what it leaves behind is not ours */
	bool supervise;	/* asked for, or implied by another option */
	enum diag_level level;

	struct spec_identity identity;
	struct spec_process process;
	struct spec_surroundings surroundings;
	struct spec_output output;
	struct spec_log log;
	struct spec_restart restart;
	struct spec_stop stop;
	struct spec_ready ready;
	struct spec_control control;
	struct spec_match match;
	struct spec_manners manners;
	const char *imp_log;	/* for our own messages; NULL: syslog */

	/*
	 * For VERB_START the command and its arguments, for a verb the names
	 * it is about.
	 */
	struct strlist operands;

	uint64_t given[2];	/* bit of each field.h's field_id that was */
};

#endif
