/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_RATE_H
#define SPEC_RATE_H

#include <stdint.h>

#include "base/parse.h"
#include "base/strbuf.h"

/* So many in so long a time. */
struct rate {
	unsigned int count; /* 0: no limit */
	uint64_t per_ms;
};

/* N/TIME, or none.  Returns 0, or -1 with a reason. */
int	rate_parse(struct rate *rate, const char *text, struct reason *why);
void	rate_print(const struct rate *rate, struct strbuf *text);

#endif
