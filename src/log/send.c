/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/send.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "log/drop.h"
#include "log/datagram.h"
#include "log/stage.h"
#include "log/tail.h"
#include "os/pipe.h"

/*
 * What is looked at for one batch of records at most: each line is made longer
 * by a prefix and the head of a record, and has to fit into .in then.
 */
#define RECORDS_TAKE  (32 * 1024)
#define RECORDS_LINES 32

static bool
sends_records(const struct logger *logger)
{
	enum dest_kind kind = logger->channel->config.dest->kind;

	return kind == DEST_SYSLOG || kind == DEST_JOURNAL;
}

static const char *
socket_path(const struct logger *logger)
{
	const struct log_config *config = &logger->channel->config;

	if (config->socket_path != NULL)
		return config->socket_path;
	return config->dest->kind == DEST_JOURNAL
		   ? "/run/systemd/journal/socket"
		   : "/dev/log";
}

static int
open_socket(struct logger *logger)
{
	const char *path = socket_path(logger);
	struct sockaddr_un address;
	int saved;

	if (logger->send_fd != -1)
		return 0;
	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	(void)strcpy(address.sun_path, path);
	logger->send_fd =
	    socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (logger->send_fd == -1)
		return -1;
	if (connect(logger->send_fd, (struct sockaddr *)&address,
		sizeof(address)) == 0)
		return 0;
	saved = errno;
	fdio_close(&logger->send_fd);
	errno = saved;
	return -1;
}

/*
 * Before Linux 6.5 splice(2) made a datagram of each page.  Ask the kernel
 * itself, with a record that crosses a page.
 */
static bool
splices_whole(void)
{
	static const char zeros[6000];
	char got[sizeof(zeros)];
	int fds[2] = { -1, -1 }, pipe_fds[2] = { -1, -1 };
	bool whole = false;

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		fds) == 0 &&
	    fdio_pipe(pipe_fds) == 0 &&
	    write(pipe_fds[1], zeros, sizeof(zeros)) == (ssize_t)sizeof(zeros))
		whole =
		    os_splice(pipe_fds[0], fds[0], NULL, sizeof(zeros)) ==
			(ssize_t)sizeof(zeros) &&
		    recv(fds[1], got, sizeof(got), 0) == (ssize_t)sizeof(got);
	fdio_close(&fds[0]);
	fdio_close(&fds[1]);
	fdio_close(&pipe_fds[0]);
	fdio_close(&pipe_fds[1]);
	return whole;
}

void
send_init(struct logger *logger)
{
	if (sends_records(logger))
		logger->whole_splice = splices_whole();
}

/* Throw away what was composed but not committed, or is dropped. */
static void
empty_out(struct logger *logger)
{
	int fd = logger->channel->out.read_fd;
	size_t used;

	while ((used = os_pipe_used(fd)) > 0)
		if (os_splice(fd, logger->channel->null_fd, NULL, used) <= 0)
			break;
}

/*
 * Make records of the lines in .out, in .in, which is not needed any more.
 * Returns their length.
 */
static size_t
make_records(struct logger *logger, size_t length)
{
	const struct log_config *config = &logger->channel->config;
	const struct ledger_batch *batch = &logger->now.batch;
	const struct datagram datagram = { config->dest->kind,
		config->dest->facility, config->dest->priority, config->name,
		batch->pid, batch->at_us,
		logger_utc_offset(logger, batch->at_us) };
	const char *p = logger->out, *end = p + length, *stop;
	size_t used = 0, count = 0, piece;

	while (p < end && count < LEDGER_RECORDS) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		piece = (size_t)(stop - p);
		if (piece > DATAGRAM_TEXT_MAX)
			piece = DATAGRAM_TEXT_MAX;
		used += datagram_format(logger->in + used, &datagram, p, piece);
		logger->shared->record_ends[count++] = (uint32_t)used;
		p += piece;
		if (p == stop)
			p++;
	}
	return used;
}

/* At most length bytes that hold at most so many lines. */
static size_t
limit_lines(const char *in, size_t length, size_t most)
{
	const char *p = in, *end = in + length;
	size_t lines;

	for (lines = 0; lines < most; lines++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p == NULL)
			return length;
		p++;
	}
	return (size_t)(p - in);
}

