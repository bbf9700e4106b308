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

/* What credentials_lend() has put aside. */
struct credentials_loan {
	gid_t *groups;
	int group_count;
	gid_t gid;
	uid_t uid;
};

/*
 * Have the rights of that user, and no others, for what is opened until
 * credentials_return(), which gives the caller's own back.  As root only, and
 * before any fork.  Both return 0, or -1 with errno; after credentials_lend()
 * has failed, nothing has changed.
 */
int	credentials_lend(const struct credentials *credentials,
	    struct credentials_loan *loan);
int	credentials_return(struct credentials_loan *loan);

/*
 * Become that user: groups, group, user, capabilities, proof that there is no
 * way back, no_new_privs; each is checked.  Between fork and exec.
 * Returns 0, or -1 with errno and *stage.
 */
int	credentials_apply(const struct credentials *credentials,
	    enum stage *stage);

#endif
