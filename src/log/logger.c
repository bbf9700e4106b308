/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/logger.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

bool
logger_has_file(const struct logger *logger)
{
	return logger->channel->config.dest->kind == DEST_FILE &&
	       !logger->channel->is_device;
}

long
logger_utc_offset(struct logger *logger, uint64_t at_us)
{
	uint64_t quarter = at_us / 900000000;

	if (logger->offset_at != quarter) {
		logger->offset_at = quarter;
		logger->offset_s = stamp_utc_offset(at_us);
	}
	return logger->offset_s;
}

void
logger_commit(struct logger *logger)
{
	ledger_commit(logger->shared, &logger->now);
}

void
logger_die(void)
{
	_exit(1);
}

void
logger_say(struct logger *logger, enum log_report report)
{
	(void)atomic_fetch_or(&logger->shared->says, report);
	/* A full pipe is readable already. */
	(void)!write(logger->channel->report.write_fd, "", 1);
}

void
logger_block(struct logger *logger, int error)
{
	struct log_stats *stats = &logger->now.stats;

	logger->retry_ms = clock_ms() + RETRY_MS;
	if (stats->blocked && stats->error == error)
		return;
	stats->blocked = true;
	stats->error = error;
	logger_commit(logger);
	logger_say(logger, LOG_SAYS_TROUBLE);
}

void
logger_unblock(struct logger *logger)
{
	logger->retry_ms = CLOCK_NEVER;
	if (!logger->now.stats.blocked)
		return;
	logger->now.stats.blocked = false;
	logger_note_error(logger, 0);
}

bool
logger_waits(const struct logger *logger)
{
	return logger->now.stats.blocked && clock_ms() < logger->retry_ms;
}

void
logger_note_error(struct logger *logger, int error)
{
	if (logger->now.stats.error == error)
		return;
	logger->now.stats.error = error;
	logger_commit(logger);
	logger_say(logger, LOG_SAYS_TROUBLE);
}

bool
logger_may_drop(const struct logger *logger)
{
	return logger->gives_up ||
	       logger->channel->config.log->full == LOG_FULL_DROP;
}

bool
logger_drops(const struct logger *logger)
{
	return logger->now.stats.blocked && logger_may_drop(logger);
}

void
logger_advance(struct logger *logger, const struct ledger *next)
{
	bool matches = next->matched && !logger->now.matched;

	logger->now = *next;
	logger->held[next->batch.stream] = 0;
	logger_commit(logger);
	if (matches)
		logger_say(logger, LOG_SAYS_MATCHED);
}

uint64_t
logger_wall_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

void
logger_begin_batch(struct logger *logger, enum log_stream_number stream)
{
	enum dest_kind kind = logger->channel->config.dest->kind;
	struct ledger_batch *batch = &logger->now.batch;

	memset(batch, 0, sizeof(*batch));
	batch->stream = stream;
	batch->at_us = logger_wall_us();
	batch->at_ms = clock_ms();
	batch->pid = atomic_load(logger->draining ? &logger->shared->ended_pid
						  : &logger->shared->pid);
	batch->until = UINT64_MAX;
	/* Others write in between, or each line is a record. */
	batch->hold = logger->channel->pipes > 1 || logger->file.was_shared ||
		      kind == DEST_SYSLOG || kind == DEST_JOURNAL;
}

/* What the stream of a pipe is called; a pipe may carry both. */
static const char *
stream_name(const struct log_channel *channel, uint32_t stream)
{
	if (channel->pipes == 1)
		stream = channel->config.carries[LOG_STDOUT] ? LOG_STDOUT
							     : LOG_STDERR;
	return stream == LOG_STDOUT ? "stdout" : "stderr";
}

/* Write the stamp and the prefix of the batch into .head. */
static size_t
make_head(struct logger *logger)
{
	const struct log_config *config = &logger->channel->config;
	const struct ledger_batch *batch = &logger->now.batch;
	const struct stamp_words words = { config->name, config->instance,
		stream_name(logger->channel, batch->stream), batch->pid };
	char *p = logger->head;

	/* Receivers of records stamp them. */
	if (config->log->stamp != LOG_STAMP_NONE &&
	    config->dest->kind != DEST_SYSLOG &&
	    config->dest->kind != DEST_JOURNAL) {
		p += stamp_format(p, config->log->stamp, batch->at_us,
		    logger_utc_offset(logger, batch->at_us));
		*p++ = ' ';
	}
	if (config->log->prefix != NULL)
		p += stamp_prefix(p, (size_t)(logger->head + HEAD_ROOM - p),
		    config->log->prefix, &words);
	return (size_t)(p - logger->head);
}

void
logger_compose(struct logger *logger, struct compose *c, struct ledger *ledger)
{
	const struct log_config *config = &logger->channel->config;
	const struct ledger_batch *batch = &logger->now.batch;

	memset(c, 0, sizeof(*c));
	c->ledger = ledger;
	c->stream = batch->stream;
	c->head = logger->head;
	c->head_length = make_head(logger);
	c->hold = batch->hold;
	c->flush = batch->flush;
	c->end_line = batch->end_line;
	c->mid_line = batch->mid_line;
	c->until = batch->until;
	c->rate = config->log->rate;
	c->now_ms = batch->at_ms;
	if (config->match != NULL && !ledger->matched)
		c->match = &logger->match;
	c->out = logger->out;
	c->room = logger->out_bytes;
}
