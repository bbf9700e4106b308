/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_CALLER_H
#define SUPERVISE_CALLER_H

#include "launch/start.h"
#include "launch/stage.h"
#include "record/identity.h"

/*
 * Between the supervisor and the caller who waits for the start: a
 * SOCK_SEQPACKET pair, whose ends break when either dies.
 */

enum verdict {
	VERDICT_NONE,		/* the supervisor was killed */
	VERDICT_RUNNING,	/* it runs, and is ready if that was asked */
	VERDICT_FAILED,		/* a step failed: .report */
	VERDICT_DIED,		/* it ended before it was ready: .status */
	VERDICT_TIMED_OUT,	/* it was not ready in time, and was stopped */
	VERDICT_UNDONE,		/* stopped before it was ready, as asked */
	VERDICT_BROKEN		/* the supervisor could not be set up, and has
				   said why */
};

struct result {
	enum verdict verdict;
	struct report report;
	int status;		/* as from wait(2) */
	pid_t pid;		/* of the main process */
	uint64_t uptime_ms;
};

/* The most of a target's last words that are passed on. */
#define LAST_WORDS_MAX 2048

/*
 * The supervisor's side; fd -1: nobody waits, and nothing is done.  Text for
 * which a caller that does not read has no room is lost.  Each returns 0, or -1
 * when the caller is gone.
 */
int	caller_send_result(int fd, const struct result *result);
int	caller_send_main(int fd, const struct identity *identity);
int	caller_send_last_words(int fd, const char *text, size_t length);

/* A diag_sink; context is the address of the descriptor. */
void	caller_send_line(void *context, int priority, const char *line);

/* What was started, for messages: its name, or else its command. */
const char	*caller_label(const struct spec *spec);

/*
 * The caller's side: wait for the result, print what comes meanwhile, tell
 * what went wrong, and make sure that after a failure nothing is left.  On
 * SIGHUP, SIGINT, SIGQUIT or SIGTERM the supervisor is asked to undo the
 * start.  Returns an exit status.
 *
 * supervisor  our child, which leads a session.
 */
int	caller_wait(int fd, struct start *start, pid_t supervisor);

#endif
