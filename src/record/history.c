/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "os/trust.h"

/*
 * A line for each entry, of numbers with blanks between, padded with blanks
 * to the same length; twenty of them are within one page.
 */
#define LINE   200
#define FIELDS 9
#define FILE_NAME "history"

static const char *const cause_names[HISTORY_CAUSES] = {
	[HISTORY_ENDED] = "ended",
	[HISTORY_STOP] = "stop",
	[HISTORY_TIME] = "time-limit",
	[HISTORY_UNREADY] = "not-ready",
	[HISTORY_OOM] = "out-of-memory",
	[HISTORY_NO_START] = "no-start",
};

const char *
history_cause_name(enum history_cause cause)
{
	return cause_names[cause];
}

int
history_open(struct history *history, int dir_fd, int second_fd)
{
	history->count = 0;
	history->fd = -1;
	if (trust_replace(dir_fd, FILE_NAME, 0, 0644, "", 0, NULL,
		&history->fd) == -1)
		return -1;
	if (second_fd == -1)
		return 0;
	(void)unlinkat(second_fd, FILE_NAME, 0);
	if (linkat(dir_fd, FILE_NAME, second_fd, FILE_NAME, 0) == 0)
		return 0;
	history_close(history);
	return -1;
}

/* Ends in the sum of the other numbers: a torn line is found out. */
static void
format(const struct history_entry *entry, char line[LINE + 1])
{
	const uint64_t fields[FIELDS] = { entry->number, entry->wall_ms,
		entry->uptime_ms, entry->cause, (uint64_t)entry->status,
		(uint64_t)entry->error, (uint64_t)entry->pid, entry->cpu_ms,
		entry->peak_bytes };
	struct text text;
	uint64_t sum = 0;
	int i;

	text_init(&text, line, LINE);
	for (i = 0; i < FIELDS; i++) {
		text_put_number(&text, fields[i]);
		text_put_char(&text, ' ');
		sum += fields[i];
	}
	text_put_number(&text, sum);
	memset(line + text.length, ' ', LINE - 1 - text.length);
	line[LINE - 1] = '\n';
	line[LINE] = '\0';
}

int
history_add(struct history *history, const struct history_entry *entry)
{
	struct history_entry numbered = *entry;
	char line[LINE + 1];
	off_t at;
	ssize_t n;

	if (history->fd == -1)
		return 0;
	numbered.number = history->count + 1;
	at = (off_t)(history->count % HISTORY_ENTRIES) * LINE;
	format(&numbered, line);
	do
		n = pwrite(history->fd, line, LINE, at);
	while (n == -1 && errno == EINTR);
	if (n != LINE)
		return -1;
	history->count++;
	return 0;
}

void
history_close(struct history *history)
{
	fdio_close(&history->fd);
}

static bool
parse(const char *line, struct history_entry *entry)
{
	uint64_t fields[FIELDS + 1];
	uint64_t sum = 0;
	char *end;
	int i;

	for (i = 0; i <= FIELDS; i++) {
		fields[i] = strtoull(line, &end, 10);
		if (end == line)
			return false;
		line = end;
		if (i < FIELDS)
			sum += fields[i];
	}
	entry->number = fields[0];
	entry->wall_ms = fields[1];
	entry->uptime_ms = fields[2];
	entry->cause = (enum history_cause)fields[3];
	entry->status = (int)fields[4];
	entry->error = (int)fields[5];
	entry->pid = (int)fields[6];
	entry->cpu_ms = fields[7];
	entry->peak_bytes = fields[8];
	return sum == fields[FIELDS] && fields[3] < HISTORY_CAUSES;
}

static int
by_age(const void *a, const void *b)
{
	const struct history_entry *x = a;
	const struct history_entry *y = b;

	return x->number < y->number ? 1 : x->number > y->number ? -1 : 0;
}

unsigned int
history_read(int dir_fd, struct history_entry entries[HISTORY_ENTRIES])
{
	char text[HISTORY_ENTRIES * LINE + 1];
	unsigned int count = 0;
	ssize_t n, at;

	n = fdio_read_file(dir_fd, FILE_NAME, text, sizeof(text));
	for (at = 0; at + LINE <= n; at += LINE) {
		text[at + LINE - 1] = '\0';
		if (parse(text + at, &entries[count]))
			count++;
	}
	qsort(entries, count, sizeof(entries[0]), by_age);
	return count;
}
