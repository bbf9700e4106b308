/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/store.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "log/compress.h"
#include "log/drop.h"
#include "log/stage.h"
#include "log/tail.h"
#include "os/pipe.h"

static const struct spec_log *
log_of(const struct logger *logger)
{
	return logger->channel->config.log;
}

static bool
is_due(const struct logger *logger)
{
	if (logger->rotate_ms != 0 && clock_ms() < logger->rotate_ms)
		return false;
	return logger->want_rotate ||
	       rotate_is_due(log_of(logger), logger->file.bytes,
		   logger->file.born_ms, clock_wall_ms());
}

/* The bytes that may be added before the next end of a line is the last. */
static uint64_t
bytes_until_due(const struct logger *logger)
{
	const struct spec_log *log = log_of(logger);

	if (is_due(logger))
		return 0;
	if (!log->rotate || log->max_bytes <= logger->file.bytes)
		return UINT64_MAX;
	return log->max_bytes - logger->file.bytes;
}

/*
 * Make room on a full disk, if that is what the user wants.  Returns whether
 * it is worth another try.
 */
static bool
make_room(struct logger *logger, int error)
{
	return log_of(logger)->full == LOG_FULL_DELETE_OLDEST &&
	       (error == ENOSPC || error == EDQUOT) &&
	       archive_drop_oldest(&logger->archive);
}

static enum work
failed(struct logger *logger, int error)
{
	if (make_room(logger, error))
		return WORK_DONE;
	logger_block(logger, error);
	return WORK_BLOCKED;
}

/* A file that cannot be renamed can still be written: try again later. */
static enum work
cannot_rotate(struct logger *logger, int error)
{
	if (!make_room(logger, error)) {
		logger->rotate_ms = clock_ms() + RETRY_MS;
		logger_note_error(logger, error);
	}
	return WORK_DONE;
}

/* Rotate.  The lock is held before and after, of another file then. */
static enum work
rotate(struct logger *logger)
{
	if (logger->file.bytes > 0) {
		if (archive_push(&logger->archive, logger_wall_us(),
			&logger->compress.key) == -1)
			return cannot_rotate(logger, errno);
		logger->now.stats.rotations++;
		logger_commit(logger);
		/* What is kept is one file of .keep, and none of 0. */
		archive_prune(&logger->archive);
	}
	logger->want_rotate = false;
	file_close(&logger->file);
	if (file_begin(&logger->file) == -1)
		return failed(logger, errno);
	logger_note_error(logger, 0);
	logger->compress.failed = false;
	compress_start(logger);
	return WORK_DONE;
}

/* Nothing is done per line, and nothing is under way. */
static bool
is_raw(const struct logger *logger)
{
	const struct log_config *config = &logger->channel->config;
	const struct spec_log *log = config->log;

	return log->stamp == LOG_STAMP_NONE && log->prefix == NULL &&
	       log->rate.count == 0 && !logger->file.was_shared &&
	       config->forward_fd == -1 &&
	       (config->match == NULL || logger->now.matched) &&
	       logger->now.drop.bytes == 0 &&
	       logger->now.lines[0] != LINE_DROPPED;
}

/* The bytes in stage up to its first newline, or all that can be seen. */
static size_t
first_line(struct logger *logger, size_t staged)
{
	size_t length =
	    stage_peek(logger, logger->channel->stage[0].read_fd, staged);
	const char *newline = memchr(logger->in, '\n', length);

	return newline == NULL ? length : (size_t)(newline - logger->in) + 1;
}

/*
 * Not from main to the file at once: splice(2) holds the pipe's lock while it
 * copies, and the target would wait for that in its write(2).
 */
static enum work
store_raw(struct logger *logger)
{
	size_t staged = stage_fill(logger, LOG_STDOUT, logger->stage_bytes);
	uint64_t room = bytes_until_due(logger);
	ssize_t n;

	if (staged == 0)
		return WORK_NONE;
	if (room == 0)
		room = first_line(logger, staged);
	n = file_splice(&logger->file, logger->channel->stage[0].read_fd,
	    room < staged ? (size_t)room : staged);
	if (n == -1)
		return failed(logger, errno);
	logger->now.stats.bytes += (uint64_t)n;
	logger_unblock(logger);
	logger_commit(logger);
	return WORK_DONE;
}

