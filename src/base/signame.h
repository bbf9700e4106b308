/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_SIGNAME_H
#define BASE_SIGNAME_H

/* Enough for any name. */
#define SIGNAME_MAX 24

/*
 * What a signal is called in messages: "SIGSEGV", "SIGRTMIN+3", or
 * "signal 77" if it has no name.  Returns text.
 */
const char	*signame_text(int signal, char text[SIGNAME_MAX]);

/*
 * The signal of a name without "SIG", in upper or lower case; -1 if there is
 * none.  Real-time signals are not among them.
 */
int	signame_number(const char *name);

#endif
