/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/matched.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "control/match.h"
#include "os/pidfd.h"
#include "record/doorway.h"
#include "spec/schedule.h"

/* The processes that were found; each pidfd is of the very one. */
struct catch {
	struct pollfd *fds;
	pid_t *pids;
	size_t count, room;
	bool failed; /* one that was found could not be taken */
};

/* A stop under way. */
struct stop {
	const struct spec *spec;
	struct match match;
	struct catch catch;
	size_t sent, refused; /* by the last signal */
	unsigned int rounds;  /* of signals */
	struct strbuf stopped; /* " 1 2": who got the last signal */
};

/* What is stopped, in words. */
static const char *
what(const struct spec_match *match)
{
	if (match->name != NULL)
		return match->name;
	if (match->exec != NULL)
		return match->exec;
	if (match->pidfile != NULL)
		return xasprintf("process in pidfile '%s'", match->pidfile);
	if (match->pid != 0)
		return xasprintf("process with pid %ld", (long)match->pid);
	if (match->ppid != 0)
		return xasprintf(
		    "process(es) with parent pid %ld", (long)match->ppid);
	return xasprintf("process(es) owned by '%s'", match->user);
}

/* It was not read; now say why. */
static void
tell_untrusted(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		diag_errx("unable to open pidfile %s (%s)", path,
		    strerror(errno));
	else if (!S_ISREG(st.st_mode))
		diag_errx("pidfile %s is no regular file", path);
	else if ((st.st_mode & S_IWOTH) != 0)
		diag_errx("matching on world-writable pidfile %s is insecure",
		    path);
	else if ((st.st_uid != 0 && st.st_uid != geteuid()) ||
	    (st.st_mode & S_IWGRP) != 0)
		diag_errx("matching only on non-root pidfile %s is insecure",
		    path);
	else
		diag_errx("unable to read pidfile %s", path);
}

/* What "/dev/null" says is nothing, and everybody may say so. */
static bool
says_nothing(const struct match *match)
{
	return match->pidfile_kind == PIDFILE_GARBAGE ||
	    strcmp(match->spec->pidfile, "/dev/null") == 0;
}

/* Returns whether there can be such processes; false and *failed: unknown. */
static bool
prepare(struct match *match, const struct spec_match *spec, bool *failed)
{
	*failed = true;
	switch (match_prepare(match, spec)) {
	case MATCH_FINE:
		*failed = false;
		return true;
	case MATCH_NO_USER:
		diag_errx("user '%s' not found", spec->user);
		break;
	case MATCH_NO_EXEC:
		diag_errx("unable to stat %s (%s)", spec->exec,
		    strerror(errno));
		break;
	case MATCH_BAD_PIDFILE:
		*failed = !says_nothing(match);
		if (*failed)
			tell_untrusted(spec->pidfile);
		break;
	}
	return false;
}

static void
let_go(struct catch *catch)
{
	while (catch->count > 0)
		(void)close(catch->fds[--catch->count].fd);
}

static int
take(void *context, const struct identity *identity)
{
	struct catch *catch = context;
	int fd = identity_open(identity);

	if (fd == -1) {
		catch->failed = catch->failed || errno != ESRCH;
		return 0;
	}
	if (catch->count == catch->room) {
		catch->room = catch->room * 2 + 16;
		catch->fds = xreallocarray(
		    catch->fds, catch->room, sizeof(*catch->fds));
		catch->pids = xreallocarray(
		    catch->pids, catch->room, sizeof(*catch->pids));
	}
	catch->fds[catch->count] = (struct pollfd){ fd, POLLIN, 0 };
	catch->pids[catch->count++] = identity->pid;
	return 0;
}

/* Those that are there now. */
static void
look_again(struct stop *stop)
{
	let_go(&stop->catch);
	(void)match_each(&stop->match, take, &stop->catch);
}

static void
note_stopped(struct stop *stop, pid_t pid)
{
	char text[24];

	(void)snprintf(text, sizeof(text), " %ld", (long)pid);
	strbuf_add(&stop->stopped, text);
}

