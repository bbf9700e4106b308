/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_LEDGER_H
#define LOG_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log/channel.h"
#include "log/flood.h"

/*
 * The memory that a logger shares with the supervisor and with the logger
 * that follows it.
 *
 * The ledger is the state of the exactly-once protocol.  It is kept twice;
 * a logger fills the copy that is not current and then makes it current with
 * one store, so that a successor finds the whole old state or the whole new
 * one, wherever the logger was killed.
 *
 * What is being stored is in the pipe "stage" until it is safe:
 *
 *	idle	stage may hold bytes that wait; nothing of them is stored
 *	storing	of a batch something may be in the file: how much is found
 *		by comparing, since the same batch makes the same bytes
 *	stored	the batch is safe, in the file or in the pipe "out"; stage is
 *		emptied down to .left bytes
 *	sending	what is in "out" goes to the receiver, one system call each
 *	dropping what is in "out" is thrown away; it is counted as dropped
 *		down to .out_left bytes
 *
 * In the state idle nothing that "out" may hold counts: a logger was killed
 * while it composed.
 */
enum ledger_phase {
	LEDGER_IDLE,
	LEDGER_STORING,
	LEDGER_STORED,
	LEDGER_SENDING,
	LEDGER_DROPPING
};

/* How far the current line of a stream is. */
enum ledger_line {
	LINE_START,	 /* the next byte begins a line */
	LINE_STORED,	 /* its beginning is stored */
	LINE_SUPPRESSED, /* its beginning is suppressed, and so is the rest */
	LINE_DROPPED	 /* its beginning is dropped, and so is the rest */
};

/* All that makes the bytes of a batch what they are. */
struct ledger_batch {
	uint32_t stream;
	uint32_t take;	/* bytes of stage that were looked at */
	uint64_t at_us; /* the time of its stamps */
	uint64_t at_ms; /* the same, monotonic: for the rate */
	int32_t pid;
	uint32_t flush;	   /* an unterminated line is taken, too */
	uint32_t end_line; /* ... and terminated */
	uint32_t hold;	   /* otherwise it is left in stage */
	uint32_t mid_line; /* the file did not end at a line */
	uint64_t until;	   /* bytes that the file may still grow */
	uint64_t dev, ino; /* the file */
	uint64_t offset;   /* and where in it */
};

/* Output that was dropped. */
struct ledger_drop {
	uint64_t bytes, lines;
	uint64_t from_us, to_us;
};

struct ledger {
	uint32_t phase;
	uint32_t lines[LOG_STREAMS]; /* enum ledger_line */
	uint32_t open_stream;	     /* whose unterminated line is last in
					   the output, + 1; 0: none */
	uint64_t left;
	uint64_t out_bytes;  /* of the batch, put into "out" */
	uint64_t out_left;   /* of them, to be dropped and not counted yet */
	uint64_t tail_bytes; /* put into the tail ring, ever */
	uint64_t tail_of;    /* .stats.bytes, when a file's end was put there */
	struct ledger_batch batch;
	struct flood flood;
	struct ledger_drop drop; /* not yet reported */
	struct ledger_drop told; /* by a note that is in "out" */
	uint64_t told_bytes;	 /* of "out", up to the end of that note */
	uint32_t matched;
	uint32_t shares_file; /* others write to the file as well */
	struct log_stats stats;
};

#define LEDGER_RECORDS 1024 /* in one batch for a datagram socket */

struct log_shared {
	atomic_uint current;
	struct ledger ledgers[2];
	atomic_uint asked[LOG_ASKS], done[LOG_ASKS];
	atomic_uint says;
	atomic_int pid;			      /* of the main process */
	atomic_int ended_pid;		      /* ... for which to drain */
	atomic_int command_pid;		      /* 0: none */
	uint32_t record_ends[LEDGER_RECORDS]; /* in "out" */
	size_t tail_room;
	char tail[]; /* a ring */
};

/* The current ledger. */
const struct ledger	*ledger_current(const struct log_shared *shared);

/* Count as dropped; to be reported, and for the statistics. */
void	ledger_drop(struct ledger *ledger, uint64_t bytes, uint64_t lines,
    uint64_t at_us);

/* The note that tells of .told is dropped, too: it is to be told again. */
void	ledger_untell(struct ledger *ledger);

/* Make *ledger the current one.  It may not point into *shared. */
void	ledger_commit(struct log_shared *shared, const struct ledger *ledger);

#endif
