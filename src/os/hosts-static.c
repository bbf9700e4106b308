/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/hosts.h"

#include <sys/types.h>

#include <stdbool.h>
#include <string.h>

#include "base/fdio.h"
#include "os/getent.h"

static ssize_t
ask_getent(const char *name, char *answer, size_t room)
{
	struct getent getent;
	ssize_t length;

	if (getent_ask(&getent, "ahosts", name) == -1)
		return -1;
	length = fdio_read_full(getent.fd, answer, room);
	return getent_end(&getent) == -1 ? -1 : length;
}

/* "192.0.2.1       STREAM www.example.org", then DGRAM and RAW. */
static bool
take_line(const char *line, size_t length, struct host_text *host)
{
	size_t n = 0;

	while (n < length && line[n] != ' ')
		n++;
	if (n >= sizeof(host->text) ||
	    memmem(line + n, length - n, "STREAM", 6) == NULL)
		return false;
	memcpy(host->text, line, n);
	host->text[n] = '\0';
	return true;
}

int
hosts_look_up(const char *name, struct host_text *hosts, size_t room)
{
	char answer[4096];
	ssize_t length = ask_getent(name, answer, sizeof(answer));
	const char *line = answer;
	const char *end;
	size_t count = 0;

	if (length == -1)
		return -1;
	while (count < room && (end = memchr(line, '\n',
	    (size_t)(answer + length - line))) != NULL) {
		count += take_line(line, (size_t)(end - line), &hosts[count]);
		line = end + 1;
	}
	return (int)count;
}
