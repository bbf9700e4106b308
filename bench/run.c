/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * run IMP FLOOR STAMP [ROUNDS]: how long imp and its peers take from being
 * invoked to the first instruction of the target, and until they return.
 *
 * Peers take turns within each round, so that what else the machine does hits
 * all of them.  Orphans come to us (PR_SET_CHILD_SUBREAPER), so that no two
 * runs overlap and the page faults of all processes can be counted.
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
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define WORDS	   16
#define MAX_ROUNDS 10000
#define MANY	   10000	/* open descriptors */
#define PATIENCE   20000	/* milliseconds */

/* The ways a command is started.  Each asks something more of the peers. */
enum way { PLAIN, PIDFILE, USER, WAYS };

/*
 * In the words @ is the target and its argument, % a pidfile that is not
 * there, IMP and FLOOR the programs.
 */
static const struct peer {
	const char *name;
	const char *words[WAYS][WORDS];
} peers[] = {
	{ "floor", {
		[PLAIN] = { "FLOOR", "@" },
	} },
	{ "setsid -f", {
		[PLAIN] = { "setsid", "-f", "@" },
	} },
	{ "daemonize", {
		[PLAIN] = { "daemonize", "@" },
		[PIDFILE] = { "daemonize", "-p", "%", "@" },
		[USER] = { "daemonize", "-u", "nobody", "@" },
	} },
	{ "start-stop-daemon", {
		[PLAIN] = { "start-stop-daemon", "-S", "-q", "-b", "-p", "%",
		    "-a", "@" },
		[PIDFILE] = { "start-stop-daemon", "-S", "-q", "-b", "-m",
		    "-p", "%", "-a", "@" },
		[USER] = { "start-stop-daemon", "-S", "-q", "-b", "-p", "%",
		    "-c", "nobody", "-a", "@" },
	} },
	{ "daemon", {
		[PLAIN] = { "daemon", "-U", "--", "@" },
		[PIDFILE] = { "daemon", "-U", "-n", "bench", "-F", "%", "--",
		    "@" },
		[USER] = { "daemon", "-u", "nobody", "--", "@" },
	} },
	{ "imp", {
		[PLAIN] = { "IMP", "@" },
		[PIDFILE] = { "IMP", "-p", "%", "@" },
		[USER] = { "IMP", "-u", "nobody", "@" },
	} },
};
#define PEERS	  (sizeof(peers) / sizeof(peers[0]))
#define REFERENCE 2		/* daemonize */

static const struct setting {
	const char *title;
	enum way way;
	rlim_t nofile;		/* 0: as we have it */
	bool many;		/* descriptors */
} settings[] = {
	{ "plain", PLAIN, 0, false },
	{ "with a pidfile", PIDFILE, 0, false },
	{ "as another user", USER, 0, false },
	{ "plain, RLIMIT_NOFILE 1,024", PLAIN, 1024, false },
	{ "plain, RLIMIT_NOFILE 1,048,576", PLAIN, 1048576, false },
	{ "plain, 10,000 open descriptors", PLAIN, MANY + 100, true },
};

struct bench {
	const char *imp, *floor, *stamp;
	char dir[BENCH_DIR_SIZE], fifo[96], pidfile[96], trace[96], target[96];
	int fifo_fd;
	int rounds;
};

struct sample {
	double start_us, return_us;
	long faults;
};

struct result {
	bool possible;
	struct sample median;
	double starts[MAX_ROUNDS], returns[MAX_ROUNDS], faults[MAX_ROUNDS];
};

static struct result results[PEERS];

/* What a word stands for, with its own argument when it is the target. */
static size_t
expand(const struct bench *b, const char *word, const char **argv)
{
	if (strcmp(word, "@") == 0) {
		argv[0] = b->target;
		argv[1] = b->fifo;
		return 2;
	}
	argv[0] = strcmp(word, "%") == 0 ? b->pidfile :
	    strcmp(word, "IMP") == 0 ? b->imp :
	    strcmp(word, "FLOOR") == 0 ? b->floor : word;
	/* start-stop-daemon wants its own -- behind the target. */
	return 1;
}

