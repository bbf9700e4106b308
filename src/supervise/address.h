/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_ADDRESS_H
#define SUPERVISE_ADDRESS_H

#include <sys/types.h>
#include <sys/socket.h>

#include <stddef.h>

/* An address to connect to. */
struct address {
	struct sockaddr_storage socket;
	socklen_t length;
};

/*
 * The TCP addresses of host: NULL or "" for both loopback addresses, a number
 * (v6 with or without brackets) or a name, which is looked up.  Fills in at
 * most room.  Returns how many, or -1 with errno as from hosts_look_up().
 */
int	address_resolve(const char *host, unsigned int port,
	    struct address *addresses, size_t room);

#endif
