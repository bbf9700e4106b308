/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_MARKS_H
#define SUPERVISE_MARKS_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Signals, as the one wait of a loop sees them.  They are blocked at all
 * times but within marks_wait(), so nothing else is ever interrupted.
 */

/*
 * Install the handler for each signal in mask (bit N-1: signal N), which
 * must all be blocked.  Returns 0, or -1 with errno.
 */
int	marks_handle(uint64_t mask);

/*
 * ppoll(2) with the handled signals let through.  timeout_ms -1: for ever.
 * Returns as poll(2), and 0 when a signal came.
 */
int	marks_wait(struct pollfd *fds, nfds_t count, int timeout_ms);

/*
 * Take one signal that has arrived since: its number, lowest first, or 0.
 * Its mark is cleared before it is returned, so that another one of the same
 * kind is not lost.
 */
int	marks_take(void);

#endif
