/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_SLACK_WORDS_H
#define CLI_SLACK_WORDS_H

/*
 * What is wrong with a command line of libslack's daemon, without a name in
 * front, and then all of its usage.  Each returns EX_FAILED.
 */
int	slack_fail(const char *message);

/* "Invalid --OPTION argument: 'TEXT' (WHY)". */
int	slack_fail_argument(const char *option, const char *text,
    const char *why);

/* "Missing option: --OPTION (Required for --FOR_WHAT)". */
int	slack_fail_missing(const char *option, const char *for_what);

#endif
