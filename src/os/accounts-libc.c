/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"

static int
none_found(void)
{
	/* getpwnam(3): several values of errno mean "no such name". */
	if (errno == 0 || errno == ESRCH || errno == EBADF || errno == EPERM)
		errno = ENOENT;
	return -1;
}

static int
copy_account(const struct passwd *pw, struct account *account)
{
	if (pw == NULL)
		return none_found();
	account->name = xstrdup(pw->pw_name);
	account->uid = pw->pw_uid;
	account->gid = pw->pw_gid;
	account->home = xstrdup(pw->pw_dir);
	account->shell = xstrdup(pw->pw_shell);
	return 0;
}

int
accounts_user(const char *name, struct account *account)
{
	errno = 0;
	return copy_account(getpwnam(name), account);
}

int
accounts_uid(uid_t uid, struct account *account)
{
	errno = 0;
	return copy_account(getpwuid(uid), account);
}

int
accounts_group(const char *name, gid_t *gid)
{
	const struct group *gr;

	errno = 0;
	gr = getgrnam(name);
	if (gr == NULL)
		return none_found();
	*gid = gr->gr_gid;
	return 0;
}

int
accounts_groups(const char *name, gid_t gid, gid_t **groups)
{
	int room = 32;
	int count;

	for (;;) {
		count = room;
		*groups = xcalloc((size_t)room, sizeof(**groups));
		if (getgrouplist(name, gid, *groups, &count) >= 0)
			return count;
		free(*groups);
		/* glibc tells how many there are, others leave it as it was. */
		room = count > room ? count : room * 2;
		if (room > 1 << 20) {
			errno = E2BIG;
			return -1;
		}
	}
}