/* A stopped process does not see a signal that it handles. */
static void
send_one(struct stop *stop, size_t i, int signal, bool then_cont)
{
	int fd = stop->catch.fds[i].fd;
	pid_t pid = stop->catch.pids[i];

	if (stop->spec->test) {
		diag_plain("Would send signal %d to %ld.", signal, (long)pid);
		stop->sent++;
	} else if (os_pidfd_signal(fd, signal) == 0) {
		if (then_cont)
			(void)os_pidfd_signal(fd, SIGCONT);
		note_stopped(stop, pid);
		stop->sent++;
	} else if (errno != ESRCH) {
		diag_warnx("warning: failed to kill %ld: %s", (long)pid,
		    strerror(errno));
		stop->refused++;
	}
}

static void
tell_stopped(const struct stop *stop)
{
	diag_plain("Stopped %s (pid%s)%s.", what(&stop->spec->match),
	    stop->stopped.bytes,
	    stop->rounds == 0 ? ""
			      : xasprintf(", retry #%u", stop->rounds));
}

static void
send_all(struct stop *stop, int signal, bool then_cont)
{
	size_t i;

	stop->sent = stop->refused = 0;
	strbuf_clear(&stop->stopped);
	look_again(stop);
	for (i = 0; i < stop->catch.count; i++)
		send_one(stop, i, signal, then_cont);
	if (stop->refused > 0)
		diag_plain("%zu pids were not killed", stop->refused);
	if (stop->stopped.length > 0 && stop->spec->level >= DIAG_VERBOSE)
		tell_stopped(stop);
	stop->rounds++;
}

/*
 * Wait until no such process is there, new ones included.  Returns whether
 * that is so.
 */
static bool
wait_gone(struct stop *stop, uint64_t until_ms)
{
	uint64_t now;

	for (;;) {
		look_again(stop);
		if (stop->catch.count == 0)
			return true;
		now = clock_ms();
		if (now >= until_ms)
			return false;
		(void)poll(stop->catch.fds, (nfds_t)stop->catch.count,
		    clock_poll_timeout(now, until_ms));
	}
}

/* With the pidfile gone, nothing is to remember what it was of. */
static void
forget_record(const struct spec *spec)
{
	static struct record holder;
	const char *pidfile = path_absolute(spec->match.pidfile);
	char path[PATH_MAX], key[KEY_ROOM];
	const char *keys[1] = { key };
	struct claim claim;

	if (pidfile == NULL || access(pidfile, F_OK) == 0 ||
	    place_path(spec->identity.state_dir, path) == -1)
		return;
	place_key_of_pidfile(pidfile, key);
	claim_init(&claim);
	if (access(xasprintf("%s/%s", path, key), F_OK) == 0 &&
	    claim_take(&claim, path, keys, 1, &holder) == 0)
		claim_release(&claim);
}

static int
finish(struct stop *stop, bool any)
{
	const struct spec *spec = stop->spec;

	if (spec->control.remove_pidfile && spec->match.pidfile != NULL &&
	    !spec->test && unlink(spec->match.pidfile) == -1 &&
	    errno != ENOENT)
		diag_warnx("warning: failed to remove pidfile %s: %s",
		    spec->match.pidfile, strerror(errno));
	if (!spec->test && spec->match.pidfile != NULL)
		forget_record(spec);
	if (any)
		return EX_DONE;
	if (spec->manners.absent != NULL)
		diag_errx("%s", spec->manners.absent);
	else
		diag_plain("No %s found running; none killed.",
		    what(&spec->match));
	return spec->identity.idempotent ? EX_DONE : EX_FAILED;
}

static int
signal_once(struct stop *stop)
{
	send_all(stop, stop->spec->control.signal, false);
	return finish(stop, stop->sent > 0);
}

