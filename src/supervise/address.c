/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "os/hosts.h"

#define HOSTS_MAX 8

static bool
take_v4(const char *text, unsigned int port, struct address *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&address->socket;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &in->sin_addr) != 1)
		return false;
	in->sin_family = AF_INET;
	in->sin_port = htons((in_port_t)port);
	address->length = sizeof(*in);
	return true;
}

static bool
take_v6(const char *text, unsigned int port, struct address *address)
{
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)&address->socket;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET6, text, &in->sin6_addr) != 1)
		return false;
	in->sin6_family = AF_INET6;
	in->sin6_port = htons((in_port_t)port);
	address->length = sizeof(*in);
	return true;
}

static bool
take_number(const char *text, unsigned int port, struct address *address)
{
	return take_v4(text, port, address) || take_v6(text, port, address);
}

/* "[::1]" */
static bool
take_bracketed(const char *text, unsigned int port, struct address *address)
{
	char inner[INET6_ADDRSTRLEN];
	size_t length = strlen(text);

	if (length < 3 || length - 2 >= sizeof(inner) || text[0] != '[' ||
	    text[length - 1] != ']')
		return false;
	memcpy(inner, text + 1, length - 2);
	inner[length - 2] = '\0';
	return take_v6(inner, port, address);
}

static int
take_name(const char *name, unsigned int port, struct address *addresses,
    size_t room)
{
	struct host_text hosts[HOSTS_MAX];
	int found = hosts_look_up(name, hosts, HOSTS_MAX);
	size_t count = 0;
	int i;

	for (i = 0; i < found && count < room; i++)
		count += take_number(hosts[i].text, port, &addresses[count]);
	if (found != -1 && count == 0) {
		errno = ENOENT;
		return -1;
	}
	return found == -1 ? -1 : (int)count;
}

int
address_resolve(const char *host, unsigned int port,
    struct address *addresses, size_t room)
{
	if (room >= 2 && (host == NULL || host[0] == '\0' ||
	    strcasecmp(host, "localhost") == 0)) {
		(void)take_v4("127.0.0.1", port, &addresses[0]);
		(void)take_v6("::1", port, &addresses[1]);
		return 2;
	}
	if (take_number(host, port, &addresses[0]) ||
	    take_bracketed(host, port, &addresses[0]))
		return 1;
	return take_name(host, port, addresses, room);
}
