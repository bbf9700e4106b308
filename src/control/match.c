/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/match.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "os/accounts.h"
#include "os/process.h"

/* The kernel keeps this much of a name. */
#define NAME_KEPT 15

static enum match_fault
prepare_user(struct match *match)
{
	struct account account;
	struct reason why;
	uint64_t id;

	match->uid = (uid_t)-1;
	if (match->spec->user == NULL)
		return MATCH_FINE;
	/* A name that is all digits is a name first. */
	if (accounts_user(match->spec->user, &account) == 0)
		match->uid = account.uid;
	else if (parse_unsigned(match->spec->user, 0, UINT32_MAX - 1, &id,
		     &why) == 0)
		match->uid = (uid_t)id;
	else
		return MATCH_NO_USER;
	return MATCH_FINE;
}

static enum match_fault
prepare_exec(struct match *match)
{
	struct stat st;

	if (match->spec->exec == NULL)
		return MATCH_FINE;
	if (stat(match->spec->exec, &st) == -1)
		return MATCH_NO_EXEC;
	match->exec_dev = st.st_dev;
	match->exec_ino = st.st_ino;
	return MATCH_FINE;
}

static enum match_fault
prepare_pid(struct match *match)
{
	const struct spec_match *spec = match->spec;
	struct identity identity;

	match->pidfile_kind = PIDFILE_NONE;
	match->pid = spec->pid;
	if (spec->pidfile == NULL)
		return MATCH_FINE;
	match->pidfile_kind = pid_file_read_first(spec->pidfile,
	    spec->exec != NULL || spec->user != NULL || spec->name != NULL ||
		spec->ppid != 0,
	    &identity, &match->pidfile_number);
	match->pid = -1;
	if (match->pidfile_kind == PIDFILE_GARBAGE ||
	    match->pidfile_kind == PIDFILE_UNTRUSTED)
		return MATCH_BAD_PIDFILE;
	if (identity.pid != 0 && (spec->pid == 0 || spec->pid == identity.pid))
		match->pid = identity.pid;
	return MATCH_FINE;
}

enum match_fault
match_prepare(struct match *match, const struct spec_match *spec)
{
	enum match_fault fault;

	memset(match, 0, sizeof(*match));
	match->spec = spec;
	fault = prepare_user(match);
	if (fault == MATCH_FINE)
		fault = prepare_exec(match);
	if (fault == MATCH_FINE)
		fault = prepare_pid(match);
	return fault;
}

static bool
has_user(const struct match *match, pid_t pid)
{
	uid_t uid;

	return match->uid == (uid_t)-1 ||
	    (os_process_user(pid, &uid) == 0 && uid == match->uid);
}

static bool
has_exec(const struct match *match, pid_t pid)
{
	dev_t dev;
	ino_t ino;

	return match->spec->exec == NULL ||
	    (os_process_exec(pid, &dev, &ino) == 0 &&
		dev == match->exec_dev && ino == match->exec_ino);
}

/* What is cheap to find out goes first. */
static bool
fits(const struct match *match, const struct os_process *process)
{
	const struct spec_match *spec = match->spec;

	if (!match_is_given(spec) || process->pid == getpid() ||
	    os_process_is_over(process))
		return false;
	if (match->pid != 0 && process->pid != match->pid)
		return false;
	if (spec->ppid != 0 && process->ppid != spec->ppid)
		return false;
	if (spec->name != NULL &&
	    (strncmp(process->comm, spec->name, NAME_KEPT) != 0 ||
		strlen(spec->name) > NAME_KEPT))
		return false;
	return has_user(match, process->pid) && has_exec(match, process->pid);
}

struct search {
	const struct match *match;
	int (*found)(void *context, const struct identity *id);
	void *context;
};

static int
look_at(void *context, pid_t pid)
{
	const struct search *search = context;
	struct os_process process;
	struct identity identity;

	/* What is not meant, most by far, costs one look. */
	if (os_process(pid, &process) == -1 ||
	    !fits(search->match, &process) ||
	    identity_of(pid, &identity) == -1 ||
	    identity.start != process.start)
		return 0;
	return search->found(search->context, &identity);
}

int
match_each(const struct match *match,
    int (*found)(void *context, const struct identity *id), void *context)
{
	struct search search = { match, found, context };

	if (match->pid == -1)
		return 0;
	if (match->pid > 0)
		return look_at(&search, match->pid);
	return os_each_process(look_at, &search);
}