/* Compose the first take bytes of stage, which are in .in. */
static enum work
send_batch(struct logger *logger, enum log_stream_number stream, size_t take,
    bool flush, bool last)
{
	struct ledger_batch *batch = &logger->now.batch;
	struct ledger next;
	struct compose c;
	size_t used, length;
	bool matches;

	logger_begin_batch(logger, stream);
	batch->take = (uint32_t)take;
	batch->flush = flush;
	batch->end_line = last;
	next = logger->now;
	logger_compose(logger, &c, &next);
	c.mid_line = next.open_stream != 0;
	drop_prepare_note(logger, &c);
	if (take == 0)
		compose_rate_note(&c);
	used = compose_lines(&c, logger->in, take);
	if (c.used == 0 && used == 0 && !last) {
		logger->held[stream] = take;
		return WORK_NONE;
	}
	tail_put(logger->shared, &next, logger->in, used);
	length = c.used;
	if (sends_records(logger))
		length = make_records(logger, c.used);
	empty_out(logger);
	if (fdio_write_all(logger->channel->out.write_fd,
		sends_records(logger) ? logger->in : c.out, length) == -1) {
		logger_block(logger, errno);
		return WORK_BLOCKED;
	}
	matches = next.matched && !logger->now.matched;
	next.phase = LEDGER_STORED;
	next.left = stage_used(logger, stream) - used;
	next.out_bytes = length;
	next.stats.bytes += c.used;
	logger->now = next;
	logger->held[stream] = 0;
	logger_commit(logger);
	if (matches)
		logger_say(logger, LOG_SAYS_MATCHED);
	return WORK_DONE;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * What may be looked at so that the pipe "out", in which nobody makes room
 * before all is in it, takes what becomes of it: heads and notes are added.
 */
static size_t
take_max(const struct logger *logger)
{
	size_t most = logger->out_bytes * 3 / 8;

	return smaller(most, sends_records(logger) ? RECORDS_TAKE : IN_BYTES);
}

static size_t
lines_max(const struct logger *logger)
{
	return smaller(logger->out_bytes / 4096, RECORDS_LINES);
}

static enum work
send_stream(struct logger *logger, enum log_stream_number stream, bool last)
{
	size_t staged = stage_fill(logger, stream, logger->scratch_bytes);
	bool flush = last || logger->has_end[stream] || logger->is_full[stream];
	size_t take;

	if (staged == 0 && (!last || logger->now.lines[stream] == LINE_START))
		return WORK_NONE;
	if (staged == logger->held[stream] && !flush)
		return WORK_NONE;
	take = stage_peek(logger, logger->channel->stage[stream].read_fd,
	    staged < take_max(logger) ? staged : take_max(logger));
	if (sends_records(logger))
		take = limit_lines(logger->in, take, lines_max(logger));
	/* A line that is longer than what is looked at goes in pieces. */
	if (take < staged && memchr(logger->in, '\n', take) == NULL)
		flush = true;
	return send_batch(logger, stream, take, flush, last && take == staged);
}

static bool
waits(const struct logger *logger)
{
	return logger->now.stats.blocked && clock_ms() < logger->retry_ms;
}

enum work
send_next(struct logger *logger)
{
	enum work step = WORK_NONE;
	unsigned int i;

	if (waits(logger))
		return logger_drops(logger) ? drop_next(logger) : WORK_BLOCKED;
	if (drop_note_is_due(logger))
		return send_batch(logger, LOG_STDOUT, 0, false, false);
	for (i = 0; i < logger->channel->pipes; i++) {
		step = send_stream(logger, logger->turn, false);
		logger->turn = (logger->turn + 1) % logger->channel->pipes;
		if (step != WORK_NONE)
			break;
	}
	if (step == WORK_NONE)
		logger_unblock(logger);
	return step;
}

enum work
send_last(struct logger *logger, enum log_stream_number stream)
{
	/* What was left has been dropped. */
	if (waits(logger))
		return logger_drops(logger) ? WORK_NONE : WORK_BLOCKED;
	return send_stream(logger, stream, true);
}

int
send_poll_fd(const struct logger *logger)
{
	return sends_records(logger) ? logger->send_fd
				     : logger->channel->command.write_fd;
}

/* The receiver took it all: go on with what the target has written. */
static enum work
sent(struct logger *logger)
{
	logger->now.phase = LEDGER_IDLE;
	logger->now.out_bytes = 0;
	logger_commit(logger);
	return WORK_DONE;
}

/* Drop what is left in "out". */
static void
drop_out(struct logger *logger, size_t used)
{
	struct ledger *now = &logger->now;
	const char *p = logger->in;
	size_t length = stage_peek(logger, logger->channel->out.read_fd, used);
	uint64_t at_us;
	size_t i;

	logger_begin_batch(logger, now->batch.stream);
	at_us = now->batch.at_us;
	if (now->drop.bytes == 0)
		now->drop.from_us = at_us;
	now->drop.to_us = at_us;
	now->drop.bytes += used;
	now->stats.dropped_bytes += used;
	for (i = 0; i < length; i++)
		if (p[i] == '\n' && !sends_records(logger)) {
			now->drop.lines++;
			now->stats.dropped_lines++;
		}
	if (sends_records(logger))
		for (i = 0; i < LEDGER_RECORDS; i++) {
			if (logger->shared->record_ends[i] >
			    now->out_bytes - used) {
				now->drop.lines++;
				now->stats.dropped_lines++;
			}
			if (logger->shared->record_ends[i] >= now->out_bytes)
				break;
		}
	now->phase = LEDGER_IDLE;
	now->out_bytes = 0;
	logger_commit(logger);
	empty_out(logger);
}

/* The length of the next record in "out", which holds used bytes. */
static size_t
record_length(const struct logger *logger, size_t used)
{
	uint64_t at = logger->now.out_bytes - used;
	size_t i;

	for (i = 0; i < LEDGER_RECORDS; i++)
		if (logger->shared->record_ends[i] > at)
			return logger->shared->record_ends[i] - at;
	return used;
}

/*
 * Where a splice makes several datagrams: one that was sent and not yet taken
 * from the pipe when the logger was killed comes twice.
 */
static ssize_t
send_copy(struct logger *logger, size_t length)
{
	int fd = logger->channel->out.read_fd;
	size_t got = stage_peek(logger, fd, length);
	ssize_t n;

	n = send(logger->send_fd, logger->in, got, MSG_NOSIGNAL);
	if (n == -1)
		return -1;
	return os_splice(fd, logger->channel->null_fd, NULL, got);
}

static ssize_t
send_record(struct logger *logger, size_t used)
{
	size_t length = record_length(logger, used);
	ssize_t n;

	if (open_socket(logger) == -1)
		return -1;
	if (!logger->whole_splice)
		return send_copy(logger, length);
	n = os_splice(
	    logger->channel->out.read_fd, logger->send_fd, NULL, length);
	/* No receiver will ever take it. */
	if (n == -1 && errno == EMSGSIZE)
		n = os_splice(logger->channel->out.read_fd,
		    logger->channel->null_fd, NULL, length);
	return n;
}

/* A device whose driver cannot splice is written to instead. */
static ssize_t
send_bytes(struct logger *logger, size_t used)
{
	int from_fd = logger->channel->out.read_fd;
	int to_fd = logger->channel->command.write_fd;
	ssize_t n = os_splice(from_fd, to_fd, NULL, used);
	size_t length;

	if (n != -1 || errno != EINVAL)
		return n;
	length = stage_peek(logger, from_fd, 4096);
	n = write(to_fd, logger->in, length);
	if (n <= 0)
		return -1;
	return os_splice(from_fd, logger->channel->null_fd, NULL, (size_t)n);
}

/* The receiver's queue is full: wait, but not for ever if we may drop. */
static enum work
receiver_is_full(struct logger *logger, size_t used)
{
	if (logger->channel->config.log->full != LOG_FULL_DROP)
		return WORK_BLOCKED;
	if (logger->patience_ms == CLOCK_NEVER)
		logger->patience_ms = clock_ms() + RETRY_MS;
	if (clock_ms() < logger->patience_ms)
		return WORK_BLOCKED;
	drop_out(logger, used);
	logger_block(logger, EAGAIN);
	return WORK_DONE;
}

enum work
send_some(struct logger *logger)
{
	size_t used = os_pipe_used(logger->channel->out.read_fd);
	ssize_t n;

	if (used == 0)
		return sent(logger);
	if (waits(logger))
		return WORK_BLOCKED;
	n = sends_records(logger) ? send_record(logger, used)
				  : send_bytes(logger, used);
	if (n > 0) {
		logger->patience_ms = CLOCK_NEVER;
		logger_unblock(logger);
		return WORK_DONE;
	}
	if (errno == EAGAIN)
		return receiver_is_full(logger, used);
	logger_block(logger, errno);
	fdio_close(&logger->send_fd);
	if (logger->channel->config.log->full != LOG_FULL_DROP)
		return WORK_BLOCKED;
	drop_out(logger, used);
	return WORK_DONE;
}

void
send_loss(struct logger *logger, uint64_t bytes)
{
	const struct log_config *config = &logger->channel->config;
	const char *dest =
	    config->path != NULL ? config->path : config->dest->text;
	struct datagram datagram = { DEST_SYSLOG, LOG_DAEMON, LOG_ERR,
		config->name, 0, logger_wall_us(), 0 };
	int length;

	if (bytes == 0 || config->dest->kind == DEST_JOURNAL ||
	    open_socket(logger) == -1)
		return;
	datagram.utc_offset_s = logger_utc_offset(logger, datagram.at_us);
	length = snprintf(logger->in, sizeof(logger->in),
	    "imp: %llu bytes of output are lost: '%s' did not take them",
	    (unsigned long long)bytes, dest != NULL ? dest : "syslog");
	(void)send(logger->send_fd, logger->out,
	    datagram_format(logger->out, &datagram, logger->in, (size_t)length),
	    MSG_NOSIGNAL);
}
