/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_LIMIT_H
#define SPEC_LIMIT_H

#include <stdbool.h>

#include "base/parse.h"
#include "base/strbuf.h"
#include "spec/process.h"

/*
 * Resource limits: NAME=SOFT[:HARD],... where NAME is that of a RLIMIT_ in
 * lower case.  Bytes are sizes, cpu and rttime are times, the others are
 * numbers; each can be "unlimited".  SOFT alone sets both.  Returns 0, or -1
 * with a reason; printing, whether there is a value.
 */
int	limit_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why);
bool	limit_print(
    const struct spec_surroundings *surroundings, struct strbuf *text);

/* The name of a RLIMIT_, for messages; NULL: none that can be given. */
const char	*limit_name(unsigned int resource);

#endif
