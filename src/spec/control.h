/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_CONTROL_H
#define SPEC_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

enum wait_for { WAIT_FOR_DOWN, WAIT_FOR_READY, WAIT_FOR_RUNNING };

enum control_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_PROMETHEUS };

enum shell {
	SHELL_BASH,
	SHELL_ZSH,
	SHELL_FISH,
	SHELL_TABLE /* no shell: the options, a line each */
};

/* What the verbs take besides names. */
struct spec_control {
	int signal;	     /* that --signal sends */
	uint64_t wait_ms;    /* UINT64_MAX: for as long as it takes */
	enum wait_for wait_for;
	unsigned int lines; /* of the log */
	bool follow;
	bool raw; /* control characters as they are */
	enum control_format format;
	int reload_signal;
	const char *reload_command; /* instead of the signal; NULL: none */
	enum shell shell;	    /* of --completions */
	const char *named;	    /* --status tells of it by this name */
	const char *named_dir;	    /* --list and --status are of its pidfiles
				       in this directory; NULL: no */
	bool print_pids;	    /* of --status by match */
	bool remove_pidfile;	    /* after --stop by match */
};

#endif
