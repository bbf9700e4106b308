/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/ready.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "base/path.h"
#include "os/watch.h"
#include "record/pidfile.h"
#include "supervise/listener.h"

#define FIRST_INTERVAL_MS 10
#define LAST_INTERVAL_MS  1000
#define TRY_MS		  5000	/* for one connect, one command */
#define READS_AT_ONCE	  16

static enum ready_kind
kind_of(const struct ready *ready)
{
	return ready->spec->kind == READY_UNSET ? READY_EXEC :
	    ready->spec->kind;
}

/* Preparation. */

static int
prepare_path(struct ready *ready, const char *path)
{
	ready->path = path_absolute(path);
	if (ready->path == NULL) {
		diag_err("cannot tell where '%s' is", path);
		return -1;
	}
	return 0;
}

static int
prepare_socket(struct ready *ready)
{
	struct sockaddr_un address;

	if (prepare_path(ready, ready->spec->text) == -1)
		return -1;
	if (strlen(ready->path) < sizeof(address.sun_path))
		return 0;
	diag_errx("the path '%s' is too long for a socket", ready->path);
	return -1;
}

static int
prepare_tcp(struct ready *ready)
{
	int count = address_resolve(ready->spec->text, ready->spec->port,
	    ready->ops->addresses, READY_ADDRESSES);

	if (count == -1) {
		if (errno == ENOENT)
			diag_errx("there is no host '%s'", ready->spec->text);
		else
			diag_err("cannot look up host '%s'",
			    ready->spec->text);
		return -1;
	}
	ready->address_count = (unsigned int)count;
	return 0;
}

int
ready_prepare(struct ready *ready, const struct spec_ready *spec,
    const char *pidfile, const struct ready_ops *ops)
{
	memset(ready, 0, sizeof(*ready));
	ready->spec = spec;
	ready->ops = ops;
	ready->child_fd = ready->probe_fd = ready->watch_fd = -1;
	ready->limit_ms = ready->next_ms = CLOCK_NEVER;
	switch (spec->kind) {
	case READY_PIDFILE:
		if (pidfile != NULL)
			return prepare_path(ready, pidfile);
		diag_errx("--ready=pidfile needs --pidfile");
		return -1;
	case READY_FILE:
		return prepare_path(ready, spec->text);
	case READY_SOCKET:
		return prepare_socket(ready);
	case READY_TCP:
		return prepare_tcp(ready);
	default:
		return 0;
	}
}

/* What all kinds share. */

/* The command's group is there for as long as we have not reaped it. */
static void
kill_command(struct ready *ready)
{
	if (ready->probe_pid == 0)
		return;
	(void)kill(-ready->probe_pid, SIGKILL);
	ready->probe_is_stale = true;
}

static void
stop_probing(struct ready *ready)
{
	kill_command(ready);
	fdio_close(&ready->watch_fd);
	if (kind_of(ready) != READY_FD)
		fdio_close(&ready->probe_fd);
	ready->next_ms = CLOCK_NEVER;
}

static void
settle(struct ready *ready, enum ready_state state)
{
	stop_probing(ready);
	if (!ready->launching)
		ready->limit_ms = CLOCK_NEVER;
	ready->state = state;
}

static void
try_later(struct ready *ready, uint64_t now_ms)
{
	ready->next_ms = clock_after(now_ms, ready->interval_ms);
	ready->interval_ms *= 2;
	if (ready->interval_ms > LAST_INTERVAL_MS)
		ready->interval_ms = LAST_INTERVAL_MS;
}

/* Files: they are looked for when something changes near them. */

/* Watch the directory of path, or the nearest one that there is. */
static void
watch_near(struct ready *ready)
{
	char dir[PATH_MAX];
	char *slash;

	if (ready->watch_fd == -1 || strlen(ready->path) >= sizeof(dir))
		return;
	strcpy(dir, ready->path);
	while ((slash = strrchr(dir, '/')) != NULL) {
		slash[slash == dir] = '\0';
		if (watch_directory(ready->watch_fd, dir) == 0 ||
		    slash == dir)
			break;
	}
}

static bool
is_new_file(const struct ready *ready)
{
	struct stat st;

	if (stat(ready->path, &st) == -1)
		return false;
	return !ready->was_there || st.st_dev != ready->before.st_dev ||
	    st.st_ino != ready->before.st_ino ||
	    st.st_size != ready->before.st_size ||
	    st.st_ctim.tv_sec != ready->before.st_ctim.tv_sec ||
	    st.st_ctim.tv_nsec != ready->before.st_ctim.tv_nsec;
}

static bool
is_valid_pidfile(struct ready *ready)
{
	char text[64];
	ssize_t n;
	pid_t pid;

	n = fdio_read_file(AT_FDCWD, ready->path, text, sizeof(text));
	if (n == -1)
		return false;
	pid = pid_file_parse(text, (size_t)n, false);
	if (pid == 0 || !ready->ops->is_ours(ready->ops->context, pid))
		return false;
	ready->found_pid = pid;
	return true;
}

