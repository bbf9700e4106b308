/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_ENVIRONMENT_H
#define LAUNCH_ENVIRONMENT_H

#include <stddef.h>

#include "base/strlist.h"
#include "launch/credentials.h"
#include "spec/process.h"

/*
 * The target's environment: the caller's (or nothing), HOME and its like for
 * the target's user, the files of --env-file, then --env, then what imp adds
 * at each start.  Each one overrides those before it.
 */

#define ENVIRONMENT_OURS 8	/* variables that imp adds at most */

#define LISTEN_PID_ROOM 24

struct environment {
	char **vars;		/* for execve(2), terminated by NULL */
	size_t count;
	size_t room;
	char **fixed;		/* those that do not change at a restart */
	size_t fixed_count;
	char *bytes;		/* the texts of the files */
	size_t bytes_room;
	const struct strlist *files; /* as spelled */
	const struct strlist *paths; /* the same, absolute */
	const struct strlist *env;
	const char *failed_file; /* which one could not be read */
	size_t failed_line;	/* and where; 0: errno tells */
	char *listen_pid;	/* LISTEN_PID_ROOM bytes for our own pid: the
				   sockets of --inherit-fds are for us; NULL:
				   there are none */
};

/*
 * Build the environment.
 *
 * paths  the absolute paths of surroundings->env_files; borrowed, as all is.
 * which  the variables that are set when the user changes.
 *
 * Returns 0, or -1 after having told why.
 */
int	environment_build(struct environment *environment,
	    const struct spec_surroundings *surroundings,
	    const struct strlist *paths, enum account_env which,
	    const struct credentials *credentials);

/*
 * Build it anew for a restart, with the files as they are now; allocates
 * nothing and prints nothing.  Returns 0, or -1 with errno (E2BIG when there
 * is no room, EINVAL for a line that is none) and failed_file, failed_line.
 */
int	environment_rebuild(struct environment *environment);

/* Tell what environment_rebuild() said with errno. */
void	environment_tell_failure(const struct environment *environment);

/*
 * Set one of imp's own variables ("NAME=VALUE", borrowed) for this start, or
 * replace it.  Between fork and exec, too.  At most ENVIRONMENT_OURS
 * different names.
 */
void	environment_set(struct environment *environment, char *assignment);

/* The value of a variable, or NULL. */
const char	*environment_get(const struct environment *environment,
	    const char *name);

#endif
