/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_LOGGING_H
#define SUPERVISE_LOGGING_H

#include <sys/types.h>

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "launch/plan.h"
#include "log/channel.h"
#include "supervise/family.h"
#include "supervise/title.h"

/* The loggers of a daemon, one for each destination; a copy's comes first. */

#define LOGGING_CHANNELS 4

struct logger_child {
	struct log_channel channel;
	pid_t pid;		/* 0: none runs */
	uint64_t began_ms;	/* monotonic */
	uint64_t due_ms;	/* of the next, after one died at once */
	bool is_copy;		/* fed by the logger of the next channel */
	bool is_last;		/* which has no more for it */
	int told_error;		/* the trouble that was told of last; 0 */
	int told_compress;	/* the same, of compression */
	uint64_t tail_bytes;	/* log_tail_bytes() of earlier runs */
};

struct logging {
	struct logger_child *loggers; /* room for LOGGING_CHANNELS, if any */
	unsigned int count;
	bool finishing;		/* the end of all output was announced */
	bool matched;		/* --ready=log: was seen */
	pid_t to_tell;		/* the process of logging_tell_last(); 0 */
	const char *label;	/* of the daemon, for messages; borrowed */
	struct title *title;	/* of the supervisor; borrowed */
};

/* Whether a stream of the target's goes through a logger. */
bool	logging_serves(const struct spec *spec, int stream);

/*
 * Open the channels that the spec asks for and put their pipes into the
 * plan's streams.  label and title have been set.  Returns 0, or -1 after
 * having told why.
 */
int	logging_open(struct logging *logging, struct plan *plan);

/* Fork the loggers that do not run and are due. */
void	logging_start(struct logging *logging, struct family *family);

/* When the next logger is due, monotonic, or CLOCK_NEVER. */
uint64_t	logging_deadline(const struct logging *logging);

/* The main process is another one now. */
void	logging_set_pid(struct logging *logging, pid_t pid);

/* A run has ended: its last words are to be stored, newline or not. */
void	logging_drain(struct logging *logging);

/*
 * Say what the last line of this process was, that of the run that has just
 * ended, as soon as it is stored; nothing if it wrote none.
 */
void	logging_tell_last(struct logging *logging, pid_t pid);

/* Rotate, or open the files anew. */
void	logging_ask(struct logging *logging, enum log_request request);

/* A child was reaped.  Returns whether it was a logger. */
bool	logging_child_exited(struct logging *logging, pid_t pid);

/* At most LOGGING_CHANNELS entries.  Returns how many. */
size_t	logging_poll(const struct logging *logging, struct pollfd *fds);

/* After poll(2): take what the loggers report; trouble is told, once. */
void	logging_handle(struct logging *logging);

/* No run will follow. */
void	logging_finish(struct logging *logging);

/*
 * Whether a logger is still busy with the last of the output and nothing
 * keeps it from going on.
 */
bool	logging_is_busy(struct logging *logging);

/*
 * Whether the rotations that were asked for are over.  *error is 0, or the
 * errno of one that could not be done, that of logger number *i.
 */
bool	logging_has_rotated(const struct logging *logging, unsigned int *i,
	    int *error);

/* Where the output of logger number i goes, in words. */
const char	*logging_dest(const struct logging *logging, unsigned int i);

/* The end of what was written; see log_tail(). */
size_t	logging_tail(const struct logging *logging, char *buf, size_t room);

#endif