static int
walk_schedule(struct stop *stop)
{
	struct schedule_move move;
	struct schedule walk;
	bool any = false;

	schedule_begin(&walk, &stop->spec->stop.schedule);
	for (;;) {
		move = schedule_next(&walk, clock_ms());
		if (move.kind == SCHEDULE_OVER)
			break;
		if (move.kind == SCHEDULE_SIGNAL) {
			send_all(stop, move.signal, move.then_cont);
			any = any || stop->sent > 0;
			if (stop->sent == 0 && stop->refused == 0)
				return finish(stop, any);
			if (!any)
				return finish(stop, false);
		} else if (wait_gone(stop, move.until_ms))
			return finish(stop, any);
	}
	look_again(stop);
	if (stop->catch.count == 0)
		return finish(stop, any);
	diag_plain("Program %s, %zu process(es), refused to die.",
	    what(&stop->spec->match), stop->catch.count);
	return EX_TIMEOUT;
}

static int
run_stop(const struct spec *spec)
{
	struct stop stop;
	bool failed;
	int rc;

	memset(&stop, 0, sizeof(stop));
	stop.spec = spec;
	if (!prepare(&stop.match, &spec->match, &failed))
		return failed ? EX_SETUP : finish(&stop, false);
	if (spec->test && spec->verb == VERB_STOP)
		diag_plain("Ignoring --retry in test mode");
	if (spec->test || spec->verb == VERB_SIGNAL)
		rc = signal_once(&stop);
	else
		rc = walk_schedule(&stop);
	let_go(&stop.catch);
	return rc;
}

static int
run_status(const struct spec *spec)
{
	struct stop stop;
	bool failed;
	size_t i;

	memset(&stop, 0, sizeof(stop));
	if (!prepare(&stop.match, &spec->match, &failed))
		return EX_STATUS_UNKNOWN;
	look_again(&stop);
	for (i = 0; spec->control.print_pids && i < stop.catch.count; i++)
		diag_plain("%ld", (long)stop.catch.pids[i]);
	if (stop.catch.count > 0)
		return EX_DONE;
	return spec->match.pidfile != NULL &&
		access(spec->match.pidfile, F_OK) == 0
	    ? EX_STATUS_DEAD
	    : EX_STATUS_STOPPED;
}

int
matched_run(const struct spec *spec)
{
	return spec->verb == VERB_STATUS ? run_status(spec) : run_stop(spec);
}

/* FNV-1a: the criteria as a name that is short enough. */
static uint64_t
add_hash(uint64_t hash, const char *text)
{
	if (text == NULL)
		text = "\1";
	do
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	while (*text++ != '\0');
	return hash;
}

static void
key_of_match(const struct spec_match *match, char key[KEY_ROOM])
{
	uint64_t hash = 14695981039346656037U;

	hash = add_hash(hash, match->exec);
	hash = add_hash(hash, match->name);
	hash = add_hash(hash, match->pidfile);
	hash = add_hash(hash, match->user);
	(void)snprintf(key, KEY_ROOM, "%%match-%016llx",
	    (unsigned long long)(hash + (uint64_t)match->pid * 31 +
		(uint64_t)match->ppid));
}

/*
 * The guard needs the state directory.  Where there can be none, the start
 * goes on without: it is only that two at once may not see each other.
 */
static bool
is_guarded_by_other(const struct spec *spec, struct claim *guard)
{
	static struct record holder;
	char key[KEY_ROOM];
	const char *keys[1] = { key };
	char path[PATH_MAX];

	key_of_match(&spec->match, key);
	if (place_path(spec->identity.state_dir, path) == -1)
		return false;
	if (claim_take(guard, path, keys, 1, &holder) == -1)
		return errno == EEXIST;
	return doorway_is_taken(key);
}

static int
note_first(void *context, const struct identity *identity)
{
	*(pid_t *)context = identity->pid;
	return 1;
}

enum matched
matched_look(const struct spec *spec, struct claim *guard, pid_t *pid)
{
	struct match match;
	bool failed;

	*pid = -1;
	if (!spec->test && is_guarded_by_other(spec, guard))
		return MATCHED_ONE;
	if (!prepare(&match, &spec->match, &failed))
		return failed ? MATCHED_FAULT : MATCHED_NONE;
	return match_each(&match, note_first, pid) == 1 ? MATCHED_ONE
							: MATCHED_NONE;
}
