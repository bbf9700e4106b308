/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_MESSAGES_H
#define SUPERVISE_MESSAGES_H

struct supervisor;

/* Take what has come on the notify socket, and do what it means. */
void	messages_take(struct supervisor *sup);

#endif
