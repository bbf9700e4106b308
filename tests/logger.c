/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * A logger without the rest of imp: what is read from standard input goes
 * through a channel, as if a target had written it.
 *
 *	logger [OPTION=VALUE ...] [-- COMMAND [ARG ...]]
 *
 * dest=PATH, |COMMAND, syslog or journal, and the parts of struct spec_log and
 * struct log_config; with a COMMAND, that is the target, its stdout and
 * stderr are logged.  pids=FILE: each logger's pid is appended to it.
 * kill=N, seed=SEED: the logger is killed N times at random moments.  at=N: the
 * first one is killed when it is about to make its Nth system call; with
 * fail=ERRNO that call fails instead.
 * tail=FILE, stats=FILE: written at the end.
 *
 * generate=BYTES: in place of standard input, numbered lines in bursts of so
 * many bytes, until all kills were made: "N xxx end", with N % 97 + 1 times x.
 */

#include <config.h>

#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/fdio.h"
#include "fail_call.h"
#include "log/channel.h"

struct run {
	struct log_config config;
	struct spec_log log;
	struct dest dest;
	struct log_channel channel;
	const char *pids, *tail, *stats, *events;
	unsigned int kills;
	unsigned long at; /* the system call; 0: none */
	int fail;	  /* the errno that it gets; 0: a SIGKILL */
	size_t burst;
	unsigned int seed;
	bool is_inside, is_failing;
	pid_t logger, feeder;
	sigset_t mask; /* as we were given it */
};

static uint64_t
number(const char *text)
{
	return strtoull(text, NULL, 0);
}

static void
set_dest(struct run *run, const char *text)
{
	run->dest.text = text;
	run->dest.facility = LOG_DAEMON;
	run->dest.priority = LOG_INFO;
	if (strcmp(text, "syslog") == 0)
		run->dest.kind = DEST_SYSLOG;
	else if (strcmp(text, "journal") == 0)
		run->dest.kind = DEST_JOURNAL;
	else if (*text == '|') {
		run->dest.kind = DEST_COMMAND;
		run->dest.text = text + 1;
	} else {
		run->dest.kind = DEST_FILE;
		run->config.path = text;
	}
}

static const struct {
	const char *name;
	int number;
} error_names[] = {
	{ "EAGAIN", EAGAIN },
	{ "EINTR", EINTR },
	{ "EIO", EIO },
	{ "EMFILE", EMFILE },
	{ "ENOMEM", ENOMEM },
	{ "ENOSPC", ENOSPC },
	{ "EPERM", EPERM },
};

static int
error_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(error_names) /
			sizeof(error_names[0]); i++)
		if (strcmp(error_names[i].name, name) == 0)
			return error_names[i].number;
	errx(2, "unknown error '%s'", name);
}

static int
index_of(const char *word, const char *const words[])
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	errx(2, "unknown value '%s'", word);
}

static void
set_number(struct run *run, const char *name, const char *value)
{
	struct spec_log *log = &run->log;
	uint64_t n = number(value);

	if (strcmp(name, "size") == 0)
		log->max_bytes = n, log->rotate = true;
	else if (strcmp(name, "age") == 0)
		log->max_age_ms = n, log->rotate = true;
	else if (strcmp(name, "keep") == 0)
		log->keep = (unsigned int)n, log->rotate = true;
	else if (strcmp(name, "total") == 0)
		log->total_bytes = n, log->rotate = true;
	else if (strcmp(name, "mode") == 0)
		log->mode = (mode_t)n;
	else if (strcmp(name, "lines") == 0)
		log->rate.count = (unsigned int)n;
	else if (strcmp(name, "per") == 0)
		log->rate.per_ms = n;
	else if (strcmp(name, "tailbytes") == 0)
		log->tail_bytes = n;
	else if (strcmp(name, "uid") == 0)
		run->config.uid = (uid_t)n;
	else if (strcmp(name, "gid") == 0)
		run->config.gid = (gid_t)n;
	else if (strcmp(name, "truncate") == 0)
		run->config.truncate = n != 0;
	else if (strcmp(name, "kill") == 0)
		run->kills = (unsigned int)n;
	else if (strcmp(name, "at") == 0)
		run->at = (unsigned long)n;
	else if (strcmp(name, "seed") == 0)
		run->seed = (unsigned int)n;
	else if (strcmp(name, "generate") == 0)
		run->burst = (size_t)n;
	else if (strcmp(name, "linger") == 0)
		run->config.linger_ms = (unsigned int)n;
	else
		errx(2, "unknown option '%s'", name);
}