static bool
is_there(struct ready *ready)
{
	switch (kind_of(ready)) {
	case READY_FILE:
		return is_new_file(ready);
	case READY_PIDFILE:
		return is_valid_pidfile(ready);
	default:
		return listener_is_at(ready->path);
	}
}

/*
 * First watch, then look, so that nothing happens in between unseen.  What
 * no watch tells (listen(2), a remote file system) the next try finds.
 */
static void
look(struct ready *ready, uint64_t now_ms)
{
	watch_near(ready);
	if (is_there(ready))
		settle(ready, PROBE_READY);
	else
		try_later(ready, now_ms);
}

static void
begin_watch(struct ready *ready, uint64_t now_ms)
{
	ready->watch_fd = watch_open();
	look(ready, now_ms);
}

static void
handle_watch(struct ready *ready, uint64_t now_ms)
{
	watch_drain(ready->watch_fd);
	ready->interval_ms = FIRST_INTERVAL_MS;
	look(ready, now_ms);
}

/* fd:N: a newline on a pipe. */

static int
open_pipe(struct ready *ready)
{
	int fds[2];

	if (fdio_pipe(fds) == -1)
		return -1;
	ready->probe_fd = fds[0];
	ready->child_fd = fds[1];
	/* Of this end only: the flag belongs to the open file. */
	return fcntl(fds[0], F_SETFL, O_NONBLOCK);
}

static void
handle_pipe(struct ready *ready)
{
	char text[512];
	ssize_t n;
	int i;

	for (i = 0; i < READS_AT_ONCE; i++) {
		n = read(ready->probe_fd, text, sizeof(text));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (ready->state == PROBE_WAITING &&
		    memchr(text, '\n', (size_t)n) != NULL)
			settle(ready, PROBE_READY);
	}
	if (i == READS_AT_ONCE || (n == -1 && errno == EAGAIN))
		return;
	fdio_close(&ready->probe_fd);
	if (ready->state == PROBE_WAITING)
		ready->state = PROBE_NEVER;
}

/* tcp: the addresses in turn. */

