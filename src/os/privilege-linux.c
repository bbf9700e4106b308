/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/privilege.h"

#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

int
os_set_no_new_privs(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int
os_caps_before_uid(uint64_t keep)
{
	/* The change of user empties the permitted set unless told not to. */
	if (keep == 0)
		return 0;
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

static int
raise_ambient(uint64_t keep)
{
	unsigned int cap;

	for (cap = 0; cap < 64; cap++)
		if ((keep & (1ULL << cap)) != 0 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) ==
			-1)
			return -1;
	return 0;
}

/* EINVAL: a kernel before 4.3, which has no ambient set to clear. */
static int
clear_ambient(void)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1 &&
	    errno != EINVAL)
		return -1;
	return 0;
}

/*
 * As root an exec would give all of the bounding set back, whatever the
 * other sets say; so what is not kept leaves the bounding set as well.
 * Needs CAP_SETPCAP, so it comes before the sets are cut.
 */
static int
cut_bounding_set(uint64_t keep)
{
	unsigned int cap;

	for (cap = 0; cap < 64; cap++) {
		if ((keep & (1ULL << cap)) != 0)
			continue;
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			return -1;
	}
	return 0;
}

int
os_caps_set(uint64_t keep)
{
	struct __user_cap_header_struct head = {
		_LINUX_CAPABILITY_VERSION_3, 0
	};
	struct __user_cap_data_struct want[2], have[2];
	int i;

	if (clear_ambient() == -1)
		return -1;
	if (geteuid() == 0 && cut_bounding_set(keep) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		want[i].permitted = (uint32_t)(keep >> (32 * i));
		want[i].effective = want[i].permitted;
		want[i].inheritable = want[i].permitted;
	}
	if (syscall(SYS_capset, &head, want) == -1 ||
	    syscall(SYS_capget, &head, have) == -1)
		return -1;
	if (memcmp(want, have, sizeof(want)) != 0) {
		errno = EPERM;
		return -1;
	}
	return raise_ambient(keep);
}
