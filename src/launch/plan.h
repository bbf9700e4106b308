/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_PLAN_H
#define LAUNCH_PLAN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "launch/credentials.h"
#include "launch/environment.h"
#include "launch/stage.h"
#include "launch/streams.h"
#include "record/pidfile.h"
#include "spec/spec.h"

/*
 * The plan of a start: all that the spec asks for, resolved to numbers and
 * opened as the caller, so that between fork and exec nothing is left but
 * system calls.
 */
struct plan {
	const struct spec *spec;
	bool detached;

	struct credentials credentials;
	struct environment environment;

	struct streams streams;
	const char *chroot;	/* absolute */
	const char *chdir;	/* absolute, or within chroot */
	char **argv;
	char **paths;		/* to try in turn; terminated by NULL */
	struct pid_file pidfile;
	const char *supervisor_pidfile;	/* absolute */
	const char *lockfile;	/* absolute */
	struct strlist env_paths;

	/*
	 * Signals in the target: default and unblocked, except with
	 * --foreground, where they are as imp's caller had them.
	 */
	const sigset_t *blocked; /* NULL: none */
	uint64_t ignored;	/* bit N-1: signal N is ignored */
	uint64_t handled;	/* those that imp has handlers for */

	/* For supervise mode; between fork and exec. */
	int cgroup_fd;		/* of the cgroup to be born in; -1: none */
	int parent_death;	/* signal when the parent dies; 0: none */
	pid_t parent;		/* exec only while this is it; 0: any */
	bool own_group;		/* lead a process group */
	bool own_session;	/* lead a session, so a process group, too */
	bool take_terminal;	/* own_group, in the terminal's foreground */
	int terminal_fd;	/* becomes 0, 1 and 2, and the terminal of its
				   session; -1: none */
	struct optional_int oom_score_adj; /* unless the spec has one */
	int notify_fd;		/* becomes notify_as; -1: none */
	int notify_as;
	/* Called last before credentials change, with report->pid set. */
	int (*record)(void *context, struct report *report);
	void *record_context;
};

/* An empty plan, which plan_fini() takes. */
void	plan_init(struct plan *plan, const struct spec *spec);

/*
 * Resolve and open what the spec asks for.  Returns 0, or an exit status
 * after having told which step failed and why.
 */
int	plan_prepare(struct plan *plan);

/*
 * Make *path absolute by the current directory; NULL stays NULL.  Returns 0, or
 * -1 after having told why.
 */
int	plan_make_absolute(const char **path);

/*
 * Open the directory of a pidfile; path is absolute, or NULL: there is none.
 * Returns 0, or -1 after having told why.
 */
int	plan_open_pidfile(const struct spec *spec, struct pid_file *pidfile,
	    const char *path, const char *spelled);

/* Close all that was opened. */
void	plan_fini(struct plan *plan);

#endif
