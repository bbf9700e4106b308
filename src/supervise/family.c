/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/family.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "os/pidfd.h"
#include "os/process.h"

/* Deeper than this a process tree is not followed: it comes up in time. */
#define DEPTH_MAX 64

/* So many of a family are never told twice. */
#define TOLD_MAX 512

struct visit {
	const struct family *family;
	int signal;
	pid_t group;	/* 0: whichever */
	int *deep_fd;
	int depth;
	unsigned int count;
	pid_t eldest;
	uint64_t eldest_start;
	pid_t *told;		/* TOLD_MAX; those that count */
};

void
family_adopt_helper(struct family *family, pid_t pid)
{
	int i;

	for (i = 0; i < FAMILY_HELPERS; i++) {
		if (family->helpers[i] != 0)
			continue;
		family->helpers[i] = pid;
		return;
	}
}

void
family_forget_helper(struct family *family, pid_t pid)
{
	int i;

	for (i = 0; i < FAMILY_HELPERS; i++)
		if (family->helpers[i] == pid)
			family->helpers[i] = 0;
}

static bool
is_helper(const struct family *family, pid_t pid)
{
	int i;

	for (i = 0; i < FAMILY_HELPERS; i++)
		if (family->helpers[i] == pid)
			return true;
	return false;
}

static bool
has_helpers(const struct family *family)
{
	int i;

	for (i = 0; i < FAMILY_HELPERS; i++)
		if (family->helpers[i] != 0)
			return true;
	return false;
}

static int
found_any(void *context, pid_t pid)
{
	const struct visit *visit = context;

	return is_helper(visit->family, pid) ? 0 : 1;
}

bool
family_is_left(const struct family *family)
{
	struct visit visit = { .family = family };
	siginfo_t info;

	/* WNOWAIT: only asks; ECHILD is the one full proof. */
	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 &&
	    errno == ECHILD)
		return false;
	if (!has_helpers(family))
		return true;
	/* If we cannot look (no descriptors), something may be left. */
	return os_each_child(getpid(), found_any, &visit) != 0;
}

static int
signal_child(void *context, pid_t pid)
{
	struct visit *visit = context;

	if (is_helper(visit->family, pid))
		return 0;
	visit->count++;
	(void)kill(pid, visit->signal);
	return 0;
}

unsigned int
family_signal_children(const struct family *family, int signal)
{
	struct visit visit = { .family = family, .signal = signal };

	(void)os_each_child(getpid(), signal_child, &visit);
	return visit.count;
}

bool
family_has(pid_t pid)
{
	struct os_process process;
	pid_t self = getpid();
	int depth;

	for (depth = 0; pid > 1 && depth < DEPTH_MAX; depth++) {
		if (os_process(pid, &process) == -1 ||
		    (depth == 0 && os_process_is_over(&process)))
			return false;
		if (process.ppid == self)
			return true;
		pid = process.ppid;
	}
	return false;
}

/*
 * Parents are told before their children, or a shell would go on with its next
 * command; the children of one that ends at once come up to us, and are met
 * again there.
 */
static bool
is_told(struct visit *visit, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < visit->count; i++)
		if (visit->told[i] == pid)
			return true;
	if (visit->count < TOLD_MAX)
		visit->told[visit->count++] = pid;
	return false;
}

static bool
is_meant(const struct visit *visit, pid_t pid)
{
	struct os_process process;

	if (visit->group == 0)
		return true;
	return os_process(pid, &process) == 0 &&
	    process.pgid == visit->group && !os_process_is_over(&process);
}

/* pidfd is closed, unless it is kept for the caller. */
static void
signal_one(struct visit *visit, pid_t pid, int pidfd)
{
	if ((visit->depth == 0 || family_has(pid)) && is_meant(visit, pid) &&
	    !is_told(visit, pid)) {
		(void)os_pidfd_signal(pidfd, visit->signal);
		if (visit->depth > 0 && visit->deep_fd != NULL &&
		    *visit->deep_fd == -1) {
			*visit->deep_fd = pidfd;
			return;
		}
	}
	(void)close(pidfd);
}

static int
signal_with_descendants(void *context, pid_t pid)
{
	struct visit *visit = context;
	int pidfd;

	if (is_helper(visit->family, pid))
		return 0;
	pidfd = os_pidfd_open(pid);
	if (pidfd == -1)
		return 0;
	signal_one(visit, pid, pidfd);
	if (visit->depth == DEPTH_MAX)
		return 0;
	visit->depth++;
	(void)os_each_child(pid, signal_with_descendants, visit);
	visit->depth--;
	return 0;
}

void
family_signal_all(const struct family *family, int signal)
{
	pid_t told[TOLD_MAX];
	struct visit visit = {
		.family = family, .signal = signal, .told = told
	};

	(void)os_each_child(getpid(), signal_with_descendants, &visit);
}

unsigned int
family_signal_group(const struct family *family, pid_t group, int signal,
    int *deep_fd)
{
	pid_t told[TOLD_MAX];
	struct visit visit = {
		.family = family, .signal = signal, .told = told,
		.group = group, .deep_fd = deep_fd
	};

	/* As above: who cannot be looked for may be there. */
	if (os_each_child(getpid(), signal_with_descendants, &visit) == -1)
		return 1;
	return visit.count;
}

static int
found_elder(void *context, pid_t pid)
{
	struct visit *visit = context;
	struct os_process process;

	if (is_helper(visit->family, pid) ||
	    os_process(pid, &process) == -1 || os_process_is_over(&process))
		return 0;
	if (visit->eldest == 0 || process.start < visit->eldest_start) {
		visit->eldest = pid;
		visit->eldest_start = process.start;
	}
	return 0;
}

pid_t
family_eldest(const struct family *family)
{
	struct visit visit = { .family = family };

	(void)os_each_child(getpid(), found_elder, &visit);
	return visit.eldest;
}
