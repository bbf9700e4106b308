/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LAUNCH_CREDENTIALS_H
#define LAUNCH_CREDENTIALS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "launch/stage.h"
#include "os/accounts.h"
#include "spec/process.h"

/* As whom the target runs, in numbers. */
struct credentials {
	bool set_groups;
	gid_t *groups;
	size_t group_count;
	bool set_gid;
	gid_t gid;
	bool set_uid;
	uid_t uid;
	bool set_caps;
	uint64_t caps;
	bool no_new_privs;
	const struct account *account;	/* NULL: the user does not change, or
					   has no entry */
	struct account storage;
};

/*
 * Resolve users and groups to numbers.  A number that is no name either is
 * taken as it is; a user without an entry needs a group.  Returns 0, or -1
 * after having told why.
 */
int	credentials_resolve(struct credentials *credentials,
	    const struct spec_process *process);

/*
 * Become that user: groups, group, user, proof that there is no way back,
 * capabilities, no_new_privs; each is checked.  Between fork and exec.
 * Returns 0, or -1 with errno and *stage.
 */
int	credentials_apply(const struct credentials *credentials,
	    enum stage *stage);

#endif
