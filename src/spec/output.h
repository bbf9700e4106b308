/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SPEC_OUTPUT_H
#define SPEC_OUTPUT_H

#include <stdbool.h>

enum dest_kind {
	DEST_UNSET,	/* not given: /dev/null detached, else inherited */
	DEST_NULL,
	DEST_INHERIT,
	DEST_FILE,
	DEST_SYSLOG,
	DEST_JOURNAL,
	DEST_COMMAND
};

/* Where one of the target's outputs goes. */
struct dest {
	enum dest_kind kind;
	const char *text;	/* the path, or the command behind '|' */
	int facility;		/* LOG_DAEMON and so on */
	int priority;		/* LOG_INFO and so on */
};

/* What the target's standard streams are. */
enum terminal {
	TERMINAL_NONE,		/* what else is asked for */
	TERMINAL_OWN,		/* a new pseudo-terminal, which is relayed to
				   our own streams */
	TERMINAL_OWN_NOECHO
};

struct spec_output {
	const char *stdin_path;	/* NULL: /dev/null, or inherited with -f */
	bool inherit_stdin;	/* detached, too */
	struct dest out;	/* -o, or -l when only that is given */
	struct dest err;
	struct dest out_copy;	/* gets what out gets, too; DEST_UNSET: none */
	struct dest err_copy;
	enum terminal terminal;
	bool truncate;		/* files are appended to unless this is set */
};

#endif
