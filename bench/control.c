/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * control IMP [ROUNDS [MANY]]: how long it takes to stop, to restart and to
 * ask for a daemon that obeys at once, from the start of the program that does
 * it to its end, for imp and its peers; and what imp takes for MANY daemons.
 * Peers take turns within each round.
 *
 * Orphans come to us (PR_SET_CHILD_SUBREAPER) and are reaped at once: who
 * looks whether a number is still there must not wait for a lazy init.
 */
#include <config.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define WORDS	   16
#define ROOM	   128
#define MAX_ROUNDS 1000
#define REPEATS	   3
#define PATIENCE   10000000000 /* nanoseconds */

/* What is done to one daemon; all but the first are measured. */
enum deed { UP, STATUS, RESTART, STOP, DEEDS };

static const char *const titles[DEEDS] = {
	[STATUS] = "ask for one daemon",
	[RESTART] = "restart one daemon",
	[STOP] = "stop one daemon",
};

/*
 * In the words # is a service directory, ! a pidfile, ? a socket, IMP the
 * program, TARGET the target, which ends at once if it has an argument.  A peer
 * with a supervisor of its own has it running all the time.
 */
static const struct peer {
	const char *name;
	const char *supervisor[WORDS];
	const char *asks_if_up[WORDS]; /* the supervisor, until it succeeds */
	const char *deeds[DEEDS][WORDS];
} peers[] = {
	{ "a program that does nothing", { NULL }, { NULL }, {
		[STATUS] = { "TARGET", "nothing" },
		[STOP] = { "TARGET", "nothing" },
	} },
	{ "imp, supervised", { NULL }, { NULL }, {
		[UP] = { "IMP", "-n", "kept", "-s", "TARGET" },
		[STATUS] = { "IMP", "--status", "kept" },
		[RESTART] = { "IMP", "--restart", "kept" },
		[STOP] = { "IMP", "--stop", "kept" },
	} },
	{ "imp, exec mode", { NULL }, { NULL }, {
		[UP] = { "IMP", "-n", "exec", "TARGET" },
		[STATUS] = { "IMP", "--status", "exec" },
		[STOP] = { "IMP", "--stop", "exec" },
	} },
	{ "start-stop-daemon", { NULL }, { NULL }, {
		[UP] = { "start-stop-daemon", "-S", "-q", "-b", "-m", "-p", "!",
		    "-a", "TARGET" },
		[STATUS] = { "start-stop-daemon", "-T", "-p", "!" },
		[STOP] = { "start-stop-daemon", "-K", "-q", "-R", "5", "-p",
		    "!" },
	} },
	{ "s6-svc", { "s6-supervise", "#" }, { "s6-svok", "#" }, {
		[UP] = { "s6-svc", "-uwu", "#" },
		[STATUS] = { "s6-svstat", "#" },
		[RESTART] = { "s6-svc", "-rwr", "#" },
		[STOP] = { "s6-svc", "-dwD", "#" },
	} },
	{ "dinitctl", { "dinit", "-u", "-q", "-p", "?", "-d", "#", "boot" },
	    { "dinitctl", "-p", "?", "list" }, {
		[UP] = { "dinitctl", "-p", "?", "start", "target" },
		[STATUS] = { "dinitctl", "-p", "?", "status", "target" },
		[RESTART] = { "dinitctl", "-p", "?", "restart", "target" },
		[STOP] = { "dinitctl", "-p", "?", "stop", "target" },
	} },
	{ "sv", { "runsv", "#" }, { "sv", "check", "#" }, {
		[UP] = { "sv", "start", "#" },
		[STATUS] = { "sv", "status", "#" },
		[RESTART] = { "sv", "restart", "#" },
		[STOP] = { "sv", "stop", "#" },
	} },
};
#define PEERS (sizeof(peers) / sizeof(peers[0]))

struct bench {
	const char *imp;
	char dir[BENCH_DIR_SIZE], target[ROOM];
	char where[WORDS][ROOM]; /* what the words have become */
	int rounds, many;
	bool possible[PEERS];
	pid_t supervisors[PEERS];
};

static double samples[PEERS][DEEDS][MAX_ROUNDS];

static void
put_file(const char *dir, const char *name, mode_t mode, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "we");
	if (file == NULL || fputs(text, file) == EOF || fclose(file) == EOF ||
	    chmod(path, mode) == -1)
		err(1, "cannot write '%s'", path);
}

