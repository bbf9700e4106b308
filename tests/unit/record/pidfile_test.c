/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/pidfile.h"

#include "unit/scratch.h"
#include "unit/tap.h"

static struct identity identity;
static pid_t number;

#define KIND(text, mode) read_text((text), sizeof(text) - 1, (mode))

static enum pid_file_kind
read_text(const char *text, size_t length, mode_t mode)
{
	scratch_file("pid", text, length, mode);
	number = -1;
	return pid_file_read("pid", &identity, &number);
}

static void
test_numbers(void)
{
	char own[32];
	int n = snprintf(own, sizeof(own), "%ld\n", (long)getpid());

	is_int(read_text(own, (size_t)n, 0644), PIDFILE_NUMBER, "a number");
	is_int(number, getpid(), "is that number");
	is_int(identity.pid, getpid(), "and a process that lives is known");
	is_int(KIND(" \t2 \r\n\n", 0600), PIDFILE_NUMBER, "blanks are fine");
	is_int(KIND("4194304", 0644) == PIDFILE_NUMBER ? identity.pid : 0, 0,
	    "a number nobody has is no process");
}

static void
test_garbage(void)
{
	is_int(KIND("", 0644), PIDFILE_GARBAGE, "nothing");
	is_int(KIND("\n", 0644), PIDFILE_GARBAGE, "an empty line");
	is_int(KIND("1\n", 0644), PIDFILE_GARBAGE, "process 1");
	is_int(KIND("0\n", 0644), PIDFILE_GARBAGE, "process 0");
	is_int(KIND("-5\n", 0644), PIDFILE_GARBAGE, "a negative number");
	is_int(KIND("+5\n", 0644), PIDFILE_GARBAGE, "a sign");
	is_int(KIND("0x10\n", 0644), PIDFILE_GARBAGE, "hexadecimal");
	is_int(KIND("12 13\n", 0644), PIDFILE_GARBAGE, "two numbers");
	is_int(KIND("12\n13\n", 0644), PIDFILE_GARBAGE, "two lines");
	is_int(KIND("12\0", 0644), PIDFILE_GARBAGE, "a NUL behind it");
	is_int(KIND("4294967298\n", 0644), PIDFILE_GARBAGE,
	    "2^32 + 2, which is 2 to some");
	is_int(KIND("99999999999999999999999999999\n", 0644),
	    PIDFILE_GARBAGE, "more than any number");
}

static void
test_trust(void)
{
	is_int(KIND("12\n", 0664), PIDFILE_UNTRUSTED, "a group may write");
	is_int(KIND("12\n", 0646), PIDFILE_UNTRUSTED, "others may write");
	(void)unlink("pid");
	is_int(pid_file_read("pid", &identity, NULL), PIDFILE_NONE,
	    "there is none");
	scratch_file("real", "12\n", 3, 0644);
	if (symlink("real", "pid") == -1)
		abort();
	is_int(pid_file_read("pid", &identity, NULL), PIDFILE_UNTRUSTED,
	    "a link is not followed");
	(void)unlink("pid");
	(void)mkfifo("pid", 0644);
	is_int(pid_file_read("pid", &identity, NULL), PIDFILE_UNTRUSTED,
	    "a FIFO does not block");
}

static void
test_write(void)
{
	struct pid_file pidfile;
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%.4000s/p", scratch);
	is_int(pid_file_init(&pidfile, path), 0, "a pidfile is prepared");
	pid_file_remove(&pidfile);
	is_int(pid_file_write(&pidfile, 1234), 0, "it is written");
	is_int(access(".p.0", F_OK), -1, "nothing is left beside it");
	scratch_file("p", "1\n", 2, 0644);
	pid_file_remove(&pidfile);
	is_int(access("p", F_OK), 0, "what others put there is not removed");
	is_int(pid_file_write(&pidfile, 12345), 0, "it is written again");
	scratch_file(".p.0", "1", 1, 0644);
	pid_file_remove(&pidfile);
	ok(access("p", F_OK) == -1 && access(".p.0", F_OK) == -1,
	    "our own is removed, and what was left aside");
	pid_file_fini(&pidfile);
}

int
main(void)
{
	scratch_begin();
	test_numbers();
	test_garbage();
	test_trust();
	test_write();
	return tap_done();
}
