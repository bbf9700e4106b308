/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * TAP, the Test Anything Protocol, for unit tests: one claim, one line.
 * Each returns whether the claim holds.  main() ends in "return tap_done();".
 */
static int tap_claims, tap_failures;

#define ok(claim, name) tap_ok((claim), (name), #claim, __FILE__, __LINE__)
#define is_int(got, want, name) \
	tap_is_int((got), (want), (name), #got, __FILE__, __LINE__)
#define is_str(got, want, name) \
	tap_is_str((got), (want), (name), #got, __FILE__, __LINE__)

static inline bool
tap_ok(bool holds, const char *name, const char *claim, const char *file,
    int line)
{
	tap_claims++;
	printf("%sok %d - %s\n", holds ? "" : "not ", tap_claims, name);
	if (!holds) {
		tap_failures++;
		printf("# %s:%d: %s\n", file, line, claim);
	}
	fflush(stdout);
	return holds;
}

static inline bool
tap_is_int(intmax_t got, intmax_t want, const char *name, const char *claim,
    const char *file, int line)
{
	bool holds = tap_ok(got == want, name, claim, file, line);

	if (!holds)
		printf("# got %jd, want %jd\n", got, want);
	return holds;
}

static inline bool
tap_is_str(const char *got, const char *want, const char *name,
    const char *claim, const char *file, int line)
{
	bool holds = got == want ||
	    (got != NULL && want != NULL && strcmp(got, want) == 0);

	tap_ok(holds, name, claim, file, line);
	if (!holds)
		printf("# got  '%s'\n# want '%s'\n", got != NULL ? got : "NULL",
		    want != NULL ? want : "NULL");
	return holds;
}

/* Print the plan; the exit status of main(). */
static inline int
tap_done(void)
{
	printf("1..%d\n", tap_claims);
	return tap_failures != 0;
}

#endif
