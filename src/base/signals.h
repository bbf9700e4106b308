/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include <signal.h>
#include <stdint.h>

/* Signals are 1 to 64; bit N-1 of a mask stands for signal N. */
#define SIGNALS_LAST	       64
#define SIGNAL_BIT(signal)     (1ULL << ((signal) - 1))
#define SIGNAL_IN(mask, signal) (((mask) & SIGNAL_BIT(signal)) != 0)

/* glibc keeps these to itself, and musl one more. */
#define SIGNALS_OF_LIBC (SIGNAL_BIT(32) | SIGNAL_BIT(33) | SIGNAL_BIT(34))

/*
 * For what starts something: block all signals, and give those that the
 * caller ignored their default dispositions back: an ignored SIGCHLD makes
 * waitpid(2) blind.  Those that the C library keeps to itself stay ignored.
 *
 * blocked, ignored  set to what they were.
 *
 * Returns 0, or -1 with errno.
 */
int	signals_take(sigset_t *blocked, uint64_t *ignored);

/*
 * For what asks and waits: unblock all signals, so that each does what its
 * sender expects, and give SIGCHLD and SIGPIPE their default dispositions
 * back.  What else the caller ignores stays ignored: nohup(1) works.
 *
 * Returns 0, or -1 with errno.
 */
int	signals_relax(void);

/* Set a disposition.  Returns 0, or -1 with errno. */
int	signals_dispose(int signal, void (*handler)(int));

#endif
