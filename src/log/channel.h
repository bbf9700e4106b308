/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_CHANNEL_H
#define LOG_CHANNEL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/log.h"
#include "spec/output.h"

/*
 * A channel: from the target's output to one destination.  It is made by the
 * supervisor and holds all that must survive a killed logger: the pipes, the
 * page shared with the logger, the directory.  The logger is a child of the
 * supervisor that runs log_run(); when it dies the supervisor forks another
 * on the same channel, and no byte is lost, repeated or torn.
 *
 * Life: log_open() before anything runs; fork, log_run() in the child; the
 * target gets log_target_fd(); log_set_pid() and log_ask() at will;
 * log_close() when no run will follow: the logger ends when it has stored all
 * and nobody can write any more; log_fini().
 */

enum log_stream_number { LOG_STDOUT, LOG_STDERR, LOG_STREAMS };

struct log_config {
	const struct dest *dest; /* file, syslog, journal or command; or
				    DEST_INHERIT: our own stream */
	const char *path;	 /* of a file: absolute */
	const struct spec_log *log;
	const char *name;	   /* %n, syslog's tag; not NULL */
	const char *instance;	   /* %i; not NULL */
	bool carries[LOG_STREAMS]; /* what is sent here; not none */
	bool truncate;		   /* start with an empty file */
	unsigned int linger_ms;	   /* in place of LOG_LINGER_MS, if not 0 */
	const char *match;	   /* a line to wait for (regex), or NULL */
	const char *socket_path;   /* of syslog or the journal; NULL: the
					   system's own */
	int forward_fd;		   /* a pipe that gets all bytes as they
					   came, once they are stored; the
					   channel's own; -1: none */
	uid_t uid;		   /* the target's; (uid_t)-1: as we are */
	bool as_user;		   /* all is done as .uid, whose ever it is */
	gid_t gid;
};

/*
 * A logger that cannot get rid of what it has goes on trying for this long
 * when nobody can write to it any more; then it drops that, and tells how much
 * it was: the log itself, if it takes that now, or else syslog.
 */
#define LOG_LINGER_MS 30000

/* What the supervisor may ask of a logger. */
enum log_request {
	LOG_ASK_DRAIN,	/* the target's process has ended: store what the
			   pipe holds, an unterminated line included */
	LOG_ASK_REOPEN, /* as SIGHUP */
	LOG_ASK_ROTATE, /* as SIGUSR1 and SIGALRM */
	LOG_ASKS
};

/* What a logger reports; a mask. */
enum log_report {
	LOG_SAYS_DONE = 1,    /* something that was asked for is done */
	LOG_SAYS_MATCHED = 2, /* a line matched config.match */
	LOG_SAYS_TROUBLE = 4  /* .blocked, .error or .compress_status changed:
				 log_stats() */
};

struct log_stats {
	uint64_t bytes;		/* stored, stamps included */
	uint64_t lines;		/* stored; 0 where lines are not
					   looked at */
	uint64_t dropped_bytes; /* by --log-full=drop */
	uint64_t dropped_lines;
	uint64_t suppressed_lines; /* by --log-rate */
	uint64_t rotations;
	bool blocked; /* the destination takes nothing */
	int error;    /* errno of that, or of the last
					   failure to rotate or open; 0 */
	int compress_status; /* how the compression of a file
					   failed, as a shell tells it; 0 */
};

struct log_pipe {
	int read_fd, write_fd;
};

/* All is private to the room. */
struct log_channel {
	struct log_config config;
	struct log_pipe main[LOG_STREAMS];  /* the target writes here */
	struct log_pipe stage[LOG_STREAMS]; /* what is being stored */
	struct log_pipe scratch;	    /* for looking at it */
	struct log_pipe out;		    /* made up, not yet sent */
	struct log_pipe command;	    /* a command's input */
	struct log_pipe bell;		    /* to the logger */
	struct log_pipe report;		    /* from the logger */
	unsigned int pipes;		    /* main pipes in use, 1 or 2 */
	int null_fd;
	int dir_fd;
	const char *file; /* in dir_fd */
	bool is_device;	  /* a file, but not regular */
	bool as_user;	  /* the logger is config.uid */
	struct log_shared *shared;
	size_t shared_bytes;
	struct log_work *work; /* touched by the logger only */
};

/*
 * Whether output for dest, and for copy unless that is DEST_UNSET, has to go
 * through a logger: false for a file with which nothing is to be done, which
 * the target can write itself.
 */
bool	log_is_needed(const struct dest *dest, const struct dest *copy,
    const struct spec_log *log, bool has_match);

/*
 * Whether both destinations are the same, so that one channel serves both.
 */
bool	log_same_dest(const struct dest *a, const struct dest *b);

/*
 * Make a channel and open, check and create its destination.  What config
 * points to is borrowed and must outlive the channel; *config itself is
 * copied.  Both streams of a channel share one pipe, so that their order is
 * kept, unless the prefix tells them apart with %s.
 *
 * A file is opened as the promises ask: no link is followed, nothing is
 * opened that somebody else could have put there, and in a directory that
 * belongs to config.uid, or with config.as_user, all is done as that user.
 *
 * Returns 0, or -1 after it has said why.
 */
int	log_open(struct log_channel *channel, const struct log_config *config);

/*
 * The descriptor (close-on-exec) that a stream of the target is written to.
 * -1 if the channel does not carry that stream.
 */
int	log_target_fd(
    const struct log_channel *channel, enum log_stream_number stream);

/*
 * Be the logger: to be called in a child of the supervisor.  Takes a session
 * of its own (the title is the caller's business), closes every descriptor
 * that is not the channel's, points 0 to 2 to /dev/null and blocks all signals
 * but those it serves: SIGHUP opens the file anew, SIGUSR1 and SIGALRM rotate.
 * Never returns; exits 0 when the end of all input was stored.
 */
void	log_run(struct log_channel *channel) __attribute__((__noreturn__));

/*
 * The pid of the main process, for %p and for the records of syslog: of what is
 * written from now on.  While a drain is under way it is the one before.
 */
void	log_set_pid(struct log_channel *channel, pid_t pid);

/* Ask the logger for something.  Never blocks, never fails. */
void	log_ask(struct log_channel *channel, enum log_request request);

/*
 * A descriptor that becomes readable when the logger has something to
 * report, and what it is: a mask of enum log_report, 0 for nothing new.  What
 * was asked of a logger that died is done by the next.
 */
int	log_report_fd(const struct log_channel *channel);
unsigned int	log_take_reports(struct log_channel *channel);

/*
 * Whether what was asked for is done.  For a rotation: or has been tried and
 * failed, see log_stats(), and will be tried again.
 */
bool	log_is_done(
    const struct log_channel *channel, enum log_request request);

void	log_stats(const struct log_channel *channel, struct log_stats *stats);

/*
 * Copy the end of what was stored: at most room bytes, of at most
 * config.log->tail_bytes.  From memory: what went to a file is there once the
 * logger has drained.  at_line: begin with a whole line, if there is one.
 * Returns the number of bytes.
 */
size_t	log_tail(const struct log_channel *channel, char *buf, size_t room,
    bool at_line);

/* The bytes that ever were put there, so that new ones are told from old. */
uint64_t	log_tail_bytes(const struct log_channel *channel);

/* Close the ends that the target writes to: no other run will follow. */
void	log_close(struct log_channel *channel);

/* Release all.  A logger that still runs goes on to the end. */
void	log_fini(struct log_channel *channel);

#endif
