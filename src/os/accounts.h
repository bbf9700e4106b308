/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_ACCOUNTS_H
#define OS_ACCOUNTS_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Users and groups by name.  accounts-libc.c asks the C library, which asks
 * the name services; a static glibc cannot load these, so accounts-static.c
 * reads the files where the files come first, and asks getent(1) otherwise.
 * All of it happens before the first fork.
 */

/* A user; the strings are allocated and never freed. */
struct account {
	const char *name;
	uid_t uid;
	gid_t gid;
	const char *home;
	const char *shell;
};

/*
 * Look a user up by name, or by number.  Returns 0, or -1 with errno: ENOENT
 * if there is none, EIO if the name service cannot be asked.
 */
int	accounts_user(const char *name, struct account *account);
int	accounts_uid(uid_t uid, struct account *account);

/* Look a group up by name.  Returns as accounts_user(). */
int	accounts_group(const char *name, gid_t *gid);

/*
 * The groups of a user, gid included.  *groups is allocated.  Returns their
 * number, or -1 with errno.
 */
int	accounts_groups(const char *name, gid_t gid, gid_t **groups);

#endif
