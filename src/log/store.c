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
	return logger_may_drop(logger) ? WORK_DONE : WORK_BLOCKED;
}

/* A file that cannot be renamed can still be written: try again later. */
static void
cannot_rotate(struct logger *logger, int error)
{
	if (make_room(logger, error))
		return;
	logger->rotate_ms = clock_ms() + RETRY_MS;
	logger_note_error(logger, error);
}

/*
 * Rotate.  The lock is held before and after, of another file then.  Returns
 * -1 with errno when there is no file to write to any more.
 */
static int
rotate(struct logger *logger)
{
	if (logger->file.bytes > 0) {
		if (archive_push(&logger->archive, logger_wall_us(),
			&logger->compress.key) == -1) {
			cannot_rotate(logger, errno);
			return 0;
		}
		logger->now.stats.rotations++;
		logger_commit(logger);
		/* What is kept is one file of .keep, and none of 0. */
		archive_prune(&logger->archive);
	}
	logger->want_rotate = false;
	logger->rotate_ms = 0;
	file_close(&logger->file);
	if (file_begin(&logger->file) == -1)
		return -1;
	logger_note_error(logger, 0);
	logger->compress.failed = false;
	compress_start(logger);
	return 0;
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
accept_batch(struct logger *logger, struct ledger *next)
{
	next->phase = LEDGER_STORED;
	logger_advance(logger, next);
	if (stage_release(logger)) {
		logger->now.phase = LEDGER_IDLE;
		logger_commit(logger);
	}
	logger_unblock(logger);
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
	if (!logger_may_drop(logger)) {
		logger_block(logger, error);
		return WORK_BLOCKED;
	}
	/* No half of a line is left there. */
	if (!logger->file.append && logger->file.ino == batch->ino)
		file_truncate(&logger->file, batch->offset);
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

/* Begin a batch of the bytes of stage that are in .in. */
static enum work
store_batch(struct logger *logger, enum log_stream_number stream,
    const struct stage_look *look)
{
	struct ledger_batch *batch = &logger->now.batch;
	struct ledger next;
	struct compose c;
	size_t written, used;
	int rc;

	logger->now.shares_file = logger->file.was_shared;
	logger_begin_batch(logger, stream);
	batch->take = (uint32_t)look->take;
	batch->flush = look->flush;
	batch->end_line = look->last;
	batch->mid_line = file_is_mid_line(&logger->file);
	batch->until = bytes_until_due(logger);
	batch->dev = logger->file.dev;
	batch->ino = logger->file.ino;
	batch->offset = logger->file.bytes;
	logger->now.phase = LEDGER_STORING;
	logger_commit(logger);
	used = compose_batch(logger, &c, &next);
	if (c.used == 0 && used == 0 && !look->last)
		return give_up_batch(logger);
	rc = file_write(
	    logger->file.fd, c.out, c.used, batch->offset, &written);
	logger->file.bytes += written;
	return rc == -1 ? reject_batch(logger, errno)
			: accept_batch(logger, &next);
}

static enum work
store_stream(struct logger *logger, enum log_stream_number stream, bool last)
{
	struct stage_look look;

	if (!stage_look(logger, stream, IN_BYTES, 0, last, &look))
		return WORK_NONE;
	return store_batch(logger, stream, &look);
}

static enum work
store_unlocked(struct logger *logger)
{
	static const struct stage_look nothing;

	if (is_due(logger) && !file_is_mid_line(&logger->file) &&
	    rotate(logger) == -1)
		return failed(logger, errno);
	if (drop_note_is_due(logger))
		return store_batch(logger, LOG_STDOUT, &nothing);
	if (is_raw(logger))
		return store_raw(logger);
	return stage_next(logger, store_stream);
}

enum work
store_next(struct logger *logger)
{
	enum work step;

	if (logger_waits(logger))
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
	if (logger_waits(logger))
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
	int stage_fd = logger->channel->stage[batch->stream].read_fd;
	enum work step;
	int moved_fd = -1;

	if (logger_waits(logger))
		return WORK_BLOCKED;
	if (stage_peek(logger, stage_fd, batch->take) != batch->take)
		return give_up_batch(logger);
	if (file_begin(&logger->file) == -1)
		return reject_batch(logger, errno);
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
