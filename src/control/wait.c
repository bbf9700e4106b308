/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/wait.h"

#include <sys/wait.h>

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/xalloc.h"
#include "control/facts.h"
#include "os/pidfd.h"
#include "os/watch.h"

/* Of each waiter, and besides. */
#define WAITER_DESCRIPTORS 3
#define OWN_DESCRIPTORS	   32

struct waiter {
	struct daemon *daemon;
	const struct spec *spec;
	const char *boot;
	bool is_over;
	bool was_there;
	int status;
	int record_fd;		/* read once more when it has been removed */
	int process_fd;		/* pidfd of the supervisor or main process */
	bool is_supervisor;
	int watch_fd;		/* for a change of the record */
};

static void
finish(struct waiter *waiter, int status)
{
	fdio_close(&waiter->record_fd);
	fdio_close(&waiter->process_fd);
	fdio_close(&waiter->watch_fd);
	waiter->is_over = true;
	waiter->status = status;
}

static void
fail(struct waiter *waiter, const char *why)
{
	diag_errx("cannot wait for %s: %s", waiter->daemon->what, why);
	finish(waiter, EX_FAILED);
}

static int
exit_status(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
				      : EX_SIGNALLED + WTERMSIG(wait_status);
}

static void
finish_down(struct waiter *waiter, int wait_status)
{
	if (wait_status >= 0) {
		finish(waiter, exit_status(wait_status));
		return;
	}
	diag_errx("%s has ended; its exit status cannot be known here",
	    waiter->daemon->what);
	finish(waiter, EX_FAILED);
}

/*
 * What the supervisor wrote last, in a record that it may have removed
 * since.
 */
static int
last_words(const struct waiter *waiter)
{
	static struct record record;

	if (waiter->record_fd == -1 ||
	    record_reread(waiter->record_fd, &record) == -1)
		return -1;
	return record.head.last_status;
}

static void
open_record(struct waiter *waiter)
{
	int key_fd;

	fdio_close(&waiter->record_fd);
	if (waiter->daemon->kind != DAEMON_RECORDED)
		return;
	key_fd = find_open_key(waiter->daemon);
	if (key_fd == -1)
		return;
	waiter->record_fd =
	    record_open(key_fd, waiter->daemon->place->owner);
	(void)close(key_fd);
}

/* From the supervisor, or without one from the main process. */
static void
watch_process(struct waiter *waiter)
{
	const struct record_head *head = &waiter->daemon->head;

	fdio_close(&waiter->process_fd);
	waiter->is_supervisor = true;
	errno = ESRCH;
	if (head->supervisor.pid != 0)
		waiter->process_fd = identity_open(&head->supervisor);
	if (waiter->process_fd != -1 || errno != ESRCH)
		return;
	waiter->is_supervisor = false;
	errno = ESRCH;
	if (head->main.pid != 0)
		waiter->process_fd = identity_open(&head->main);
}

static void
begin_down(struct waiter *waiter)
{
	const struct daemon *daemon = waiter->daemon;

	/* Open first: what it says last can be read then, come what may. */
	open_record(waiter);
	find_refresh(waiter->daemon);
	if (daemon->kind == DAEMON_DOUBTFUL) {
		fail(waiter, daemon->error);
		return;
	}
	watch_process(waiter);
	if (waiter->process_fd != -1)
		return;
	if (errno != ESRCH)
		fail(waiter, errno == EAGAIN
			? "cannot tell its processes (is /proc there, and does "
			  "it show them?)"
			: strerror(errno));
	else if (waiter->was_there || last_words(waiter) >= 0)
		finish_down(waiter, last_words(waiter));
	else {
		if (daemon->is_pattern)
			find_tell_unmatched(daemon);
		else
			diag_notice("%s is not running", daemon->what);
		finish(waiter, EX_DONE);
	}
}

