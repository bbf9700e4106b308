/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_SLACK_EXPAND_H
#define CLI_SLACK_EXPAND_H

#include <stdbool.h>

/*
 * text with $VAR and ${VAR} replaced by what they are in the environment, if
 * with_variables, and then "~" by $HOME, where it begins the text or follows
 * a blank, a colon or an equals sign, and nothing of a name follows it.  What
 * is no name of a variable stays; one that is not set is empty.
 *
 * Returns text itself if there is nothing to replace, else a copy that is
 * never freed; NULL stays NULL.
 */
const char	*slack_expand(const char *text, bool with_variables);

#endif