static void
set_option(struct run *run, char *option)
{
	static const char *const stamps[] = { "none", "iso", "iso-utc", "epoch",
		"tai64n", NULL };
	static const char *const fulls[] = { "block", "drop", "delete-oldest",
		NULL };
	static const char *const names[] = { "number", "time", NULL };
	char *value = strchr(option, '=');

	if (value == NULL)
		errx(2, "no value: '%s'", option);
	*value++ = '\0';
	if (strcmp(option, "dest") == 0)
		set_dest(run, value);
	else if (strcmp(option, "stamp") == 0)
		run->log.stamp = (enum log_stamp)index_of(value, stamps);
	else if (strcmp(option, "full") == 0)
		run->log.full = (enum log_full)index_of(value, fulls);
	else if (strcmp(option, "names") == 0)
		run->log.names = (enum log_names)index_of(value, names);
	else if (strcmp(option, "prefix") == 0)
		run->log.prefix = value;
	else if (strcmp(option, "compress") == 0)
		run->log.compress = value;
	else if (strcmp(option, "match") == 0)
		run->config.match = value;
	else if (strcmp(option, "socket") == 0)
		run->config.socket_path = value;
	else if (strcmp(option, "fail") == 0)
		run->fail = error_of(value);
	else if (strcmp(option, "pids") == 0)
		run->pids = value;
	else if (strcmp(option, "tail") == 0)
		run->tail = value;
	else if (strcmp(option, "stats") == 0)
		run->stats = value;
	else if (strcmp(option, "events") == 0)
		run->events = value;
	else
		set_number(run, option, value);
}

static void
append(const char *path, const char *word, long value)
{
	FILE *file;

	if (path == NULL)
		return;
	file = fopen(path, "ae");
	if (file == NULL)
		err(1, "%s", path);
	fprintf(file, "%s%ld\n", word, value);
	fclose(file);
}

static void
start_logger(struct run *run)
{
	run->logger = fork();
	if (run->logger == -1)
		err(1, "fork");
	if (run->logger == 0) {
		if (run->at > 0 &&
		    (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ||
			raise(SIGSTOP) != 0))
			_exit(1);
		log_run(&run->channel);
	}
	append(run->pids, "", (long)run->logger);
}

static volatile sig_atomic_t is_enough;

static void
on_enough(int signal)
{
	(void)signal;
	is_enough = 1;
}

/* Write numbered lines until SIGUSR1 comes. */
static void
generate(struct run *run, int fd)
{
	static char buf[1 << 17];
	static const struct timespec pause = { 0, 50000 };
	size_t used, length;
	long n = 1;

	signal(SIGUSR1, on_enough);
	while (!is_enough) {
		for (used = 0; used < run->burst; n++) {
			used += (size_t)sprintf(buf + used, "%ld ", n);
			length = (size_t)(n % 97) + 1;
			memset(buf + used, 'x', length);
			used += length;
			used += (size_t)sprintf(buf + used, " end\n");
		}
		if (fdio_write_all(fd, buf, used) == -1)
			_exit(1);
		(void)ppoll(NULL, 0, &pause, NULL);
	}
	append(run->events, "fed ", n - 1);
	_exit(0);
}

