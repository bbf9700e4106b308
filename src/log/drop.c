/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/drop.h"

#include "base/clock.h"
#include "log/stage.h"

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