/* The batch is in the file: leave stage without it. */
static enum work
accept_batch(struct logger *logger, const struct ledger *next)
{
	bool matches = next->matched && !logger->now.matched;

	logger->now = *next;
	logger->now.phase = LEDGER_STORED;
	logger_commit(logger);
	if (stage_release(logger)) {
		logger->now.phase = LEDGER_IDLE;
		logger_commit(logger);
	}
	logger->held[next->batch.stream] = 0;
	logger_unblock(logger);
	if (matches)
		logger_say(logger, LOG_SAYS_MATCHED);
	return WORK_DONE;
}

/* Nothing came of the batch: a line is held, or there was nothing. */
static enum work
give_up_batch(struct logger *logger)
{
	const struct ledger_batch *batch = &logger->now.batch;

	logger->held[batch->stream] = batch->take;
	logger->now.phase = LEDGER_IDLE;
	logger_commit(logger);
	return WORK_NONE;
}

/* The batch, or a part of it, could not be written. */
static enum work
reject_batch(struct logger *logger, int error)
{
	const struct ledger_batch *batch = &logger->now.batch;

	if (make_room(logger, error))
		return WORK_DONE;
	if (log_of(logger)->full != LOG_FULL_DROP) {
		logger_block(logger, error);
		return WORK_BLOCKED;
	}
	/* No half of a line is left there. */
	if (!logger->file.append && logger->file.ino == batch->ino)
		(void)!ftruncate(logger->file.fd, (off_t)batch->offset);
	drop_batch(logger, batch->take);
	logger_block(logger, error);
	return WORK_DONE;
}

/* Compose the batch, of which the input is in .in; returns what is used. */
static size_t
compose_batch(struct logger *logger, struct compose *c, struct ledger *next)
{
	size_t used;

	*next = logger->now;
	logger_compose(logger, c, next);
	drop_prepare_note(logger, c);
	if (next->batch.take == 0)
		compose_rate_note(c);
	used = compose_lines(c, logger->in, next->batch.take);
	next->left = stage_used(logger, next->batch.stream) - used;
	next->stats.bytes += c->used;
	return used;
}

/* Begin a batch of the first take bytes of stage, which are in .in. */
static enum work
store_batch(struct logger *logger, enum log_stream_number stream, size_t take,
    bool flush, bool last)
{
	struct ledger_batch *batch = &logger->now.batch;
	struct ledger next;
	struct compose c;
	size_t written, used;

	logger->now.shares_file = logger->file.was_shared;
	logger_begin_batch(logger, stream);
	batch->take = (uint32_t)take;
	batch->flush = flush;
	batch->end_line = last;
	batch->mid_line = file_is_mid_line(&logger->file);
	batch->until = bytes_until_due(logger);
	batch->dev = logger->file.dev;
	batch->ino = logger->file.ino;
	batch->offset = logger->file.bytes;
	logger->now.phase = LEDGER_STORING;
	logger_commit(logger);
	used = compose_batch(logger, &c, &next);
	if (c.used == 0 && used == 0 && !last)
		return give_up_batch(logger);
	if (file_write(
		logger->file.fd, c.out, c.used, batch->offset, &written) == -1)
		return reject_batch(logger, errno);
	logger->file.bytes += written;
	return accept_batch(logger, &next);
}

static enum work
store_stream(struct logger *logger, enum log_stream_number stream, bool last)
{
	size_t staged = stage_fill(logger, stream, logger->scratch_bytes);
	bool flush = last || logger->has_end[stream] || logger->is_full[stream];
	size_t take;

	if (staged == 0 && (!last || logger->now.lines[stream] == LINE_START))
		return WORK_NONE;
	if (staged == logger->held[stream] && !flush)
		return WORK_NONE;
	take =
	    stage_peek(logger, logger->channel->stage[stream].read_fd, staged);
	/* A line that is longer than what is looked at goes in pieces. */
	if (take < staged)
		flush = memchr(logger->in, '\n', take) == NULL;
	return store_batch(logger, stream, take, flush, last && take == staged);
}

