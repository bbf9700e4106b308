/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/credentials.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "os/privilege.h"

/* The largest id: (uid_t)-1 means "leave it" to setresuid(2). */
#define ID_MAX 4294967294UL

/* Whoever asked to keep CAP_SETUID asked for a way back. */
#define CAP_BIT_SETUID (1ULL << 7)

/* Decimal digits and nothing else, up to ID_MAX. */
static bool
parse_id(const char *text, unsigned long *id)
{
	const char *p;
	unsigned long long n = 0;

	for (p = text; *p >= '0' && *p <= '9' && n <= ID_MAX; p++)
		n = n * 10 + (unsigned int)(*p - '0');
	*id = (unsigned long)n;
	return p != text && *p == '\0' && n <= ID_MAX;
}

static void
tell_lookup(const char *kind, const char *name)
{
	if (errno == ENOENT)
		diag_errx("cannot find %s '%s'", kind, name);
	else
		diag_err("cannot look up %s '%s'", kind, name);
}

/* A name may consist of digits, so names come first. */
static int
resolve_user(struct credentials *credentials, const char *text)
{
	unsigned long id;
	bool is_number = parse_id(text, &id);

	credentials->set_uid = true;
	if (accounts_user(text, &credentials->storage) == 0 ||
	    (is_number &&
		accounts_uid((uid_t)id, &credentials->storage) == 0)) {
		credentials->account = &credentials->storage;
		credentials->uid = credentials->storage.uid;
		return 0;
	}
	if (errno == ENOENT && is_number) {
		credentials->uid = (uid_t)id;
		return 0;
	}
	tell_lookup("user", text);
	return -1;
}

static int
resolve_group(const char *text, gid_t *gid)
{
	unsigned long id;

	if (accounts_group(text, gid) == 0)
		return 0;
	if (errno == ENOENT && parse_id(text, &id)) {
		*gid = (gid_t)id;
		return 0;
	}
	tell_lookup("group", text);
	return -1;
}

/* --groups: a list with commas; empty: none. */
static int
resolve_list(struct credentials *credentials, const char *list)
{
	char *copy = xstrdup(list);
	char *rest = copy;
	char *name;
	int rc = 0;

	credentials->groups =
	    xcalloc(strlen(list) / 2 + 1, sizeof(*credentials->groups));
	while (rc == 0 && (name = strsep(&rest, ",")) != NULL) {
		if (*name == '\0' && *list == '\0')
			break;
		rc = resolve_group(name,
		    &credentials->groups[credentials->group_count++]);
	}
	free(copy);
	return rc;
}

static int
resolve_groups(struct credentials *credentials,
    const struct spec_process *process)
{
	int count;

	if (process->groups != NULL) {
		credentials->set_groups = true;
		return resolve_list(credentials, process->groups);
	}
	if (!credentials->set_uid && !credentials->set_gid)
		return 0;
	credentials->set_groups = true;
	if (credentials->account == NULL)
		return 0;
	count = accounts_groups(credentials->account->name, credentials->gid,
	    &credentials->groups);
	if (count == -1) {
		diag_err("cannot look up the groups of user '%s'",
		    process->user);
		return -1;
	}
	credentials->group_count = (size_t)count;
	return 0;
}

/* An unprivileged caller who asks for what is so already. */
static bool
is_as_it_is(const struct credentials *credentials,
    const struct spec_process *process)
{
	return geteuid() != 0 && process->groups == NULL &&
	    (!credentials->set_uid || credentials->uid == geteuid()) &&
	    (!credentials->set_gid || credentials->gid == getegid());
}

int
credentials_resolve(struct credentials *credentials,
    const struct spec_process *process)
{
	memset(credentials, 0, sizeof(*credentials));
	credentials->set_caps = process->caps.set;
	credentials->caps = process->caps.mask;
	credentials->no_new_privs = process->no_new_privs;
	if (process->user != NULL &&
	    resolve_user(credentials, process->user) == -1)
		return -1;
	if (process->group != NULL) {
		credentials->set_gid = true;
		if (resolve_group(process->group, &credentials->gid) == -1)
			return -1;
	} else if (credentials->account != NULL) {
		credentials->set_gid = true;
		credentials->gid = credentials->account->gid;
	} else if (credentials->set_uid) {
		diag_errx("user '%s' has no entry, so its group must be given "
			  "(--user %s:GROUP)",
		    process->user, process->user);
		return -1;
	}
	if (is_as_it_is(credentials, process)) {
		credentials->set_uid = credentials->set_gid = false;
		return 0;
	}
	return resolve_groups(credentials, process);
}

