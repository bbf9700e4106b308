/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_DIALECT_H
#define CLI_DIALECT_H

#include <stdbool.h>

#include "cli/option.h"

/* Room for what a dialect keeps of the command line besides the spec. */
#define MARKS_ROOM 1024

/* What messages begin with. */
enum prefix {
	PREFIX_NAME,	/* the dialect's name */
	PREFIX_NONE,
	PREFIX_CALLED	/* argv[0], as it is */
};

/* A command line syntax. */
struct dialect {
	const char *name; /* that imp answers to */
	struct option_table table;
	const char *const *groups; /* headings of the help, by row->group */
	const char *synopsis;	   /* the first lines of the help */
	const char *try_help;	   /* after a usage error; NULL: nothing */
	int usage_status;	   /* exit status of a usage error */
	enum prefix prefix;
	const char *called; /* in messages, if not by its name; or NULL */
	const char *version; /* the line of --version; NULL: imp's own */
	bool help_on_stderr; /* and the version, too */

	/*
	 * Say what is wrong with a command line and return the exit status;
	 * program is argv[0], or the dialect's name after --as.  NULL:
	 * option_complain(), try_help and usage_status.
	 */
	int (*complain)(const struct option_problem *problem,
	    const struct spec *spec, const char *program);

	/*
	 * Options of files, for which those of the command line are the last
	 * word: add them to options, as a command line has them.  Called
	 * after a first look at the command line, which is in marks; then all
	 * of it is read anew.  Returns CLI_GO, or the exit status after
	 * saying why.  NULL: there are no such files.
	 */
	int (*preface)(const void *marks, struct strlist *options);

	/*
	 * Make a spec of what was read into it and into marks (MARKS_ROOM
	 * bytes), with spec_set(), so that spec_check() knows what was given.
	 * Returns CLI_GO, or the exit status after saying why; NULL:
	 * there is nothing left to do.
	 */
	int (*fill)(struct spec *spec, void *marks, const char *program);

	/* The whole help; NULL: made from the table. */
	const char *help;
};

extern const struct dialect imp_dialect;
extern const struct dialect daemonize_dialect;
extern const struct dialect start_stop_daemon_dialect;
extern const struct dialect daemon_freebsd_dialect;
extern const struct dialect daemon_libslack_dialect;
extern const struct dialect tini_dialect;
extern const struct dialect dumb_init_dialect;
extern const struct dialect catatonit_dialect;

/* The dialect of this name, or NULL. */
const struct dialect	*dialect_find(const char *name);

/* The one for argv[0]: by the last component of a path, else imp's own. */
const struct dialect	*dialect_for(const char *argv0);

#endif