/* Returns whether the outcome is still open, or good. */
static bool
connect_next(struct ready *ready, uint64_t now_ms)
{
	const struct address *address =
	    &ready->ops->addresses[ready->address_at++];
	int fd = socket(address->socket.ss_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return false;
	ready->probe_fd = fd;
	ready->next_ms = clock_after(now_ms, TRY_MS);
	if (connect(fd, (const struct sockaddr *)&address->socket,
	    address->length) == 0 && listener_answered(fd) == 0) {
		settle(ready, PROBE_READY);
		return true;
	}
	if (errno == EINPROGRESS)
		return true;
	fdio_close(&ready->probe_fd);
	return false;
}

static void
connect_some(struct ready *ready, uint64_t now_ms)
{
	fdio_close(&ready->probe_fd);
	while (ready->address_at < ready->address_count)
		if (connect_next(ready, now_ms))
			return;
	ready->address_at = 0;
	try_later(ready, now_ms);
}

static void
handle_connect(struct ready *ready, uint64_t now_ms)
{
	if (listener_answered(ready->probe_fd) == 0)
		settle(ready, PROBE_READY);
	else if (errno != EINPROGRESS)
		connect_some(ready, now_ms);
}

/* command: */

static void
run_command(struct ready *ready, uint64_t now_ms)
{
	const char *const argv[] = { "/bin/sh", "-c", ready->spec->text,
		NULL };
	pid_t pid;

	/* One that was killed may still have to be reaped. */
	pid = ready->probe_pid != 0 ? -1 :
	    ready->ops->spawn(ready->ops->context, argv);
	if (pid == -1) {
		try_later(ready, now_ms);
		return;
	}
	ready->probe_pid = pid;
	ready->probe_is_stale = false;
	ready->next_ms = clock_after(now_ms, TRY_MS);
}

static void
command_due(struct ready *ready, uint64_t now_ms)
{
	if (ready->probe_pid == 0 || ready->probe_is_stale) {
		run_command(ready, now_ms);
		return;
	}
	kill_command(ready);
	try_later(ready, now_ms);
}

bool
ready_child_exited(struct ready *ready, pid_t pid, int wait_status,
    uint64_t now_ms)
{
	bool counts;

	if (ready->probe_pid == 0 || pid != ready->probe_pid)
		return false;
	counts = ready->running && !ready->probe_is_stale;
	ready->probe_pid = 0;
	if (counts && wait_status == 0)
		settle(ready, PROBE_READY);
	else if (counts)
		try_later(ready, now_ms);
	return true;
}

/* From the loop. */

int
ready_begin(struct ready *ready)
{
	int error;

	ready_end(ready);
	ready->state = PROBE_WAITING;
	ready->found_pid = 0;
	if (kind_of(ready) == READY_FILE)
		ready->was_there = stat(ready->path, &ready->before) == 0;
	if (kind_of(ready) != READY_FD || open_pipe(ready) == 0)
		return 0;
	error = errno;
	ready_end(ready);
	errno = error;
	return -1;
}

static void
first_try(struct ready *ready, uint64_t now_ms)
{
	switch (kind_of(ready)) {
	case READY_ALIVE:
		ready->next_ms = clock_after(now_ms, ready->spec->alive_ms);
		break;
	case READY_PIDFILE:
	case READY_FILE:
	case READY_SOCKET:
		begin_watch(ready, now_ms);
		break;
	case READY_TCP:
		connect_some(ready, now_ms);
		break;
	case READY_COMMAND:
		run_command(ready, now_ms);
		break;
	case READY_NOTIFY:
	case READY_FD:
	case READY_LOG:
		break;
	case READY_UNSET:
	case READY_EXEC:
		settle(ready, PROBE_READY);
		break;
	}
}

static void
begin(struct ready *ready, uint64_t now_ms)
{
	fdio_close(&ready->child_fd);
	ready->running = true;
	ready->interval_ms = FIRST_INTERVAL_MS;
	ready->address_at = 0;
	ready->limit_ms = ready->spec->timeout_ms == 0 ? CLOCK_NEVER :
	    clock_after(now_ms, ready->spec->timeout_ms);
}

void
ready_launched(struct ready *ready, uint64_t now_ms)
{
	begin(ready, now_ms);
	ready->launching = true;
}

enum ready_state
ready_spawned(struct ready *ready, uint64_t now_ms)
{
	if (!ready->launching)
		begin(ready, now_ms);
	ready->launching = false;
	if (ready->state == PROBE_READY)
		ready->limit_ms = CLOCK_NEVER;
	else
		first_try(ready, now_ms);
	return ready->state;
}

/* What was heard from a daemon that is still to come counts later. */
static enum ready_state
state_by_now(const struct ready *ready)
{
	if (ready->launching && ready->state == PROBE_READY)
		return PROBE_WAITING;
	return ready->state;
}

static void
add_poll(struct pollfd *fds, size_t *count, int fd, short events)
{
	if (fd == -1)
		return;
	fds[*count] = (struct pollfd){ .fd = fd, .events = events };
	(*count)++;
}

size_t
ready_poll(const struct ready *ready, struct pollfd *fds)
{
	size_t count = 0;

	if (!ready->running)
		return 0;
	add_poll(fds, &count, ready->watch_fd, POLLIN);
	add_poll(fds, &count, ready->probe_fd,
	    kind_of(ready) == READY_FD ? POLLIN : POLLOUT);
	return count;
}

uint64_t
ready_deadline(const struct ready *ready)
{
	return ready->next_ms < ready->limit_ms ? ready->next_ms :
	    ready->limit_ms;
}

static void
handle_input(struct ready *ready, int fd, uint64_t now_ms)
{
	if (fd == ready->watch_fd)
		handle_watch(ready, now_ms);
	else if (fd == ready->probe_fd && kind_of(ready) == READY_FD)
		handle_pipe(ready);
	else if (fd == ready->probe_fd)
		handle_connect(ready, now_ms);
}

static void
handle_due(struct ready *ready, uint64_t now_ms)
{
	ready->next_ms = CLOCK_NEVER;
	switch (kind_of(ready)) {
	case READY_ALIVE:
		settle(ready, PROBE_READY);
		break;
	case READY_TCP:
		connect_some(ready, now_ms);
		break;
	case READY_COMMAND:
		command_due(ready, now_ms);
		break;
	default:
		look(ready, now_ms);
		break;
	}
}

enum ready_state
ready_handle(struct ready *ready, const struct pollfd *fds, size_t count,
    uint64_t now_ms)
{
	size_t i;

	if (!ready->running)
		return ready->state;
	for (i = 0; i < count; i++)
		if (fds[i].revents != 0 && fds[i].fd != -1)
			handle_input(ready, fds[i].fd, now_ms);
	if (ready->next_ms <= now_ms)
		handle_due(ready, now_ms);
	if (ready->limit_ms <= now_ms) {
		ready->launching = false;
		settle(ready, PROBE_TIMED_OUT);
	}
	return state_by_now(ready);
}

static enum ready_state
told(struct ready *ready, enum ready_kind kind)
{
	if (ready->running && ready->state == PROBE_WAITING &&
	    kind_of(ready) == kind)
		settle(ready, PROBE_READY);
	return state_by_now(ready);
}

enum ready_state
ready_notified(struct ready *ready)
{
	return told(ready, READY_NOTIFY);
}

enum ready_state
ready_log_matched(struct ready *ready)
{
	return told(ready, READY_LOG);
}

void
ready_extend(struct ready *ready, uint64_t until_ms)
{
	if (ready->limit_ms < until_ms)
		ready->limit_ms = until_ms;
}

void
ready_end(struct ready *ready)
{
	stop_probing(ready);
	fdio_close(&ready->child_fd);
	fdio_close(&ready->probe_fd);
	ready->limit_ms = CLOCK_NEVER;
	ready->running = ready->launching = false;
}