/* Copy stdin into the channel, or be the command. */
static void
start_feeder(struct run *run, char **argv)
{
	int out = log_target_fd(&run->channel, LOG_STDOUT);
	int errors = log_target_fd(&run->channel, LOG_STDERR);
	static char buf[65536];
	ssize_t n, done, m;

	run->feeder = fork();
	if (run->feeder == -1)
		err(1, "fork");
	if (run->feeder != 0)
		return;
	(void)sigprocmask(SIG_SETMASK, &run->mask, NULL);
	if (argv != NULL) {
		if (dup2(out, 1) == -1 || dup2(errors, 2) == -1)
			_exit(125);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (run->burst > 0)
		generate(run, out);
	while ((n = read(0, buf, sizeof(buf))) > 0)
		for (done = 0; done < n; done += m) {
			m = write(out, buf + done, (size_t)(n - done));
			if (m == -1)
				_exit(1);
		}
	_exit(0);
}

/* How long a logger lives before it is killed: up to 4 ms. */
static int
life_us(struct run *run)
{
	return rand_r(&run->seed) % 4000;
}

/* Wait for a report, a child's end, or time. */
static void
wait_for(struct run *run, int us)
{
	struct pollfd fd = { log_report_fd(&run->channel), POLLIN, 0 };
	struct timespec span = { us / 1000000, us % 1000000 * 1000L };
	unsigned int reports;

	(void)ppoll(&fd, 1, us < 0 ? NULL : &span, &run->mask);
	if (fd.revents == 0)
		return;
	reports = log_take_reports(&run->channel);
	if ((reports & LOG_SAYS_DONE) &&
	    log_is_done(&run->channel, LOG_ASK_DRAIN))
		append(run->events, "drained ", 0);
	if (reports & LOG_SAYS_MATCHED)
		append(run->events, "matched ", 0);
	if (reports & LOG_SAYS_TROUBLE) {
		struct log_stats stats;

		log_stats(&run->channel, &stats);
		append(run->events, stats.blocked ? "blocked " : "error ",
		    (long)stats.error);
	}
}

static void
on_signal(int signal)
{
	(void)signal;
}

static void
write_stats(struct run *run)
{
	struct log_stats stats;
	FILE *file;

	if (run->stats == NULL)
		return;
	log_stats(&run->channel, &stats);
	file = fopen(run->stats, "we");
	if (file == NULL)
		err(1, "%s", run->stats);
	fprintf(file,
	    "bytes=%ju\nlines=%ju\ndropped_bytes=%ju\ndropped_lines=%ju\n"
	    "suppressed_lines=%ju\nrotations=%ju\nblocked=%d\nerror=%d\n",
	    (uintmax_t)stats.bytes, (uintmax_t)stats.lines,
	    (uintmax_t)stats.dropped_bytes, (uintmax_t)stats.dropped_lines,
	    (uintmax_t)stats.suppressed_lines, (uintmax_t)stats.rotations,
	    stats.blocked, stats.error);
	fclose(file);
}

static void
write_tail(struct run *run)
{
	static char buf[1 << 20];
	size_t n;
	int fd;

	if (run->tail == NULL)
		return;
	n = log_tail(&run->channel, buf, sizeof(buf), true);
	fd = open(run->tail, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1 || write(fd, buf, n) != (ssize_t)n)
		err(1, "%s", run->tail);
	close(fd);
}

/* The logger is about to make the call that was waited for. */
static void
disturb(struct run *run)
{
	struct ptrace_syscall_info info = { 0 };

	if (run->fail == 0) {
		kill(run->logger, SIGKILL);
		append(run->events, "killed ", (long)run->logger);
		return;
	}
	(void)ptrace(
	    PTRACE_GET_SYSCALL_INFO, run->logger, sizeof(info), &info);
	append(run->events, "failed ", (long)info.entry.nr);
	if (cannot_fail(info.entry.nr))
		return;
	begin_failing(run->logger, info.entry.nr);
	run->is_failing = true;
}

static void
stop_at_call(struct run *run)
{
	run->is_inside = !run->is_inside;
	if (run->is_inside && --run->at == 0)
		disturb(run);
	else if (!run->is_inside && run->is_failing) {
		end_failing(run->logger, run->fail);
		run->is_failing = false;
	}
}

/*
 * The logger has stopped: at the beginning and before and after each system
 * call.  Let it go on.
 */
static void
go_on(struct run *run, int status)
{
	int signal = WSTOPSIG(status);

	if (signal == (SIGTRAP | 0x80)) {
		signal = 0;
		stop_at_call(run);
	} else if (signal == SIGSTOP) {
		signal = 0;
		ptrace(PTRACE_SETOPTIONS, run->logger, NULL,
		    PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	}
	ptrace(PTRACE_SYSCALL, run->logger, NULL, (long)signal);
}

/*
 * Keep a logger running until the feeder has ended and all is drained; kill
 * it now and then.
 */
static void
supervise(struct run *run)
{
	bool asked = false;
	int status, us;
	pid_t pid;

	while (!asked || !log_is_done(&run->channel, LOG_ASK_DRAIN)) {
		us = run->kills > 0 ? life_us(run) : -1;
		wait_for(run, us);
		if (us >= 0 && run->logger > 0) {
			kill(run->logger, SIGKILL);
			run->kills--;
			if (run->kills == 0 && run->burst > 0)
				kill(run->feeder, SIGUSR1);
		}
		while ((pid = waitpid(-1, &status,
			    us >= 0 && run->logger > 0 ? 0 : WNOHANG)) > 0) {
			if (pid == run->feeder)
				run->feeder = 0;
			if (pid == run->logger && WIFSTOPPED(status))
				go_on(run, status);
			if (pid != run->logger || WIFSTOPPED(status))
				continue;
			start_logger(run);
			us = -1;
		}
		if (run->feeder == 0 && !asked) {
			log_ask(&run->channel, LOG_ASK_DRAIN);
			asked = true;
		}
	}
	/* The kills that are left are for nothing. */
	append(run->events, "kills left ", (long)run->kills);
}

int
main(int argc, char **argv)
{
	static struct run run;
	sigset_t block;
	int status = 0;

	run.config.dest = &run.dest;
	run.config.log = &run.log;
	run.config.name = "test";
	run.config.instance = "7";
	run.config.forward_fd = -1;
	run.config.uid = (uid_t)-1;
	run.config.gid = (gid_t)-1;
	run.config.carries[LOG_STDOUT] = true;
	run.config.carries[LOG_STDERR] = true;
	run.log.mode = 0640;
	run.log.keep = 10;
	run.log.tail_bytes = 65536;
	for (argv++; *argv != NULL && strcmp(*argv, "--") != 0; argv++)
		set_option(&run, *argv);
	if (*argv != NULL)
		argv++;
	(void)argc;
	if (log_open(&run.channel, &run.config) == -1)
		return 125;
	log_set_pid(&run.channel, getpid());
	/* A child may end before it is waited for. */
	signal(SIGCHLD, on_signal);
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &run.mask);
	start_logger(&run);
	start_feeder(&run, *argv != NULL ? argv : NULL);
	supervise(&run);
	log_close(&run.channel);
	/* One that was killed has not stored all. */
	while (waitpid(run.logger, &status, 0) != -1 || errno == EINTR)
		if (WIFSTOPPED(status))
			go_on(&run, status);
		else if (WIFSIGNALED(status))
			start_logger(&run);
	write_stats(&run);
	write_tail(&run);
	log_fini(&run.channel);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