static void
command(const struct bench *b, const char *const *words, const char **argv)
{
	bool divided = strcmp(words[0], "start-stop-daemon") == 0;
	size_t n = 0;

	for (; *words != NULL; words++) {
		n += expand(b, *words, argv + n);
		if (divided && strcmp(*words, "@") == 0) {
			argv[n] = argv[n - 1];
			argv[n - 1] = "--";
			n++;
		}
	}
	argv[n] = NULL;
}

/* The target's stamp, or -1 when none comes. */
static int64_t
read_stamp(const struct bench *b)
{
	struct pollfd p = { .fd = b->fifo_fd, .events = POLLIN };
	int64_t ns;

	if (poll(&p, 1, PATIENCE) != 1 ||
	    read(b->fifo_fd, &ns, sizeof(ns)) != sizeof(ns))
		return -1;
	return ns;
}

static long
faults_of_children(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* Run once; whether it worked. */
static bool
run_once(const struct bench *b, const char *const *argv, struct sample *sample)
{
	long faults = faults_of_children();
	int64_t began = bench_now_ns(), stamp, returned;
	pid_t pid = bench_launch(argv);
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		return false;
	returned = bench_now_ns();
	stamp = read_stamp(b);
	while (wait(NULL) != -1 || errno == EINTR)
		continue;
	unlink(b->pidfile);
	sample->start_us = (double)(stamp - began) / 1000;
	sample->return_us = (double)(returned - began) / 1000;
	sample->faults = faults_of_children() - faults;
	return stamp != -1;
}

static void
run_peer(const struct bench *b, const struct setting *s, size_t i, int round)
{
	const char *argv[2 * WORDS];
	struct result *r = &results[i];
	struct sample sample = { 0 };

	if (!r->possible)
		return;
	command(b, peers[i].words[s->way], argv);
	if (!run_once(b, argv, &sample)) {
		printf("%s: %s does not work here\n", s->title, peers[i].name);
		r->possible = false;
		return;
	}
	if (round < 0)
		return;
	r->starts[round] = sample.start_us;
	r->returns[round] = sample.return_us;
	r->faults[round] = (double)sample.faults;
}

static void
print_result(size_t i)
{
	const struct sample *m = &results[i].median;

	printf("  %-32s %9.0f", peers[i].name, m->start_us);
	if (results[REFERENCE].possible)
		printf(" %7.2f",
		    m->start_us / results[REFERENCE].median.start_us);
	else
		printf(" %7s", "-");
	printf(" %11.0f %7ld\n", m->return_us, m->faults);
}

static void
summarize(const struct bench *b, const struct setting *s)
{
	printf("\n%-34s %9s %7s %11s %7s\n", s->title, "start us", "ratio",
	    "return us", "faults");
	for (size_t i = 0; i < PEERS; i++) {
		struct result *r = &results[i];

		if (!r->possible)
			continue;
		r->median.start_us = bench_median(r->starts, b->rounds);
		r->median.return_us = bench_median(r->returns, b->rounds);
		r->median.faults = (long)bench_median(r->faults, b->rounds);
	}
	for (size_t i = 0; i < PEERS; i++)
		if (results[i].possible)
			print_result(i);
	fflush(stdout);
}

/* Raises the hard limit if it must and may. */
static bool
set_nofile(rlim_t nofile, const struct rlimit *original)
{
	struct rlimit limit = { nofile, original->rlim_max };

	if (limit.rlim_max < nofile)
		limit.rlim_max = nofile;
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return true;
	limit.rlim_cur = limit.rlim_max = original->rlim_max;
	printf("\nthe limit of descriptors is %ju here:",
	    (uintmax_t)limit.rlim_cur);
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* Surround ourselves, and so the peers, as asked; whether that could be. */
static bool
arrange(const struct setting *s, const struct rlimit *original)
{
	if (s->nofile != 0 && !set_nofile(s->nofile, original))
		return false;
	if (s->many)
		for (int i = 0; i < MANY; i++)
			if (dup(0) == -1)
				return false;
	return true;
}

static bool
is_possible(const struct peer *peer, enum way way)
{
	const char *program = peer->words[way][0];

	return program != NULL && (way != USER || geteuid() == 0) &&
	    bench_has(program);
}

static void
run_setting(const struct bench *b, const struct setting *s,
    const struct rlimit *original)
{
	for (size_t i = 0; i < PEERS; i++)
		results[i].possible = is_possible(&peers[i], s->way);
	if (!arrange(s, original)) {
		printf("\n%s: not possible here\n", s->title);
		return;
	}
	/* The first two rounds warm the caches. */
	for (int round = -2; round < b->rounds; round++)
		for (size_t i = 0; i < PEERS; i++)
			run_peer(b, s, (i + (size_t)round + 2) % PEERS, round);
	summarize(b, s);
	if (s->many)
		closefrom(b->fifo_fd + 1);
	setrlimit(RLIMIT_NOFILE, original);
}

/* Lines of a trace that begin a system call. */
static int
count_calls(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	int calls = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strstr(line, "<... ") == NULL &&
		    strstr(line, " +++ ") == NULL &&
		    strstr(line, " --- ") == NULL && strchr(line, '('))
			calls++;
	if (file != NULL)
		fclose(file);
	return calls;
}

/* The system calls of all processes of one plain start, or -1. */
static int
trace(const struct bench *b, const char *const *words)
{
	const char *argv[2 * WORDS + 8] = { "strace", "-f", "-qq", "-s", "0",
	    "-o", b->trace };
	struct sample sample;

	command(b, words, argv + 7);
	return run_once(b, argv, &sample) ? count_calls(b->trace) : -1;
}

static void
trace_all(const struct bench *b)
{
	static const char *const alone[] = { "@", NULL };
	int own = trace(b, alone);

	printf("\n%-34s %9s   (all processes, less the target's %d)\n",
	    "plain", "calls", own);
	for (size_t i = 0; own != -1 && i < PEERS; i++) {
		int calls = is_possible(&peers[i], PLAIN) ?
		    trace(b, peers[i].words[PLAIN]) : -1;

		if (calls != -1)
			printf("  %-32s %9d\n", peers[i].name, calls - own);
	}
}

static void
print_target(const struct bench *b)
{
	static const char *const alone[] = { "@", NULL };
	const char *argv[4];
	struct sample sample;

	command(b, alone, argv);
	if (!run_once(b, argv, &sample) || !run_once(b, argv, &sample))
		errx(1, "'%s' does not work", b->stamp);
	printf("medians of %d rounds; ratio: to %s; faults: page faults of "
	    "all processes,\nwhich are %ld for the target alone\n", b->rounds,
	    peers[REFERENCE].name, sample.faults);
}

static void
prepare(struct bench *b)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	bench_make_dir(b->dir);
	snprintf(b->fifo, sizeof(b->fifo), "%s/fifo", b->dir);
	snprintf(b->pidfile, sizeof(b->pidfile), "%s/pid", b->dir);
	snprintf(b->target, sizeof(b->target), "%s/stamp", b->dir);
	snprintf(b->trace, sizeof(b->trace), "%s/trace", b->dir);
	if (mkfifo(b->fifo, 0600) == -1 || chmod(b->fifo, 0622) == -1)
		err(1, "cannot make '%s'", b->fifo);
	bench_copy(b->stamp, b->target);
	/* Not a terminal, for any of them. */
	dup2(null_fd, 0);
	dup2(null_fd, 2);
	close(null_fd);
	b->fifo_fd = open(b->fifo, O_RDWR | O_CLOEXEC);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int
main(int argc, char *argv[])
{
	struct bench b = { .rounds = 200 };
	struct rlimit original;

	if (argc < 4)
		errx(2, "usage: run IMP FLOOR STAMP [ROUNDS]");
	b.imp = argv[1];
	b.floor = argv[2];
	b.stamp = argv[3];
	if (argc > 4)
		b.rounds = atoi(argv[4]);
	if (b.rounds < 1 || b.rounds > MAX_ROUNDS)
		errx(2, "1 to %d rounds", MAX_ROUNDS);
	getrlimit(RLIMIT_NOFILE, &original);
	prepare(&b);
	print_target(&b);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		run_setting(&b, &settings[i], &original);
	trace_all(&b);
	bench_remove_dir(b.dir);
	return 0;
}
