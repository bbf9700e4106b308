/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_GETENT_H
#define OS_GETENT_H

#include <sys/types.h>

/*
 * Asking the name services by getent(1): a static glibc cannot load them.
 * Nothing is printed or allocated.
 */
struct getent {
	pid_t pid;
	int fd;		/* its answer, up to the end */
};

/* Look key up in database.  Returns 0, or -1 with errno. */
int	getent_ask(struct getent *getent, const char *database,
	    const char *key);

/*
 * After the answer has been read: wait for its end.  Returns 0, or -1 with
 * errno: ENOENT if there is no such key, EIO if something is wrong.
 */
int	getent_end(struct getent *getent);

#endif
