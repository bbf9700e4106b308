/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_LISTENER_H
#define SUPERVISE_LISTENER_H

#include <stdbool.h>

/*
 * Whether somebody listens at an address.  Nothing blocks, prints or
 * allocates.
 */

/*
 * At the local socket path, which fits a sockaddr_un, of whichever type that
 * is.
 */
bool	listener_is_at(const char *path);

/*
 * How a connect(2) stands that was begun on fd, non-blocking.  Returns 0 when
 * it is connected, else -1 with errno: EINPROGRESS while that is open.  To have
 * met itself is ECONNREFUSED.
 */
int	listener_answered(int fd);

#endif