static enum work
store_unlocked(struct logger *logger)
{
	enum work step = WORK_NONE;
	unsigned int i;

	if (is_due(logger) && !file_is_mid_line(&logger->file) &&
	    (step = rotate(logger)) == WORK_BLOCKED)
		return step;
	if (drop_note_is_due(logger))
		return store_batch(logger, LOG_STDOUT, 0, false, false);
	if (is_raw(logger))
		return store_raw(logger);
	for (i = 0; i < logger->channel->pipes; i++) {
		step = store_stream(logger, logger->turn, false);
		logger->turn = (logger->turn + 1) % logger->channel->pipes;
		if (step != WORK_NONE)
			break;
	}
	return step;
}

/* Whether to wait for the next try; a full disk is no reason to if we drop. */
static bool
waits(const struct logger *logger)
{
	return logger->now.stats.blocked && clock_ms() < logger->retry_ms;
}

enum work
store_next(struct logger *logger)
{
	enum work step;

	if (waits(logger))
		return logger_drops(logger) ? drop_next(logger) : WORK_BLOCKED;
	if (file_begin(&logger->file) == -1)
		return failed(logger, errno);
	step = store_unlocked(logger);
	file_end(&logger->file);
	/* It is time for another try, and there is nothing to try. */
	if (step == WORK_NONE)
		logger_unblock(logger);
	return step;
}

enum work
store_last(struct logger *logger, enum log_stream_number stream)
{
	enum work step;

	/* What was left has been dropped. */
	if (waits(logger))
		return logger_drops(logger) ? WORK_NONE : WORK_BLOCKED;
	if (file_begin(&logger->file) == -1)
		return failed(logger, errno);
	step = is_raw(logger) ? store_raw(logger)
			      : store_stream(logger, stream, true);
	file_end(&logger->file);
	return step;
}

/*
 * Where the rest of the batch goes: behind what is there of it, or, when
 * somebody else has written or truncated since, to the end.
 */
static uint64_t
rest_offset(int fd, uint64_t offset, size_t common)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return offset + common;
	return (uint64_t)st.st_size;
}

static enum work
resume_in(struct logger *logger, int fd)
{
	uint64_t offset = logger->now.batch.offset;
	struct ledger next;
	struct compose c;
	size_t common, written;

	if (stage_peek(logger,
		logger->channel->stage[logger->now.batch.stream].read_fd,
		logger->now.batch.take) != logger->now.batch.take)
		return give_up_batch(logger);
	(void)compose_batch(logger, &c, &next);
	common = file_common(fd, c.out, c.used, offset);
	if (file_write(fd, c.out + common, c.used - common,
		rest_offset(fd, offset, common), &written) == -1)
		return reject_batch(logger, errno);
	return accept_batch(logger, &next);
}

enum work
store_resume(struct logger *logger)
{
	const struct ledger_batch *batch = &logger->now.batch;
	enum work step;
	int moved_fd = -1;

	if (waits(logger))
		return WORK_BLOCKED;
	if (file_begin(&logger->file) == -1)
		return failed(logger, errno);
	if (logger->file.ino != batch->ino || logger->file.dev != batch->dev)
		moved_fd = archive_open_inode(
		    &logger->archive, (dev_t)batch->dev, (ino_t)batch->ino);
	step = resume_in(logger, moved_fd != -1 ? moved_fd : logger->file.fd);
	fdio_close(&moved_fd);
	file_measure(&logger->file);
	file_end(&logger->file);
	return step;
}

void
store_tail(struct logger *logger)
{
	uint64_t room = logger->now.stats.bytes - logger->now.tail_of;

	if (room > logger->shared->tail_room)
		room = logger->shared->tail_room;
	if (room > 0)
		tail_put_files(logger->shared, &logger->now, &logger->archive,
		    room, logger->out, sizeof(logger->out));
	logger->now.tail_of = logger->now.stats.bytes;
	logger_commit(logger);
}
