/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/ledger.h"

#include <string.h>

const struct ledger *
ledger_current(const struct log_shared *shared)
{
	return &shared->ledgers[atomic_load(&shared->current) & 1];
}

void
ledger_drop(struct ledger *ledger, uint64_t bytes, uint64_t lines,
    uint64_t at_us)
{
	struct ledger_drop *drop = &ledger->drop;

	if (drop->bytes == 0)
		drop->from_us = at_us;
	drop->to_us = at_us;
	drop->bytes += bytes;
	drop->lines += lines;
	ledger->stats.dropped_bytes += bytes;
	ledger->stats.dropped_lines += lines;
}

void
ledger_untell(struct ledger *ledger)
{
	struct ledger_drop *drop = &ledger->drop, *told = &ledger->told;

	if (told->bytes == 0)
		return;
	if (drop->bytes == 0)
		drop->to_us = told->to_us;
	drop->from_us = told->from_us;
	drop->bytes += told->bytes;
	drop->lines += told->lines;
	memset(told, 0, sizeof(*told));
}

void
ledger_commit(struct log_shared *shared, const struct ledger *ledger)
{
	unsigned int next = (atomic_load(&shared->current) + 1) & 1;

	shared->ledgers[next] = *ledger;
	atomic_store(&shared->current, next);
}
