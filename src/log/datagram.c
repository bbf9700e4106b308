/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/datagram.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "log/stamp.h"

size_t
datagram_take_priority(
    const char *line, size_t length, int *facility, int *priority)
{
	int n = 0;
	size_t i;

	if (length < 3 || line[0] != '<')
		return 0;
	for (i = 1; i < length && i < 4 && isdigit((unsigned char)line[i]); i++)
		n = n * 10 + (line[i] - '0');
	if (i == 1 || i == length || line[i] != '>' || n > 191)
		return 0;
	/* sd-daemon(3) gives the priority alone: the facility stays. */
	if (n > LOG_PRIMASK)
		*facility = n & ~LOG_PRIMASK;
	*priority = n & LOG_PRIMASK;
	return i + 1;
}

/* "Nov 29 05:43:00", of local time. */
static void
format_time(char out[16], const struct datagram *datagram)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[STAMP_ROOM];
	int month;

	(void)stamp_format(
	    iso, LOG_STAMP_ISO, datagram->at_us, datagram->utc_offset_s);
	month = (iso[5] - '0') * 10 + (iso[6] - '0');
	memcpy(out, months + 3 * (month - 1), 3);
	out[3] = ' ';
	out[4] = iso[8] == '0' ? ' ' : iso[8];
	out[5] = iso[9];
	out[6] = ' ';
	memcpy(out + 7, iso + 11, 8);
	out[15] = '\0';
}

static size_t
syslog_head(char *out, size_t room, const struct datagram *datagram,
    int facility, int priority)
{
	char when[16];
	char pid[24] = "";

	format_time(when, datagram);
	if (datagram->pid != 0)
		(void)snprintf(pid, sizeof(pid), "[%ld]", (long)datagram->pid);
	return (size_t)snprintf(out, room,
	    "<%d>%s %.*s%s: ", facility | priority, when, DATAGRAM_NAME_MAX,
	    datagram->name, pid);
}

static size_t
journal_head(char *out, size_t room, const struct datagram *datagram,
    int facility, int priority)
{
	char pid[40] = "";

	if (datagram->pid != 0)
		(void)snprintf(
		    pid, sizeof(pid), "SYSLOG_PID=%ld\n", (long)datagram->pid);
	return (size_t)snprintf(out, room,
	    "PRIORITY=%d\nSYSLOG_FACILITY=%d\n%sSYSLOG_IDENTIFIER=%.*s\n"
	    "MESSAGE=",
	    priority, facility >> 3, pid, DATAGRAM_NAME_MAX, datagram->name);
}

size_t
datagram_format(
    char *out, const struct datagram *datagram, const char *line, size_t length)
{
	static const size_t room = DATAGRAM_EXTRA + DATAGRAM_NAME_MAX;
	int facility = datagram->facility, priority = datagram->priority;
	size_t used;

	used = datagram_take_priority(line, length, &facility, &priority);
	line += used;
	length -= used;
	if (datagram->kind == DEST_JOURNAL)
		used = journal_head(out, room, datagram, facility, priority);
	else
		used = syslog_head(out, room, datagram, facility, priority);
	memcpy(out + used, line, length);
	used += length;
	if (datagram->kind == DEST_JOURNAL)
		out[used++] = '\n';
	return used;
}
