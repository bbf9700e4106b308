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

/*
 * Make records of the lines in .out, in .in, which is not needed any more.
 * Returns their length; *note_end is that of a note in .out, and becomes that
 * of its record.
 */
static size_t
make_records(struct logger *logger, size_t length, uint64_t *note_end)
{
	const struct log_config *config = &logger->channel->config;
	const struct ledger_batch *batch = &logger->now.batch;
	const struct datagram datagram = { config->dest->kind,
		config->dest->facility, config->dest->priority, config->name,
		batch->pid, batch->at_us,
		logger_utc_offset(logger, batch->at_us) };
	const char *p = logger->out, *end = p + length, *stop;
	const char *note = p + *note_end;
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
		if (p == note)
			*note_end = used;
	}
	return used;
}

/* Compose the first take bytes of stage, which are in .in. */
static enum work
send_batch(struct logger *logger, enum log_stream_number stream,
    const struct stage_look *look)
{
	struct ledger_batch *batch = &logger->now.batch;
	int out_fd = logger->channel->out.read_fd;
	struct ledger next;
	struct compose c;
	size_t used, length;

	logger_begin_batch(logger, stream);
	batch->take = (uint32_t)look->take;
	batch->flush = look->flush;
	batch->end_line = look->last;
	next = logger->now;
	logger_compose(logger, &c, &next);
	c.mid_line = next.open_stream != 0;
	drop_prepare_note(logger, &c);
	if (look->take == 0)
		compose_rate_note(&c);
	used = compose_lines(&c, logger->in, look->take);
	if (c.used == 0 && used == 0 && !look->last) {
		logger->held[stream] = look->take;
		return WORK_NONE;
	}
	tail_put(logger->shared, &next, logger->in, used);
	next.told_bytes = c.note_end;
	length = c.used;
	if (sends_records(logger))
		length = make_records(logger, c.used, &next.told_bytes);
	/* What a predecessor composed and did not commit is still there. */
	stage_skip(logger, out_fd, os_pipe_used(out_fd));
	if (fdio_write_all(logger->channel->out.write_fd,
		sends_records(logger) ? logger->in : c.out, length) == -1) {
		logger_block(logger, errno);
		return WORK_BLOCKED;
	}
	next.phase = LEDGER_STORED;
	next.left = stage_used(logger, stream) - used;
	next.out_bytes = length;
	next.stats.bytes += c.used;
	logger_advance(logger, &next);
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
	size_t lines = sends_records(logger) ? lines_max(logger) : 0;
	struct stage_look look;

	if (!stage_look(logger, stream, take_max(logger), lines, last, &look))
		return WORK_NONE;
	return send_batch(logger, stream, &look);
}

enum work
send_next(struct logger *logger)
{
	static const struct stage_look nothing;
	enum work step;

	if (logger_waits(logger))
		return logger_drops(logger) ? drop_next(logger) : WORK_BLOCKED;
	if (drop_note_is_due(logger))
		return send_batch(logger, LOG_STDOUT, &nothing);
	step = stage_next(logger, send_stream);
	if (step == WORK_NONE)
		logger_unblock(logger);
	return step;
}

enum work
send_last(struct logger *logger, enum log_stream_number stream)
{
	/* What was left has been dropped. */
	if (logger_waits(logger))
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
	struct ledger *now = &logger->now;

	now->phase = LEDGER_IDLE;
	now->out_bytes = now->told_bytes = 0;
	memset(&now->told, 0, sizeof(now->told));
	logger_commit(logger);
	return WORK_DONE;
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
	stage_skip(logger, fd, got);
	return (ssize_t)got;
}

static ssize_t
send_record(struct logger *logger, size_t used)
{
	size_t length = record_length(logger, used);
	int fd = logger->channel->out.read_fd;
	ssize_t n;

	if (open_socket(logger) == -1)
		return -1;
	n = logger->whole_splice
		? os_splice(fd, logger->send_fd, NULL, length)
		: send_copy(logger, length);
	if (n != -1 || errno != EMSGSIZE)
		return n;
	/* No receiver will ever take it. */
	ledger_drop(&logger->now, length, 1, logger_wall_us());
	stage_skip(logger, fd, length);
	return (ssize_t)length;
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
	stage_skip(logger, from_fd, (size_t)n);
	return n;
}

/* The receiver's queue is full: wait, but not for ever if we may drop. */
static enum work
receiver_is_full(struct logger *logger)
{
	if (!logger_may_drop(logger))
		return WORK_BLOCKED;
	if (logger->patience_ms == CLOCK_NEVER)
		logger->patience_ms = clock_ms() + RETRY_MS;
	if (clock_ms() < logger->patience_ms && !logger->gives_up)
		return WORK_BLOCKED;
	logger->patience_ms = CLOCK_NEVER;
	drop_out(logger);
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
	if (logger_waits(logger))
		return WORK_BLOCKED;
	n = sends_records(logger) ? send_record(logger, used)
				  : send_bytes(logger, used);
	if (n > 0) {
		logger->patience_ms = CLOCK_NEVER;
		logger_unblock(logger);
		return WORK_DONE;
	}
	if (errno == EAGAIN)
		return receiver_is_full(logger);
	logger_block(logger, errno);
	fdio_close(&logger->send_fd);
	if (!logger_may_drop(logger))
		return WORK_BLOCKED;
	drop_out(logger);
	return WORK_DONE;
}

/* Where the output should have gone, in words. */
static const char *
dest_words(const struct log_config *config)
{
	if (config->path != NULL)
		return config->path;
	return config->dest->text != NULL ? config->dest->text : "syslog";
}

static void
send_error(struct logger *logger, const char *text, size_t length)
{
	struct datagram datagram = { DEST_SYSLOG, LOG_DAEMON, LOG_ERR,
		logger->channel->config.name, 0, logger_wall_us(), 0 };

	if (logger->channel->config.dest->kind == DEST_JOURNAL ||
	    open_socket(logger) == -1)
		return;
	datagram.utc_offset_s = logger_utc_offset(logger, datagram.at_us);
	(void)send(logger->send_fd, logger->out,
	    datagram_format(logger->out, &datagram, text, length),
	    MSG_NOSIGNAL);
}

void
send_loss(struct logger *logger)
{
	const char *dest = dest_words(&logger->channel->config);
	const struct ledger_drop *drop = &logger->now.drop;
	size_t length;

	if (drop->bytes > 0) {
		length = (size_t)snprintf(logger->in, sizeof(logger->in),
		    "imp: %llu bytes (%llu lines) of output are lost: "
		    "'%s' did not take them",
		    (unsigned long long)drop->bytes,
		    (unsigned long long)drop->lines, dest);
		send_error(logger, logger->in, length);
	}
	if (logger->copy_lost > 0) {
		length = (size_t)snprintf(logger->in, sizeof(logger->in),
		    "imp: %llu bytes of output are lost to the copy of '%s'",
		    (unsigned long long)logger->copy_lost, dest);
		send_error(logger, logger->in, length);
	}
}
