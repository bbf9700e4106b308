/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_PROTOCOL_H
#define RECORD_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/stop.h"

/*
 * What is said over the socket "control" (SOCK_SEQPACKET) in the directory
 * of a supervised daemon.  The client sends one struct protocol_request; the
 * supervisor sends any number of replies, the last of which is REPLY_DONE.
 * It comes when what was asked for is done.  Both are on one machine, so
 * numbers are as this machine has them.
 */

#define PROTOCOL_MAGIC	  0x2e706d69U /* "imp." */
#define PROTOCOL_VERSION  1
#define PROTOCOL_TEXT_MAX 16384

enum protocol_verb {
	ASK_STATUS,	/* text: status_format(); open to everyone */
	ASK_STOP,	/* done when nothing is left */
	ASK_RESTART,	/* done when the next run is ready */
	ASK_RELOAD,	/* done when it says so, or at once */
	ASK_SIGNAL,	/* to the main process */
	ASK_ROTATE,
	ASK_LOGS,	/* REPLY_TEXT: what is kept in memory */
	ASK_COUNT
};

struct protocol_step {
	int32_t signal;
	uint32_t unused;
	uint64_t wait_ms;
};

struct protocol_request {
	uint32_t magic;
	uint32_t version;
	uint32_t verb;
	int32_t signal;		/* ASK_SIGNAL; ASK_RELOAD: 0: as started */
	/* ASK_STOP and ASK_RESTART: instead of the daemon's own schedule;
	   step_count 0: not instead */
	uint32_t step_count;
	uint32_t repeat_from;
	uint32_t wants_progress; /* other than 0: REPLY_PROGRESS, too */
	uint32_t unused;
	struct protocol_step steps[STOP_STEPS];
};

enum reply_kind {
	REPLY_PROGRESS,	/* .signal was sent, .wait_ms until the next step */
	REPLY_TEXT,	/* a piece of the answer */
	REPLY_DONE	/* .status is the exit status; text: what is wrong, or
			   the last piece of the answer */
};

/* Sent as far as its text goes, which needs no NUL. */
struct protocol_reply {
	uint32_t magic;
	uint32_t kind;
	int32_t status;
	int32_t signal;
	uint64_t wait_ms;	/* UINT64_MAX: for as long as it takes */
	char text[PROTOCOL_TEXT_MAX];
};

#define PROTOCOL_REPLY_HEAD offsetof(struct protocol_reply, text)

/* Begin a request. */
void	protocol_request_init(struct protocol_request *request,
	    enum protocol_verb verb);

void	protocol_put_schedule(struct protocol_request *request,
	    const struct stop_schedule *schedule);

/*
 * Take the schedule out.  Returns 0, or -1 if it is none (a signal out of
 * range, too many steps) or there is none.
 */
int	protocol_take_schedule(const struct protocol_request *request,
	    struct stop_schedule *schedule);

/*
 * Whether the length bytes at data are a request that this version can
 * read; any other is answered with EX_BADUSAGE.
 */
bool	protocol_is_request(const struct protocol_request *data,
	    size_t length);

/*
 * The socket "control" in the directory dir_fd, or in that of key below
 * place_fd: a path longer than a sockaddr_un holds is no obstacle.  The
 * listening one is made anew, mode 0666, non-blocking.  Returns a descriptor
 * (close-on-exec), or -1 with errno.
 */
int	protocol_listen(int dir_fd);
int	protocol_connect(int place_fd, const char *key);

#endif