/* For runit, s6 and dinit alike: down until it is asked for. */
static void
make_service(const struct bench *b, const char *dir)
{
	char text[256];

	if (mkdir(dir, 0755) == -1)
		return;
	snprintf(text, sizeof(text), "#!/bin/sh\nexec %s\n", b->target);
	put_file(dir, "run", 0755, text);
	put_file(dir, "down", 0644, "");
	snprintf(text, sizeof(text), "type = process\ncommand = %s\n",
	    b->target);
	put_file(dir, "target", 0644, text);
	put_file(dir, "boot", 0644, "type = internal\n");
}

static void
command(struct bench *b, size_t peer, const char *const *words,
    const char **argv)
{
	char *room;
	size_t n;

	for (n = 0; n < WORDS && words[n] != NULL; n++) {
		room = b->where[n];
		argv[n] = room;
		if (strcmp(words[n], "TARGET") == 0)
			argv[n] = b->target;
		else if (strcmp(words[n], "IMP") == 0)
			argv[n] = b->imp;
		else if (strcmp(words[n], "!") == 0)
			snprintf(room, ROOM, "%s/%zu.pid", b->dir, peer);
		else if (strcmp(words[n], "?") == 0)
			snprintf(room, ROOM, "%s/%zu.socket", b->dir, peer);
		else if (strcmp(words[n], "#") == 0)
			snprintf(room, ROOM, "%s/%zu", b->dir, peer);
		else
			argv[n] = words[n];
		if (strcmp(words[n], "#") == 0)
			make_service(b, room);
	}
	argv[n] = NULL;
}

/* Whether it succeeds; and what it takes. */
static bool
run(const char *const *argv, double *took_ms)
{
	int64_t began = bench_now_ns();
	pid_t ended, pid = bench_launch(argv);
	int status = -1;

	do
		ended = wait(&status);
	while (ended != pid && (ended != -1 || errno == EINTR));
	if (took_ms != NULL)
		*took_ms = (double)(bench_now_ns() - began) / 1e6;
	return ended == pid && status == 0;
}

static bool
begin_peer(struct bench *b, size_t i)
{
	const char *argv[WORDS + 1];
	int64_t deadline = bench_now_ns() + PATIENCE;

	if (!bench_has(peers[i].deeds[STOP][0]))
		return false;
	if (peers[i].supervisor[0] == NULL)
		return true;
	command(b, i, peers[i].supervisor, argv);
	b->supervisors[i] = bench_launch(argv);
	command(b, i, peers[i].asks_if_up, argv);
	while (!run(argv, NULL)) {
		if (bench_now_ns() > deadline)
			return false;
		(void)poll(NULL, 0, 10);
	}
	return true;
}

static void
end_peer(struct bench *b, size_t i)
{
	if (b->supervisors[i] <= 0)
		return;
	kill(b->supervisors[i], SIGTERM);
	kill(b->supervisors[i], SIGCONT);
	while (waitpid(b->supervisors[i], NULL, 0) == -1 && errno == EINTR)
		continue;
}

/* Negative rounds warm the caches. */
static void
do_deed(struct bench *b, size_t i, enum deed deed, int round, FILE *out)
{
	const char *argv[WORDS + 1];
	double took_ms;

	if (!b->possible[i] || peers[i].deeds[deed][0] == NULL)
		return;
	command(b, i, peers[i].deeds[deed], argv);
	if (!run(argv, &took_ms)) {
		fprintf(out, "%s does not work here\n", peers[i].name);
		b->possible[i] = false;
	} else if (round >= 0)
		samples[i][deed][round] = took_ms;
}

static void
print_deed(const struct bench *b, enum deed deed, FILE *out)
{
	double middle;
	size_t i;

	fprintf(out, "\n%-32s %10s %10s\n", titles[deed], "median ms", "best");
	for (i = 0; i < PEERS; i++) {
		if (!b->possible[i] || peers[i].deeds[deed][0] == NULL)
			continue;
		middle = bench_median(samples[i][deed], b->rounds);
		fprintf(out, "  %-30s %10.2f %10.2f\n", peers[i].name, middle,
		    samples[i][deed][0]);
	}
	fflush(out);
}

