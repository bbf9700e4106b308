/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_LINK_H
#define CONTROL_LINK_H

#include <stddef.h>

#include "base/strbuf.h"
#include "record/protocol.h"

/* The client's side of the control socket. */

/*
 * Connect to the supervisor of the daemon in the directory key below
 * place_fd, and ask.  Returns a descriptor to poll(2) and to read the replies
 * from, or -1 with errno: ENOENT or ECONNREFUSED if nobody serves it.
 */
int	link_ask(int place_fd, const char *key,
	    const struct protocol_request *request);

/*
 * Take the next reply; its text is terminated by a NUL, which the sizes of
 * *reply leave room for.  Returns the length of the text, or -1 with errno:
 * ECONNABORTED, it has ended without one; ECONNRESET, and what was asked has
 * not been read, so it may be asked again; ENOTSUP, what came is no reply that
 * we understand.
 */
struct link_reply {
	struct protocol_reply reply;
	char end;
};
ssize_t	link_read(int fd, struct link_reply *reply);

/*
 * Ask, and collect what is answered in *text, within timeout_ms.  Returns
 * the exit status that came with the answer, or -1 with errno.
 */
int	link_query(int place_fd, const char *key, enum protocol_verb verb,
	    int timeout_ms, struct strbuf *text);

#endif
