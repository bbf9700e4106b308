/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef LOG_TAIL_H
#define LOG_TAIL_H

#include <stddef.h>

#include "log/archive.h"
#include "log/ledger.h"

/*
 * The last of what was logged.
 */

/*
 * Add bytes to the ring in the shared memory.  *ledger, in which the ring's
 * position is advanced, must not be committed yet: until then the bytes do
 * not count.
 */
void	tail_put(struct log_shared *shared, struct ledger *ledger,
    const char *bytes, size_t length);

/* Copy the last of the ring, at most room bytes.  Returns their number. */
size_t	tail_get(const struct log_shared *shared, char *buf, size_t room);

/*
 * Put the last of a log file, and of its rotated files as far as they are not
 * compressed, into the ring: at most room bytes, with the help of buf (at
 * least one byte).  As tail_put().
 */
void	tail_put_files(struct log_shared *shared, struct ledger *ledger,
    struct archive *archive, uint64_t room, char *buf, size_t buf_bytes);

/*
 * Drop the part of a line at the front of length bytes, if a whole line
 * follows.  Returns the new length.  Pure.
 */
size_t	tail_begin_at_line(char *buf, size_t length);

#endif