static void
go_on_down(struct waiter *waiter)
{
	int status;

	if (!waiter->is_supervisor) {
		if (os_pidfd_exit_status(waiter->process_fd, &status) == -1)
			status = -1;
		finish_down(waiter, status);
		return;
	}
	/* Ended in order, or killed and the main process goes on? */
	status = last_words(waiter);
	find_refresh(waiter->daemon);
	if (waiter->daemon->kind == DAEMON_RECORDED &&
	    identity_life(&waiter->daemon->head.main) == LIFE_ALIVE) {
		watch_process(waiter);
		if (waiter->process_fd != -1)
			return;
	}
	finish_down(waiter, status);
}

static void
watch_dir_of(const struct waiter *waiter, const char *file)
{
	char *copy = xstrdup(file);

	(void)watch_directory(waiter->watch_fd, dirname(copy));
	free(copy);
}

/*
 * Where its directory and its pidfile will be, and within its directory, as
 * soon as there is one.
 */
static void
watch_changes(struct waiter *waiter)
{
	const struct daemon *daemon = waiter->daemon;
	char *path;

	if (waiter->watch_fd == -1)
		waiter->watch_fd = watch_open();
	if (waiter->watch_fd == -1)
		return;
	watch_drain(waiter->watch_fd);
	if (daemon->pidfile != NULL)
		watch_dir_of(waiter, daemon->pidfile);
	if (daemon->key == NULL)
		return;
	(void)watch_directory(waiter->watch_fd, daemon->place->path);
	path = xasprintf("%s/%s", daemon->place->path, daemon->key);
	(void)watch_directory(waiter->watch_fd, path);
	free(path);
}

static void
refresh(struct waiter *waiter)
{
	struct daemon *daemon = waiter->daemon;

	find_refresh(daemon);
	if (daemon->pidfile == NULL || daemon->kind != DAEMON_MISSING)
		return;
	if (pid_file_read(daemon->pidfile, &daemon->head.main, NULL) ==
	    PIDFILE_NUMBER)
		daemon->kind = DAEMON_FOREIGN;
}

static bool
is_reached(const struct waiter *waiter, const struct facts *facts)
{
	return waiter->spec->control.wait_for == WAIT_FOR_READY
	    ? facts->ready
	    : facts->running;
}

/* Watch, then look: what happens between is seen. */
static void
go_on_up(struct waiter *waiter)
{
	struct daemon *daemon = waiter->daemon;
	struct facts facts;

	watch_changes(waiter);
	if (waiter->watch_fd == -1) {
		fail(waiter, strerror(errno));
		return;
	}
	refresh(waiter);
	if (daemon->kind == DAEMON_DOUBTFUL) {
		fail(waiter, daemon->error);
		return;
	}
	facts_take(&facts, daemon, waiter->boot);
	if (is_reached(waiter, &facts))
		finish(waiter, EX_DONE);
	else if (facts.supervised)
		waiter->was_there = true;
	else if (waiter->was_there || strcmp(facts.state, "failed") == 0)
		fail(waiter, "it has ended");
	if (waiter->is_over)
		return;
	watch_process(waiter);
}

static void
go_on(struct waiter *waiter)
{
	if (waiter->spec->control.wait_for != WAIT_FOR_DOWN)
		go_on_up(waiter);
	else if (waiter->process_fd != -1)
		go_on_down(waiter);
	else
		begin_down(waiter);
}

/* Each waits for two: returns how many are open. */
static size_t
fill(const struct waiter *waiters, size_t count, struct pollfd *fds)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++) {
		if (waiters[i].process_fd != -1)
			fds[n++] = (struct pollfd){ waiters[i].process_fd,
				POLLIN, 0 };
		if (waiters[i].watch_fd != -1)
			fds[n++] = (struct pollfd){ waiters[i].watch_fd,
				POLLIN, 0 };
	}
	return n;
}

/* In the order of fill(). */
static void
go_on_all(struct waiter *waiters, size_t count, const struct pollfd *fds)
{
	bool happened;
	size_t i;

	for (i = 0; i < count; i++) {
		happened = false;
		if (waiters[i].process_fd != -1)
			happened |= fds++->revents != 0;
		if (waiters[i].watch_fd != -1)
			happened |= fds++->revents != 0;
		if (happened)
			go_on(&waiters[i]);
	}
}

