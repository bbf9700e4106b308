/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_HOSTS_H
#define OS_HOSTS_H

#include <stddef.h>

/*
 * Hosts by name.  hosts-libc.c asks the C library; a static glibc cannot load
 * its name services, so hosts-static.c asks getent(1).  May take as long as
 * the name service does; allocates; nothing is printed.
 */

/* A numeric address, v4 or v6, as text. */
#define HOST_TEXT_MAX 48
struct host_text {
	char text[HOST_TEXT_MAX];
};

/*
 * Look name up.  Fills in at most room addresses for streams, in the order
 * in which they should be tried.  Returns how many, or -1 with errno: ENOENT
 * if there is no such host, EIO if the name service cannot be asked.
 */
int	hosts_look_up(const char *name, struct host_text *hosts, size_t room);

#endif