static void
measure_one(struct bench *b, FILE *out)
{
	int round, deed;
	size_t i;

	for (i = 0; i < PEERS; i++)
		b->possible[i] = begin_peer(b, i);
	for (round = -2; round < b->rounds; round++)
		for (deed = UP; deed < DEEDS; deed++)
			for (i = 0; i < PEERS; i++)
				do_deed(b, i, (enum deed)deed, round, out);
	for (i = 0; i < PEERS; i++)
		end_peer(b, i);
	for (deed = STATUS; deed < DEEDS; deed++)
		print_deed(b, (enum deed)deed, out);
}

/* Median and best of what was done to all of them. */
static void
print_many(const struct bench *b, const char *what, const char *mode,
    double *times, int n, FILE *out)
{
	char title[64];
	double middle = bench_median(times, n);

	snprintf(title, sizeof(title), "%s %d%s", what, b->many, mode);
	fprintf(out, "  %-30s %10.1f %10.1f\n", title, middle, times[0]);
	fflush(out);
}

static void
start_many(const struct bench *b, bool supervised)
{
	const char *argv[] = { b->imp, "-n", NULL, supervised ? "-s" : "--",
		b->target, NULL };
	char name[32];
	int i;

	for (i = 0; i < b->many; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		argv[2] = name;
		if (!run(argv, NULL))
			errx(1, "cannot start daemon %d of %d", i, b->many);
	}
}

static void
measure_many(const struct bench *b, bool supervised, FILE *out)
{
	const char *const list[] = { b->imp, "--list", NULL };
	const char *const json[] = { b->imp, "--list", "--json", NULL };
	const char *const stop[] = { b->imp, "--stop", "many*", NULL };
	const char *mode = supervised ? ", supervised" : ", exec mode";
	double lists[REPEATS], jsons[REPEATS], stops[REPEATS];
	int i;

	for (i = 0; i < REPEATS; i++) {
		start_many(b, supervised);
		if (!run(list, &lists[i]) || !run(json, &jsons[i]) ||
		    !run(stop, &stops[i]))
			errx(1, "imp failed with %d daemons", b->many);
	}
	print_many(b, "list", mode, lists, REPEATS, out);
	print_many(b, "list --json", mode, jsons, REPEATS, out);
	print_many(b, "stop", mode, stops, REPEATS, out);
}

/* What it prints goes nowhere; our own output does not. */
static FILE *
set_output(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	FILE *out = fd == -1 ? NULL : fdopen(fd, "w");

	if (out == NULL || null_fd == -1 || dup2(null_fd, 0) == -1 ||
	    dup2(null_fd, 1) == -1 || dup2(null_fd, 2) == -1)
		err(1, "cannot set up the output");
	return out;
}

static void
set_up(struct bench *b, const char *self)
{
	struct rlimit limit;
	char path[96];

	if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) == -1)
		err(1, "cannot become a subreaper");
	bench_make_dir(b->dir);
	snprintf(path, sizeof(path), "%s/state", b->dir);
	setenv("IMP_STATE_DIR", path, 1);
	setenv("LC_ALL", "C", 1);
	/* The target is ourselves. */
	snprintf(b->target, sizeof(b->target), "%s/target", b->dir);
	if (symlink(self, b->target) == -1)
		err(1, "cannot make '%s'", b->target);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int
main(int argc, char *argv[])
{
	static struct bench b;
	char self[ROOM];
	FILE *out;

	if (argc < 2)
		for (;;)
			pause();
	if (strcmp(argv[1], "nothing") == 0)
		return 0;
	b.imp = argv[1];
	b.rounds = argc > 2 ? atoi(argv[2]) : 50;
	b.many = argc > 3 ? atoi(argv[3]) : 1000;
	if (b.rounds < 1 || b.rounds > MAX_ROUNDS || b.many < 0 ||
	    realpath("/proc/self/exe", self) == NULL)
		errx(2, "usage: control IMP [ROUNDS [MANY]]");
	set_up(&b, self);
	out = set_output();
	fprintf(out, "%d rounds; the whole life of the program\n", b.rounds);
	measure_one(&b, out);
	fprintf(out, "\n%-32s %10s %10s\n", "many daemons", "median ms",
	    "best");
	measure_many(&b, true, out);
	measure_many(&b, false, out);
	bench_remove_dir(b.dir);
	return 0;
}