static void
fail_all(struct waiter *waiters, size_t count, const char *why)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!waiters[i].is_over)
			fail(&waiters[i], why);
}

static void
loop(struct waiter *waiters, size_t count, uint64_t deadline)
{
	struct pollfd *fds = xcalloc(count * 2, sizeof(*fds));
	size_t open;

	while ((open = fill(waiters, count, fds)) > 0 &&
	    clock_ms() < deadline) {
		if (poll(fds, open,
			clock_poll_timeout(clock_ms(), deadline)) >= 0)
			go_on_all(waiters, count, fds);
		else if (errno != EINTR)
			fail_all(waiters, count, strerror(errno));
	}
	free(fds);
}

static void
time_out(struct waiter *waiter)
{
	static const char *const words[] = {
		[WAIT_FOR_DOWN] = "down",
		[WAIT_FOR_READY] = "ready",
		[WAIT_FOR_RUNNING] = "running",
	};

	diag_errx("%s is not %s in time", waiter->daemon->what,
	    words[waiter->spec->control.wait_for]);
	finish(waiter, EX_TIMEOUT);
}

static bool
has_place(struct found *found, const struct spec *spec)
{
	char path[PATH_MAX];
	int fd;

	if (found->place_count > 0)
		return true;
	if (place_path(spec->identity.state_dir, path) == -1)
		return false;
	fd = place_open(path, true);
	if (fd == -1)
		return false;
	found->places[0].path = xstrdup(path);
	found->places[0].fd = fd;
	found->places[0].owner = geteuid();
	found->place_count = 1;
	return true;
}

/* What is not there yet is waited for where it would be. */
static void
expect(struct found *found, const struct spec *spec, struct daemon *daemon)
{
	char key[KEY_ROOM];

	if (daemon->kind != DAEMON_MISSING || daemon->is_pattern ||
	    !has_place(found, spec))
		return;
	if (daemon->pidfile != NULL)
		place_key_of_pidfile(daemon->pidfile, key);
	else
		place_key_of_name(daemon->label, key);
	daemon->place = &found->places[0];
	daemon->key = xstrdup(key);
}

static void
begin(struct waiter *waiter, struct daemon *daemon, const struct spec *spec,
    const char *boot)
{
	memset(waiter, 0, sizeof(*waiter));
	waiter->daemon = daemon;
	waiter->spec = spec;
	waiter->boot = boot;
	waiter->record_fd = waiter->process_fd = waiter->watch_fd = -1;
	if (daemon->kind == DAEMON_DOUBTFUL)
		fail(waiter, daemon->error);
	else if (spec->control.wait_for != WAIT_FOR_DOWN &&
	    daemon->key == NULL && daemon->pidfile == NULL)
		fail(waiter, daemon->is_pattern
			? "no daemon matches"
			: "there is nowhere to wait for it");
	else
		go_on(waiter);
}

int
wait_run(const struct spec *spec, struct found *found)
{
	struct waiter *waiters = xcalloc(found->count + 1, sizeof(*waiters));
	uint64_t deadline = CLOCK_NEVER;
	int worst = EX_DONE;
	size_t i;

	(void)fdio_allow(OWN_DESCRIPTORS + found->count * WAITER_DESCRIPTORS);
	if (spec->control.wait_ms != UINT64_MAX)
		deadline = clock_ms() + spec->control.wait_ms;
	for (i = 0; i < found->count; i++) {
		if (spec->control.wait_for != WAIT_FOR_DOWN)
			expect(found, spec, &found->items[i]);
		begin(&waiters[i], &found->items[i], spec, found->boot);
	}
	loop(waiters, found->count, deadline);
	for (i = 0; i < found->count; i++) {
		if (!waiters[i].is_over)
			time_out(&waiters[i]);
		if (waiters[i].status > worst)
			worst = waiters[i].status;
	}
	free(waiters);
	return worst;
}
