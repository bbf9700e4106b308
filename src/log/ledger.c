/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/ledger.h"

const struct ledger *
ledger_current(const struct log_shared *shared)
{
	return &shared->ledgers[atomic_load(&shared->current) & 1];
}

void
ledger_commit(struct log_shared *shared, const struct ledger *ledger)
{
	unsigned int next = (atomic_load(&shared->current) + 1) & 1;

	shared->ledgers[next] = *ledger;
	atomic_store(&shared->current, next);
}
