/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_READY_H
#define SUPERVISE_READY_H

#include <sys/types.h>
#include <sys/stat.h>

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/restart.h"
#include "supervise/address.h"

/*
 * Finding out whether a run is ready, for each kind of --ready.  Once for
 * the supervisor ready_prepare(); for each run, in this order: ready_begin(),
 * the spawn, ready_launched() if the daemon is still to come of what was
 * spawned, ready_spawned(), then ready_poll() and ready_handle() from the
 * loop, and ready_end() when the run has ended or is being stopped.
 *
 * Only ready_prepare() allocates or prints.  Nothing blocks.
 */

enum ready_state {
	PROBE_WAITING,
	PROBE_READY,
	PROBE_NEVER,	/* it closed its descriptor without a word; this
			   alone is no failure: the time limit still runs */
	PROBE_TIMED_OUT	/* --ready-timeout */
};

/* What the probes need of the supervisor. */
struct ready_ops {
	void *context;

	/*
	 * READY_COMMAND: spawn argv (argv[0] is a path) as the target's user
	 * in a process group of its own, which is there on return; do not
	 * wait for its end.  Its input and output are /dev/null.  Returns
	 * its pid, or -1.
	 */
	pid_t (*spawn)(void *context, const char *const argv[]);

	/* READY_PIDFILE: whether pid is alive and the main process, or
	   descends from it or from us. */
	bool (*is_ours)(void *context, pid_t pid);
	/* READY_ADDRESSES of them, for READY_TCP. */
	struct address *addresses;
};

#define READY_POLLFDS	2
#define READY_ADDRESSES 8

/* For ready.c, except where it says otherwise. */
struct ready {
	const struct spec_ready *spec;	/* borrowed */
	const struct ready_ops *ops;	/* borrowed */
	const char *path;		/* absolute */
	enum ready_state state;		/* may be read */
	bool running;			/* from _launched or _spawned to _end */
	bool launching;			/* from _launched to _spawned */

	/*
	 * READY_FD, from ready_begin() to ready_spawned(): the spawn moves
	 * child_fd to the number spec->fd in the child.  May be read; else -1.
	 */
	int child_fd;
	int probe_fd;			/* pipe, or socket being connected */
	int watch_fd;

	pid_t probe_pid;		/* READY_COMMAND; 0: none */
	bool probe_is_stale;		/* its status no longer matters */
	pid_t found_pid;		/* READY_PIDFILE, when ready: may be
					   read */

	uint64_t limit_ms;		/* when it times out */
	uint64_t next_ms;		/* the next try, or its time limit */
	uint64_t interval_ms;

	struct stat before;		/* READY_FILE */
	bool was_there;

	unsigned int address_count, address_at;
};

/*
 * Once, before the loop and before the supervisor leaves the caller's
 * working directory: a relative path is taken from there, host names are
 * resolved.
 *
 * spec     must outlive *ready; kind READY_UNSET is READY_EXEC.
 * pidfile  READY_PIDFILE: the file; else not used.
 * ops      must outlive *ready.
 *
 * Returns 0, or -1 after it has said what is wrong.
 */
int	ready_prepare(struct ready *ready, const struct spec_ready *spec,
	    const char *pidfile, const struct ready_ops *ops);

/*
 * Before each spawn.  A file counts only if it is made or changed from here
 * on.  Returns 0, or -1 with errno when there are no descriptors: the run must
 * not be spawned.
 */
int	ready_begin(struct ready *ready);

/*
 * What was spawned is to bring forth the daemon and to end.  The time limit
 * begins, and what the daemon says is heard, but ready_spawned() has to be
 * called before anything is looked for and before it counts as ready.
 */
void	ready_launched(struct ready *ready, uint64_t now_ms);

/*
 * The process has exec'd, or the daemon has come of it.  now_ms is monotonic.
 * Returns the state: READY_EXEC is ready at once.
 */
enum ready_state	ready_spawned(struct ready *ready, uint64_t now_ms);

/*
 * Fill in what to poll(2) for, at most READY_POLLFDS.  Returns how many.
 * It may be more than none after readiness: what else is written to fd:N is
 * read and discarded, so that it never gets SIGPIPE or blocks.
 */
size_t	ready_poll(const struct ready *ready, struct pollfd *fds);

/* When to call ready_handle() at the latest, monotonic, or CLOCK_NEVER. */
uint64_t	ready_deadline(const struct ready *ready);

/*
 * After each poll(2), with the entries from ready_poll() (count may be 0),
 * or when the deadline is due.  Entries of a run that has ended meanwhile do
 * no harm.  Returns the state; once it is not PROBE_WAITING or PROBE_NEVER it
 * stays so until ready_end().
 */
enum ready_state	ready_handle(struct ready *ready,
			    const struct pollfd *fds, size_t count,
			    uint64_t now_ms);

/*
 * READY_NOTIFY: READY=1 was received.  READY_LOG: the logger saw a line that
 * matches.  With any other kind each does nothing.
 */
enum ready_state	ready_notified(struct ready *ready);
enum ready_state	ready_log_matched(struct ready *ready);

/* EXTEND_TIMEOUT_USEC: not before until_ms.  Never shortens. */
void	ready_extend(struct ready *ready, uint64_t until_ms);

/*
 * A child was reaped.  Returns whether it was a probe of ours; the state may
 * have changed then.
 */
bool	ready_child_exited(struct ready *ready, pid_t pid, int wait_status,
	    uint64_t now_ms);

/*
 * The run is over, or nobody wants to know any more: closes everything and
 * kills the command's process group.  Its pid is still reported to
 * ready_child_exited() afterwards.  May be called twice.
 */
void	ready_end(struct ready *ready);

#endif
