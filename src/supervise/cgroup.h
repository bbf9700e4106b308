/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_CGROUP_H
#define SUPERVISE_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A cgroup (v2) of the daemon's own, below that of its supervisor: what is
 * born in it stays in it, so one write kills all of it, and it can be found
 * when the supervisor is no more.  Where none can be made there is none, and
 * nothing depends on it.
 */
struct cgroup {
	const char *path;	/* NULL: none */
	int dir_fd;		/* for os_vfork_into_cgroup(); -1: none */
	int kill_fd;		/* cgroup.kill; -1: the kernel has none */
	bool spent;		/* nothing can be born in it any more */
	bool used;		/* something was born in it */
	uint64_t oom_kills;	/* that were seen */
};

/* Make one for the daemon called name. */
void	cgroup_open(struct cgroup *cgroup, const char *name);

/* Kill all that is in it.  False: it cannot be done in this way. */
bool	cgroup_kill(struct cgroup *cgroup);

/*
 * Before a birth: if all that was in it has been killed, put a new one in its
 * place; one that was used before is thawed.  Returns dir_fd, -1 if the old
 * one is not empty.
 */
int	cgroup_renew(struct cgroup *cgroup);

/*
 * Whether the kernel has killed something in it for want of memory since
 * this was last asked.
 */
bool	cgroup_had_oom_kill(struct cgroup *cgroup);

/* Remove it and those in it, if they are empty. */
void	cgroup_close(struct cgroup *cgroup);

#endif
