/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/drop.h"

#include <string.h>

#include "base/clock.h"
#include "log/stage.h"
#include "os/pipe.h"

void
drop_batch(struct logger *logger, size_t length)
{
	struct ledger *now = &logger->now;
	uint32_t stream = now->batch.stream;

	compose_drop(now, stream, logger->in, length, now->batch.at_us);
	now->left = stage_used(logger, stream) - length;
	now->out_bytes = 0;
	now->phase = LEDGER_STORED;
	logger_commit(logger);
	stage_discard(logger);
	now->phase = LEDGER_IDLE;
	logger_commit(logger);
	logger->held[stream] = 0;
}

enum work
drop_next(struct logger *logger)
{
	enum work step = WORK_NONE;
	unsigned int i;
	size_t length;

	for (i = 0; i < logger->channel->pipes; i++) {
		length = stage_peek(logger, logger->channel->stage[i].read_fd,
		    stage_fill(logger, i, IN_BYTES));
		if (length == 0)
			continue;
		logger_begin_batch(logger, i);
		drop_batch(logger, length);
		step = WORK_DONE;
	}
	return step;
}

static size_t
count_lines(const char *p, size_t length)
{
	const char *end = p + length;
	size_t lines = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		lines++;
		p++;
	}
	return lines;
}

/* The records of which bytes are still in "out", which holds used bytes. */
static uint64_t
count_records(const struct logger *logger, size_t used)
{
	const uint32_t *ends = logger->shared->record_ends;
	uint64_t all = logger->now.out_bytes;
	uint64_t records = 0;
	size_t i;

	for (i = 0; i < LEDGER_RECORDS; i++) {
		records += ends[i] > all - used;
		if (ends[i] >= all)
			break;
	}
	return records;
}

/* The first bytes of "out" are counted: throw them away. */
static void
skip_out(struct logger *logger, size_t length)
{
	logger->now.out_left -= length;
	logger_commit(logger);
	stage_skip(logger, logger->channel->out.read_fd, length);
}

/* The note is none of the target's output. */
static void
skip_note(struct logger *logger)
{
	struct ledger *now = &logger->now;
	uint64_t sent = now->out_bytes - now->out_left;

	if (now->told_bytes <= sent)
		return;
	ledger_untell(now);
	skip_out(logger, (size_t)(now->told_bytes - sent));
}

static void
drop_records(struct logger *logger)
{
	size_t left = (size_t)logger->now.out_left;

	ledger_drop(&logger->now, left, count_records(logger, left),
	    logger_wall_us());
	skip_out(logger, left);
}

static void
drop_lines(struct logger *logger)
{
	size_t length = stage_peek(logger, logger->channel->out.read_fd,
	    (size_t)logger->now.out_left);

	ledger_drop(&logger->now, length, count_lines(logger->in, length),
	    logger_wall_us());
	skip_out(logger, length);
}

void
drop_out(struct logger *logger)
{
	enum dest_kind kind = logger->channel->config.dest->kind;
	int fd = logger->channel->out.read_fd;
	struct ledger *now = &logger->now;

	if (now->phase != LEDGER_DROPPING) {
		now->phase = LEDGER_DROPPING;
		now->out_left = os_pipe_used(fd);
		skip_note(logger);
	} else
		stage_skip(
		    logger, fd, os_pipe_used(fd) - (size_t)now->out_left);
	while (now->out_left > 0)
		if (kind == DEST_SYSLOG || kind == DEST_JOURNAL)
			drop_records(logger);
		else
			drop_lines(logger);
	now->phase = LEDGER_IDLE;
	now->out_bytes = now->told_bytes = 0;
	logger_commit(logger);
}

void
drop_unread(struct logger *logger)
{
	const struct log_channel *channel = logger->channel;
	int fd = channel->command.read_fd;
	size_t length;

	if (channel->config.dest->kind != DEST_COMMAND ||
	    logger->command_fd != -1)
		return;
	while ((length = stage_peek(logger, fd, os_pipe_used(fd))) > 0) {
		stage_skip(logger, fd, length);
		ledger_drop(&logger->now, length,
		    count_lines(logger->in, length), logger_wall_us());
		logger_commit(logger);
	}
}

bool
drop_note_is_due(const struct logger *logger)
{
	const struct spec_log *log = logger->channel->config.log;

	return logger->now.drop.bytes > 0 ||
	       flood_report_ms(&logger->now.flood, &log->rate) <= clock_ms();
}

void
drop_prepare_note(struct logger *logger, struct compose *c)
{
	if (c->ledger->drop.bytes == 0)
		return;
	compose_drop_note(logger->drop_note, c->ledger);
	c->drop_note = logger->drop_note;
}
