/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/history.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "record/status.h"
#include "unit/tap.h"

static void
fill(struct history_entry *entry, int i)
{
	memset(entry, 0, sizeof(*entry));
	entry->wall_ms = UINT64_MAX / 1000 - (uint64_t)i;
	entry->uptime_ms = (uint64_t)i;
	entry->cause = HISTORY_OOM;
	entry->status = i;
	entry->pid = 1000 + i;
	entry->peak_bytes = UINT64_MAX >> 1;
}

static void
test_history(int dir_fd)
{
	struct history_entry entries[HISTORY_ENTRIES], entry;
	struct history history;
	bool in_order = true;
	unsigned int n;
	int i;

	ok(history_open(&history, dir_fd, -1) == 0, "a history is made");
	is_int(history_read(dir_fd, entries), 0, "it begins empty");
	fill(&entry, 0);
	ok(history_add(&history, &entry) == 0, "an entry is added");
	is_int(history_read(dir_fd, entries), 1, "and read");
	is_int(entries[0].cause, HISTORY_OOM, "with its cause");
	ok(entries[0].peak_bytes == UINT64_MAX >> 1, "and all its bits");
	for (i = 1; i < 47; i++) {
		fill(&entry, i);
		(void)history_add(&history, &entry);
	}
	n = history_read(dir_fd, entries);
	is_int(n, HISTORY_ENTRIES, "the last twenty are kept");
	for (i = 0; i < (int)n; i++)
		in_order = in_order && entries[i].status == 46 - i &&
		    entries[i].number == 47 - (uint64_t)i;
	ok(in_order, "the youngest first, with their numbers");
	/* A torn line: another number in the middle of it. */
	ok(pwrite(history.fd, "999", 3, 4) == 3, "an entry is torn");
	is_int(history_read(dir_fd, entries), HISTORY_ENTRIES - 1,
	    "a torn entry is left out");
	history_close(&history);
	ok(history_add(&history, &entry) == 0, "a closed one keeps nothing");
}

static void
test_status(void)
{
	struct status status, back;
	char text[16384];
	size_t length;

	memset(&status, 0, sizeof(status));
	status.state = "up";
	status.why = "a=b\nstate=down\\\x01\xff";
	status.next_ms = CLOCK_NEVER;
	status.ready = true;
	status.main = 12;
	status.logs[1].dest = "/x";
	status.logs[1].blocked = true;
	status.logs[1].dropped_bytes = 1ULL << 60;
	length = status_format(&status, text, sizeof(text));
	ok(length > 0 && length < sizeof(text) && text[length] == '\0',
	    "a status is written");
	ok(status_parse(&back, text) == 0, "and read back");
	is_str(back.state, "up", "no text can stand for another key");
	is_str(back.why, status.why, "texts come back whole");
	ok(back.next_ms == CLOCK_NEVER && back.ready && back.main == 12,
	    "numbers and flags, too");
	ok(back.logs[0].dest == NULL, "a log that is not there is not");
	is_str(back.logs[1].dest, "/x", "one that is there is");
	ok(back.logs[1].blocked && back.logs[1].dropped_bytes == 1ULL << 60,
	    "with its counts");
	(void)strcpy(text, "something else");
	ok(status_parse(&back, text) == -1, "other text is no status");
	(void)strcpy(text, "imp-status=1\nnew=1\nnoequals\n=\nlog9.dest=x\n"
			   "log=\nmain=7\n");
	ok(status_parse(&back, text) == 0 && back.main == 7,
	    "what is not known is skipped");
}

int
main(void)
{
	char dir[] = "/tmp/history_test.XXXXXX";
	int dir_fd;

	if (mkdtemp(dir) == NULL)
		return 1;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	test_history(dir_fd);
	test_status();
	(void)unlinkat(dir_fd, "history", 0);
	(void)rmdir(dir);
	return tap_done();
}
