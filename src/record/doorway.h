/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_DOORWAY_H
#define RECORD_DOORWAY_H

#include <stdbool.h>

/*
 * A process that is about to become a command, and has given up its claim for
 * that, since nobody would be left to do so: it is told by its name until its
 * exec replaces that.  Others only search for it when an address says that
 * there may be one.
 */

/*
 * Be such a process for key.  Returns a close-on-exec descriptor that is to
 * be left alone, or -1 where that cannot be had.
 */
int	doorway_enter(const char *key);

/*
 * Whether another process of ours, or of root's, is one for key.  Whatever is
 * found to run after that was started, or was not, before this was called.
 */
bool	doorway_is_taken(const char *key);

#endif
