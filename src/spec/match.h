/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_MATCH_H
#define SPEC_MATCH_H

#include <sys/types.h>

#include <stdbool.h>

/*
 * Which processes are meant, whoever started them: those for which all holds
 * that is given.  All zero: nothing is given, and none is meant.
 */
struct spec_match {
	pid_t pid;		/* 0: not given */
	pid_t ppid;		/* 0: not given */
	const char *pidfile;	/* the one number it holds */
	const char *exec;	/* the same file as /proc/PID/exe */
	const char *user;	/* effective user, by name or number */
	const char *name;	/* exactly as the kernel has it: cut to 15
				   bytes on Linux */
};

/* Whether anything is given. */
bool	match_is_given(const struct spec_match *match);

#endif
