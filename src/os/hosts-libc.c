/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/hosts.h"

#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <netdb.h>

int
hosts_look_up(const char *name, struct host_text *hosts, size_t room)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *info;
	size_t count = 0;
	int error = getaddrinfo(name, NULL, &hints, &list);

	if (error != 0) {
		errno = error == EAI_NONAME ? ENOENT : EIO;
		return -1;
	}
	for (info = list; info != NULL && count < room; info = info->ai_next)
		if (getnameinfo(info->ai_addr, info->ai_addrlen,
		    hosts[count].text, sizeof(hosts[count].text), NULL, 0,
		    NI_NUMERICHOST) == 0)
			count++;
	freeaddrinfo(list);
	return (int)count;
}
