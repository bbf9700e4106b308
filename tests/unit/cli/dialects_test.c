/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/cli.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/diag.h"
#include "cli/dialect.h"
#include "spec/explain.h"

#include "unit/scratch.h"
#include "unit/setting.h"
#include "unit/spec/kept.h"
#include "unit/tap.h"

/*
 * Random command lines in each dialect: none crashes, each has a status, one
 * that is refused is told why, and what is understood can be explained.  The
 * seed is fixed, so that a failure comes
 * again; IMP_FUZZ_SEED and IMP_FUZZ_RUNS go further.
 */

#define ARGS_MAX 9
#define ARG_ROOM 300

static const char *const names[] = { "daemonize", "start-stop-daemon",
	"daemon-freebsd", "daemon-libslack", "tini", "dumb-init", "catatonit" };

#define NAMES (sizeof(names) / sizeof(names[0]))

static const char *const values[] = { "", "0", "1", "7", "31", "32", "255",
	"256", "99999999999999999999", "-1", "0x12", "022", "777", "8", "TERM",
	"SIGTERM", "hup", "15:3", "15:3junk", "1:0", "S:R", "TERM/10/KILL/5",
	"forever/TERM/1", "TERM/forever", "a/b/c", "/", "//", "///", "file",
	"/tmp", "/nonexistent/file", "-S", "-K", "-T", "-nsh", "-x/bin/sh",
	"/dev/null", "nobody", "nobody:daemon", "nobody:", ":", "65534", "A=b",
	"A=b=c", "=b", "A", "rr:5", "fifo", "other:9", "idle", "idle:3",
	"best-effort", "real-time:9", "local0.info", "daemon.err",
	"nowhere.info", "urgent", "err", "user", "null", "syslog", "inherit",
	"|cat", "$HOME", "~", "%p %u %g %n", "\x01\x7f\xff\"\\", "a b", "-",
	"--", "--x", "noecho", "x=y" };

static size_t messages;

static void
count_message(void *context, int priority, const char *line)
{
	(void)context;
	(void)priority;
	messages += *line != '\0';
}

static const char *
random_value(void)
{
	return values[(size_t)random() % (sizeof(values) / sizeof(*values))];
}

static void
random_bytes(char buf[ARG_ROOM])
{
	int length = (int)(random() % 20);
	int i;

	for (i = 0; i < length; i++)
		buf[i] = (char)(random() % 255 + 1);
	buf[length] = '\0';
}

static void
random_argument(const struct option_table *table, char buf[ARG_ROOM])
{
	const struct option_row *row =
	    &table->rows[(size_t)random() % table->count];
	const char *name = row->name != NULL ? row->name : "x";
	char letter = row->letter != '\0' ? row->letter : 'q';

	switch (random() % 10) {
	case 0:
		random_bytes(buf);
		break;
	case 1:
	case 2:
		snprintf(buf, ARG_ROOM, "%s", random_value());
		break;
	case 3:
		snprintf(
		    buf, ARG_ROOM, "--%.*s", 1 + (int)(random() % 8), name);
		break;
	case 4:
		snprintf(buf, ARG_ROOM, "--%s=%s", name, random_value());
		break;
	case 5:
		snprintf(buf, ARG_ROOM, "-%c%s", letter, random_value());
		break;
	case 6:
		snprintf(buf, ARG_ROOM, "--%s", name);
		break;
	default:
		snprintf(buf, ARG_ROOM, "-%c", letter);
		break;
	}
}

/* How much has been written to a file that stands for a stream. */
static off_t
written(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_size : 0;
}

static bool
can_be_explained(const struct spec *spec)
{
	struct strbuf text = { 0 };
	bool well;

	spec_explain(spec, &text);
	well = text.length > 0 && text.bytes[text.length - 1] == '\n';
	strbuf_fini(&text);
	return well;
}

struct tally {
	unsigned long understood, refused, answered;
};

static void
tell_command_line(int tap_fd, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		dprintf(tap_fd, "# argv[%d] = '%s'\n", i, argv[i]);
}

/* Returns whether all is as it should be. */
static bool
try_one(const char *name, int tap_fd, struct tally *tally)
{
	static char buffers[ARGS_MAX][ARG_ROOM];
	char *argv[ARGS_MAX + 2] = { (char *)(uintptr_t)name };
	const struct dialect *dialect = dialect_find(name);
	int argc = 1 + (int)(random() % ARGS_MAX);
	off_t said = written(STDERR_FILENO), told = written(STDOUT_FILENO);
	size_t before = messages;
	struct spec spec;
	bool well = true;
	int i, status;

	for (i = 1; i < argc; i++) {
		random_argument(&dialect->table, buffers[i]);
		argv[i] = buffers[i];
	}
	if (random() % 2 == 0)
		argv[argc++] = (char *)(uintptr_t) "/bin/sh";
	status = cli_parse(&spec, argc, argv);
	if (status == CLI_GO) {
		tally->understood++;
		well = can_be_explained(&spec);
	} else if (status == 0) {
		tally->answered++;
		well = written(STDOUT_FILENO) > told ||
		       written(STDERR_FILENO) > said;
	} else {
		tally->refused++;
		well = status > 0 && status < 256 &&
		       (messages > before || written(STDERR_FILENO) > said);
	}
	if (!well) {
		dprintf(tap_fd, "# status %d, and:\n", status);
		tell_command_line(tap_fd, argc, argv);
	}
	return well;
}

/* Its own streams are files meanwhile, so that what it says can be seen. */
static int
divert(int fd, const char *name)
{
	int kept_fd = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	int file_fd = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	fflush(stdout);
	if (kept_fd == -1 || file_fd == -1 || dup2(file_fd, fd) == -1)
		abort();
	(void)close(file_fd);
	return kept_fd;
}

static void
give_back(int kept_fd, int fd)
{
	fflush(stdout);
	if (dup2(kept_fd, fd) == -1)
		abort();
	(void)close(kept_fd);
}

static void
test_dialect(const char *name, unsigned long runs)
{
	int out_fd = divert(STDOUT_FILENO, "out");
	int err_fd = divert(STDERR_FILENO, "err");
	struct tally tally = { 0 };
	unsigned long i;
	bool well = true;

	for (i = 0; i < runs && well; i++)
		well = try_one(name, out_fd, &tally);
	give_back(out_fd, STDOUT_FILENO);
	give_back(err_fd, STDERR_FILENO);
	printf("# %s: %lu understood, %lu answered, %lu refused\n", name,
	    tally.understood, tally.answered, tally.refused);
	ok(well, name);
	ok(tally.understood > 0 && tally.answered > 0 && tally.refused > 0,
	    "some are understood, some are answered, some are refused");
}

int
main(void)
{
	unsigned long runs = setting("IMP_FUZZ_RUNS", 3000);
	unsigned long seed = setting("IMP_FUZZ_SEED", 20261129);
	size_t i;

	scratch_begin();
	/* Nobody's configuration. */
	(void)setenv("HOME", "/nonexistent", 1);
	diag_set_sink(count_message, NULL);
	srandom((unsigned int)seed);
	printf("# seed %lu\n", seed);
	for (i = 0; i < NAMES; i++)
		test_dialect(names[i], runs);
	return tap_done();
}
