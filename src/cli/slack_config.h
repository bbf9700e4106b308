/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_SLACK_CONFIG_H
#define CLI_SLACK_CONFIG_H

#include <stdbool.h>

#include "base/strlist.h"

/*
 * The configuration files of libslack's daemon.  A line is VAR=VALUE, which
 * is for the environment, or a key, white space, and long options without
 * dashes and with commas between them; '#' begins a comment, '\' at the end
 * of a line continues it and elsewhere quotes a character.
 */

/* How files are read. */
struct slack_config {
	bool safe;	/* ignore files that others may write to */
	bool variables; /* expand them in what VAR is set to */
	struct strlist lines; /* that begin with a key */
};

/*
 * Read the file, and then those in the directory of its name with ".d"
 * behind it, but for those that begin with a dot, in the order of their
 * names.  Variables are set at once.  A file that is not there says nothing,
 * one that is ignored is told of.  Returns 0, or -1 with errno if the file
 * itself is there and cannot be read.
 */
int	slack_config_read(struct slack_config *config, const char *path);

/*
 * Add the options of all lines with this key, with dashes, in the order in
 * which they were read.  Strings are allocated and never freed.
 */
void	slack_config_options(const struct slack_config *config,
    const char *key, struct strlist *options);

#endif
