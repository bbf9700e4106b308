/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_LOGGER_H
#define LOG_LOGGER_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log/archive.h"
#include "log/channel.h"
#include "log/compose.h"
#include "log/file.h"
#include "log/ledger.h"
#include "log/match.h"
#include "log/stamp.h"
#include "log/words.h"

/*
 * The logger process: what it has besides the channel.  All of it is lost
 * when it is killed, and made anew by the next.
 */

#define IN_BYTES    (128 * 1024)  /* of the target's output at a time */
#define OUT_BYTES   (320 * 1024)  /* what that may become */
#define STAGE_BYTES (512 * 1024)  /* the same, where nobody looks at it */
#define MAIN_BYTES  (1024 * 1024) /* that the target is ahead of us */
#define RETRY_MS    1000	  /* while a destination takes nothing */

/* What a step of the logger came to. */
enum work {
	WORK_NONE,   /* there is nothing to do */
	WORK_DONE,   /* something was done; there may be more */
	WORK_WAITED, /* nothing could be done, and that was waited for */
	WORK_BLOCKED /* wait for .retry_ms, or for the receiver */
};

/* The compression of one rotated file. */
struct compress {
	struct words words;
	pid_t pid;    /* 0: none runs */
	uint64_t key; /* of the file that is being compressed */
	ino_t ino;
	bool failed; /* not tried again before a rotation */
};

struct logger {
	struct log_channel *channel;
	struct log_shared *shared;
	struct ledger now; /* what is committed, or will be */
	struct file file;
	size_t stage_bytes, scratch_bytes, out_bytes; /* that they take */
	int signal_fd;
	int send_fd;		   /* of a socket; else the channel's */
	int command_fd;		   /* a pidfd of the command, or -1 */
	uint64_t command_ms;	   /* when to start it again */
	bool whole_splice;	   /* a record is spliced in one datagram */
	bool has_end[LOG_STREAMS]; /* of main: nobody can write to it */
	bool is_full[LOG_STREAMS]; /* stage takes no more */
	size_t held[LOG_STREAMS];  /* of stage: an unterminated line */
	unsigned int turn;	   /* the stream that is looked at next */
	uint64_t taken;		   /* bytes from main, ever */
	uint64_t retry_ms;	   /* CLOCK_NEVER: not blocked */
	uint64_t patience_ms;	   /* the receiver's queue is full, and we
					   wait no longer than this */
	uint64_t give_up_ms;	   /* nobody writes and nothing moves */
	size_t least_left;	   /* of the output, since nobody writes */
	bool gives_up;		   /* what is left is dropped */
	uint64_t copy_lost;	   /* bytes that a copy did not take then */
	bool draining;
	unsigned int drain_asked;
	uint64_t drain_until; /* of .taken */
	bool want_rotate;
	uint64_t rotate_ms; /* not before, after a failure; 0 */
	unsigned int rotate_asked;
	uint64_t gathered;  /* .taken, at the last gather() */
	uint64_t batch_us;  /* when there was a small batch */
	uint64_t offset_at; /* the quarter of an hour for which */
	long offset_s;	    /* ... this is local time's offset */
	struct words command;
	struct compress compress;
	struct archive archive;
	struct match match;
	char head[HEAD_ROOM];
	char drop_note[COMPOSE_NOTE_MAX];
	char in[IN_BYTES];
	char out[OUT_BYTES];
};

/* The memory behind channel.work. */
struct log_work {
	struct logger logger;
};

/* Whether the destination is a regular file. */
bool	logger_has_file(const struct logger *logger);

/* Microseconds since the epoch: for stamps. */
uint64_t	logger_wall_us(void);

/* Local time's offset then, looked up once in a quarter of an hour. */
long	logger_utc_offset(struct logger *logger, uint64_t at_us);

/* Make .now what the next logger would find. */
void	logger_commit(struct logger *logger);

/*
 * What cannot fail has failed.  To end here is always safe: the next logger
 * finds all as it is, and goes on.
 */
void	logger_die(void) __attribute__((__noreturn__));

/* Tell the supervisor. */
void	logger_say(struct logger *logger, enum log_report report);

/*
 * The destination takes nothing, because of error: try again later.
 */
void	logger_block(struct logger *logger, int error);

/* It does again. */
void	logger_unblock(struct logger *logger);

/* Whether it is not yet time for the next try. */
bool	logger_waits(const struct logger *logger);

/* Note an error that does not keep lines from being stored; 0: it is over. */
void	logger_note_error(struct logger *logger, int error);

/* Whether lines may be thrown away: told to, or nothing helps any more. */
bool	logger_may_drop(const struct logger *logger);

/* Whether they are: the destination takes nothing, too. */
bool	logger_drops(const struct logger *logger);

/*
 * A batch has become *next, which is safe: make it current.  The supervisor is
 * told if a line matched for the first time.
 */
void	logger_advance(struct logger *logger, const struct ledger *next);

/*
 * Set up compose for a batch of .now.batch: everything but .drop_note and
 * .mid_line.  ledger is the one that is advanced.
 */
void	logger_compose(
    struct logger *logger, struct compose *compose, struct ledger *ledger);

/* Begin a batch of stage: its stream and time. */
void logger_begin_batch(struct logger *logger, enum log_stream_number stream);

#endif
