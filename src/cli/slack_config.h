/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_SLACK_CONFIG_H
#define CLI_SLACK_CONFIG_H

#include "base/strlist.h"

/*
 * The configuration files of libslack's daemon: lines of a key, white space,
 * and long options without dashes and with commas between them; '#' begins a
 * comment, '\' at the end of a line continues it and elsewhere quotes a
 * character.
 *
 * Add the options of all lines with this key, with dashes.  Strings are
 * allocated and never freed.  A file that is not there, or that others may
 * write to, says nothing.
 */
void	slack_config_read(
    const char *path, const char *key, struct strlist *options);

#endif