static int
check_ids(const struct credentials *credentials)
{
	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;

	if (getresuid(&ruid, &euid, &suid) == -1 ||
	    getresgid(&rgid, &egid, &sgid) == -1)
		return -1;
	if ((credentials->set_uid &&
		(ruid != credentials->uid || euid != credentials->uid ||
		    suid != credentials->uid)) ||
	    (credentials->set_gid &&
		(rgid != credentials->gid || egid != credentials->gid ||
		    sgid != credentials->gid))) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/*
 * With all three ids set there is no way back but through a capability that
 * was left over; so try.
 */
static int
check_way_back(const struct credentials *credentials)
{
	if (check_ids(credentials) == -1)
		return -1;
	if (!credentials->set_uid || credentials->uid == 0 ||
	    (credentials->set_caps && (credentials->caps & CAP_BIT_SETUID)))
		return 0;
	if (setuid(0) == -1)
		return 0;
	errno = EPERM;
	return -1;
}

int
credentials_apply(const struct credentials *credentials, enum stage *stage)
{
	bool cut = credentials->set_caps ||
	    (credentials->set_uid && credentials->uid != 0);

	*stage = STAGE_GROUPS;
	if (credentials->set_groups &&
	    setgroups(credentials->group_count, credentials->groups) == -1)
		return -1;
	*stage = STAGE_GID;
	if (credentials->set_gid &&
	    setresgid(credentials->gid, credentials->gid, credentials->gid) ==
		-1)
		return -1;
	*stage = STAGE_CAPS;
	if (credentials->set_caps &&
	    os_caps_before_uid(credentials->caps) == -1)
		return -1;
	*stage = STAGE_UID;
	if (credentials->set_uid &&
	    setresuid(credentials->uid, credentials->uid, credentials->uid) ==
		-1)
		return -1;
	*stage = STAGE_CAPS;
	if (cut && os_caps_set(credentials->set_caps ? credentials->caps
						     : 0) == -1)
		return -1;
	*stage = STAGE_WAY_BACK;
	if (check_way_back(credentials) == -1)
		return -1;
	*stage = STAGE_NO_NEW_PRIVS;
	return credentials->no_new_privs ? os_set_no_new_privs() : 0;
}

/* All that credentials_lend() changes, as far as it got. */
static int
give_back(const struct credentials_loan *loan)
{
	if (seteuid(loan->uid) == -1 || setegid(loan->gid) == -1 ||
	    setgroups((size_t)loan->group_count, loan->groups) == -1)
		return -1;
	return 0;
}

int
credentials_lend(const struct credentials *credentials,
    struct credentials_loan *loan)
{
	int saved;

	loan->uid = geteuid();
	loan->gid = getegid();
	loan->group_count = getgroups(0, NULL);
	if (loan->group_count == -1)
		return -1;
	loan->groups = xcalloc(
	    (size_t)loan->group_count + 1, sizeof(*loan->groups));
	if (getgroups(loan->group_count, loan->groups) == -1)
		goto fail;
	if ((credentials->set_groups &&
		setgroups(credentials->group_count, credentials->groups) ==
		    -1) ||
	    (credentials->set_gid && setegid(credentials->gid) == -1) ||
	    (credentials->set_uid && seteuid(credentials->uid) == -1))
		goto undo;
	return 0;
undo:
	saved = errno;
	(void)give_back(loan);
	errno = saved;
fail:
	free(loan->groups);
	loan->groups = NULL;
	return -1;
}

int
credentials_return(struct credentials_loan *loan)
{
	int result = give_back(loan);

	free(loan->groups);
	loan->groups = NULL;
	return result;
}
