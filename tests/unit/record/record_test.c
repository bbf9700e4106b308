/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/record.h"

#include "unit/scratch.h"
#include "unit/tap.h"

static const struct record_head sample = {
	.mode = RECORD_SUPERVISED,
	.state = RECORD_BACKOFF,
	.ready = true,
	.main = { .pid = 4194303, .start = UINT64_MAX, .boot = "boot-id" },
	.supervisor = { .pid = 2, .start = 0, .boot = "other" },
	.session = 77,
	.since_wall_ms = 1,
	.first_wall_ms = UINT64_MAX,
	.restarts = 5,
	.last_status = 256,
};

static struct record record;
static char buf[RECORD_SIZE + 1];

static int
read_back(size_t length, mode_t mode)
{
	scratch_file("record", buf, length, mode);
	return record_read(AT_FDCWD, &record);
}

static void
test_round_trip(void)
{
	static const struct record_tail tail = { .text = {
		[RECORD_NAME] = "x",
		[RECORD_COMMAND] = "a\tb\nc\\ = \xc3\xa9",
	} };
	size_t length = record_format(&sample, &tail, buf);

	is_int(read_back(length, 0644), 0, "a record can be read back");
	ok(record.head.mode == sample.mode &&
	    record.head.state == sample.state && record.head.ready &&
	    record.head.main.pid == 4194303 &&
	    record.head.main.start == UINT64_MAX &&
	    record.head.supervisor.pid == 2 && record.head.session == 77 &&
	    record.head.first_wall_ms == UINT64_MAX &&
	    record.head.restarts == 5 && record.head.last_status == 256,
	    "all that is in its head is the same");
	is_str(record.head.main.boot, "boot-id", "so is the boot");
	is_str(record.tail.text[RECORD_COMMAND],
	    tail.text[RECORD_COMMAND], "so is any text");
	ok(record.tail.text[RECORD_PIDFILE] == NULL, "what was not is not");
}

static void
test_long_command(void)
{
	static char command[RECORD_SIZE * 2];
	struct record_tail tail = { .text = { [RECORD_NAME] = "x" } };
	size_t length;

	memset(command, 'c', sizeof(command) - 1);
	tail.text[RECORD_COMMAND] = command;
	length = record_format(&sample, &tail, buf);
	is_int(read_back(length, 0644), 0, "a command of any length is fine");
	is_str(record.tail.text[RECORD_NAME], "x", "and costs nothing else");
}

static void
test_refused(void)
{
	static const struct record_tail tail;
	size_t length = record_format(&sample, &tail, buf);
	bool refused = true;
	size_t i;

	for (i = 0; i < RECORD_HEAD_SIZE; i++) {
		buf[i] ^= 1;
		refused = refused && read_back(length, 0644) == -1;
		buf[i] ^= 1;
	}
	ok(refused, "a head of which one bit differs is refused");
	for (i = 0, refused = true; i < RECORD_HEAD_SIZE; i += 13)
		refused = refused && read_back(i, 0644) == -1;
	ok(refused, "so is one that is cut");
	is_int(read_back(length, 0664), -1, "and one a group may write to");
	is_int(read_back(length, 0646), -1, "and one others may write to");
	is_int(read_back(length, 0644), 0, "else it is not");
	(void)unlink("record");
	if (symlink("/etc/passwd", "record") == -1)
		abort();
	is_int(record_read(AT_FDCWD, &record), -1, "a link is not followed");
	(void)unlink("record");
	(void)mkfifo("record", 0644);
	is_int(record_read(AT_FDCWD, &record), -1, "a FIFO does not block");
}

int
main(void)
{
	scratch_begin();
	test_round_trip();
	test_long_command();
	test_refused();
	return tap_done();
}
