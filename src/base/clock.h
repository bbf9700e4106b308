/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* A time that never comes. */
#define CLOCK_NEVER UINT64_MAX

/* Milliseconds of CLOCK_MONOTONIC: for deadlines. */
uint64_t	clock_ms(void);

/*
 * Milliseconds of CLOCK_BOOTTIME, which goes on during suspend (elsewhere
 * CLOCK_MONOTONIC): for uptimes.
 */
uint64_t	clock_boot_ms(void);

/* Milliseconds since the epoch: only for what is shown to people. */
uint64_t	clock_wall_ms(void);

/* The time for_ms after now_ms; CLOCK_NEVER if that is for ever. */
uint64_t	clock_after(uint64_t now_ms, uint64_t for_ms);

/* How long it is until deadline: CLOCK_NEVER for ever, 0 when it has passed. */
uint64_t	clock_left(uint64_t now_ms, uint64_t deadline_ms);

/*
 * The same as a timeout for poll(2): -1 for ever; rounded so that a wait of
 * less than some weeks never ends early.
 */
int		clock_poll_timeout(uint64_t now_ms, uint64_t deadline_ms);

#endif
