/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * supervisors IMP LOOP LIFE [ROUNDS]: what it costs to stay with a daemon,
 * for imp and its peers.  Peers take turns within each round.
 *
 * Supervisors come to us when they detach (PR_SET_CHILD_SUBREAPER), so the
 * children of ours are the supervisors, and theirs are the targets.
 */
#include <config.h>

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define WORDS	   12
#define MAX_ROUNDS 1000
#define PATIENCE   20000 /* milliseconds */
#define STEADY_MS  1100	 /* those that hold back do so for a second */
#define STEADY	   10	 /* rounds */
#define LOOP_MS	   2500
#define IDLE_MS	   5000
#define IDLE	   200 /* supervisors */
#define CROWD	   1000
#define CHILDREN   (CROWD + 200)

/* What is measured of a peer, because it can do it in the sense meant. */
enum { RESTARTS = 1, STOPS = 2, DETACHES = 4 };

/*
 * In the words @ is the target, # a service directory, % a name of its own, !
 * a pidfile of its own, IMP and LOOP the programs.
 */
static const struct peer {
	const char *name;
	const char *words[WORDS];
	int can;
} peers[] = {
	{ "loop", { "LOOP", "@" }, RESTARTS },
	{ "runsv", { "runsv", "#" }, RESTARTS | STOPS },
	{ "s6-supervise", { "s6-supervise", "#" }, RESTARTS | STOPS },
	{ "supervise", { "supervise", "#" }, RESTARTS },
	{ "daemon", { "daemon", "-U", "-r", "-n", "%", "-F", "!", "--", "@" },
	    STOPS | DETACHES },
	{ "imp", { "IMP", "-s", "-r", "--respawn-delay=0", "-n", "%", "@" },
	    RESTARTS | STOPS | DETACHES },
};
#define PEERS (sizeof(peers) / sizeof(peers[0]))
enum { REF_LOOP = 0, REF_RUNSV = 1, REF_DAEMON = 4 };

struct bench {
	const char *imp, *loop, *life;
	char dir[BENCH_DIR_SIZE], fifo[96], target[96];
	char where[PEERS][WORDS][128]; /* what the words have become */
	int fifo_fd;
	int rounds;
	bool possible[PEERS];
};

struct birth {
	int64_t ns, pid;
};

/* A supervisor with its target. */
struct life {
	pid_t supervisor, target;
	int64_t began_ns, born_ns;
};

static double samples[PEERS][MAX_ROUNDS];

static void
pass_ms(int ms)
{
	(void)poll(NULL, 0, ms);
}

/* A service directory, in which the target is what is run. */
static void
make_service(const struct bench *b, const char *dir)
{
	char run[192];

	(void)mkdir(dir, 0755);
	snprintf(run, sizeof(run), "%s/run", dir);
	if (access(run, X_OK) == -1 && symlink(b->target, run) == -1)
		err(1, "cannot make '%s'", run);
}

static void
command(struct bench *b, size_t i, int number, const char **argv)
{
	const char *const *words = peers[i].words;
	char *room;
	size_t n;

	for (n = 0; words[n] != NULL; n++) {
		room = b->where[i][n];
		argv[n] = room;
		if (strcmp(words[n], "@") == 0)
			argv[n] = b->target;
		else if (strcmp(words[n], "IMP") == 0)
			argv[n] = b->imp;
		else if (strcmp(words[n], "LOOP") == 0)
			argv[n] = b->loop;
		else if (strcmp(words[n], "%") == 0)
			snprintf(room, sizeof(b->where[0][0]), "bench-%d-%d",
			    (int)getpid(), number);
		else if (strcmp(words[n], "#") == 0)
			snprintf(room, sizeof(b->where[0][0]), "%s/%s-%d",
			    b->dir, peers[i].name, number);
		else if (strcmp(words[n], "!") == 0)
			snprintf(room, sizeof(b->where[0][0]), "%s/%d.pid",
			    b->dir, number);
		else
			argv[n] = words[n];
		if (strcmp(words[n], "#") == 0)
			make_service(b, room);
	}
	argv[n] = NULL;
}

static pid_t
launch(struct bench *b, size_t i, int number)
{
	const char *argv[WORDS + 1];

	command(b, i, number, argv);
	return bench_launch(argv);
}

static bool
read_birth(const struct bench *b, int patience_ms, struct birth *birth)
{
	struct pollfd p = { .fd = b->fifo_fd, .events = POLLIN };

	return poll(&p, 1, patience_ms) == 1 &&
	       read(b->fifo_fd, birth, sizeof(*birth)) == sizeof(*birth);
}

static pid_t
parent_of(pid_t pid)
{
	char path[64];
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file != NULL && fscanf(file, "%*d (%*[^)]) %*c %d", &parent) != 1)
		parent = 0;
	if (file != NULL)
		fclose(file);
	return parent;
}

/* Our children, as many as there is room for. */
static int
children(pid_t *pids)
{
	char path[64];
	FILE *file;
	int n = 0, pid;

	snprintf(
	    path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "re");
	if (file == NULL)
		err(1, "cannot read '%s'", path);
	while (n < CHILDREN && fscanf(file, "%d", &pid) == 1)
		pids[n++] = pid;
	fclose(file);
	return n;
}

/* All that descends from us, politely first. */
static void
end_everything(void)
{
	static pid_t pids[CHILDREN];
	int64_t polite_until = bench_now_ns() + 15000000000;
	int i, n;

	for (;;) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		n = children(pids);
		if (n == 0)
			return;
		for (i = 0; i < n; i++)
			kill(pids[i],
			    bench_now_ns() < polite_until ? SIGTERM : SIGKILL);
		pass_ms(10);
	}
}

static bool
begin_life(struct bench *b, size_t i, int number, struct life *life)
{
	struct birth birth;

	life->began_ns = bench_now_ns();
	(void)launch(b, i, number);
	if (!read_birth(b, PATIENCE, &birth))
		return false;
	life->born_ns = birth.ns;
	life->target = (pid_t)birth.pid;
	life->supervisor = parent_of(life->target);
	return true;
}

static void
wait_for_end(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	(void)poll(&p, 1, PATIENCE);
	close(pidfd);
}

/* TERM to the supervisor until neither is there, in microseconds. */
static double
end_life(const struct life *life)
{
	int target = (int)syscall(SYS_pidfd_open, life->target, 0);
	int supervisor = (int)syscall(SYS_pidfd_open, life->supervisor, 0);
	int64_t began = bench_now_ns();

	kill(life->supervisor, SIGTERM);
	wait_for_end(target);
	wait_for_end(supervisor);
	return (double)(bench_now_ns() - began) / 1000;
}

static void
heading(const char *title, const char *unit, size_t reference)
{
	char text[64];

	snprintf(text, sizeof(text), "ratio to %s", peers[reference].name);
	printf("\n%-38s %10s %20s\n", title, unit, text);
}

static void
print_row(size_t i, double value, double reference, int decimals)
{
	printf("  %-36s %10.*f", peers[i].name, decimals, value);
	if (reference > 0)
		printf(" %20.2f", value / reference);
	printf("\n");
	fflush(stdout);
}

static void
print_medians(const struct bench *b, const char *title, size_t reference,
    int wanted, int rounds)
{
	double medians[PEERS] = { 0 };
	size_t i;

	for (i = 0; i < PEERS; i++)
		if (b->possible[i] && (peers[i].can & wanted) == wanted)
			medians[i] = bench_median(samples[i], rounds);
	heading(title, "us", reference);
	for (i = 0; i < PEERS; i++)
		if (medians[i] > 0)
			print_row(i, medians[i], medians[reference], 0);
}

static void
measure_starts_and_stops(struct bench *b)
{
	static double stops[PEERS][MAX_ROUNDS];
	struct life life;
	int round;
	size_t i;

	for (round = -2; round < b->rounds; round++)
		for (i = 0; i < PEERS; i++) {
			double stop = 0;

			if (!b->possible[i])
				continue;
			if (!begin_life(b, i, 0, &life))
				errx(1, "%s starts nothing", peers[i].name);
			/* Until it waits. */
			pass_ms(2);
			if ((peers[i].can & STOPS) != 0)
				stop = end_life(&life);
			end_everything();
			if (round < 0)
				continue;
			samples[i][round] =
			    (double)(life.born_ns - life.began_ns) / 1000;
			stops[i][round] = stop;
		}
	print_medians(b, "start, to the target's first instruction", REF_RUNSV,
	    0, b->rounds);
	memcpy(samples, stops, sizeof(samples));
	print_medians(
	    b, "stop, until nothing is left", REF_RUNSV, STOPS, b->rounds);
}

/* SIGKILL of a target that has run for a while, to the next one's birth. */
static void
measure_restarts(struct bench *b)
{
	struct life lives[PEERS];
	struct birth birth;
	int64_t began;
	int round;
	size_t i;

	for (i = 0; i < PEERS; i++)
		if (b->possible[i] && (peers[i].can & RESTARTS) != 0 &&
		    !begin_life(b, i, 0, &lives[i]))
			errx(1, "%s starts nothing", peers[i].name);
	for (round = 0; round < STEADY; round++) {
		pass_ms(STEADY_MS);
		for (i = 0; i < PEERS; i++) {
			if (!b->possible[i] || (peers[i].can & RESTARTS) == 0)
				continue;
			began = bench_now_ns();
			kill(lives[i].target, SIGKILL);
			if (!read_birth(b, PATIENCE, &birth))
				errx(1, "%s restarts nothing", peers[i].name);
			lives[i].target = (pid_t)birth.pid;
			samples[i][round] = (double)(birth.ns - began) / 1000;
		}
	}
	end_everything();
	print_medians(b, "restart, steady", REF_LOOP, RESTARTS, STEADY);
}

/* From one birth to the next when the target ends at once. */
static double
crash_interval(struct bench *b, size_t i)
{
	struct birth first, last, late;
	int64_t until;
	int n = 0;

	(void)launch(b, i, 0);
	if (!read_birth(b, PATIENCE, &first))
		errx(1, "%s starts nothing", peers[i].name);
	last = first;
	until = first.ns + (int64_t)LOOP_MS * 1000000;
	while (last.ns < until && n < 2000 && read_birth(b, PATIENCE, &last))
		n++;
	end_everything();
	while (read_birth(b, 0, &late))
		continue;
	return (double)(last.ns - first.ns) / 1000 / n;
}

static void
measure_crash_loops(struct bench *b)
{
	double intervals[PEERS] = { 0 };
	size_t i;

	setenv("LIFE_ENDS", "1", 1);
	for (i = 0; i < PEERS; i++)
		if (b->possible[i] && (peers[i].can & RESTARTS) != 0)
			intervals[i] = crash_interval(b, i);
	unsetenv("LIFE_ENDS");
	heading("crash loop, from start to start", "us", REF_LOOP);
	for (i = 0; i < PEERS; i++)
		if (intervals[i] > 0)
			print_row(i, intervals[i], intervals[REF_LOOP], 0);
}

/* Add up the numbers behind the lines of a file that begin so. */
static long
add_up(pid_t pid, const char *name, const char *beginning)
{
	char path[64], line[256];
	FILE *file;
	long sum = 0;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, beginning, strlen(beginning)) == 0)
			sum += strtol(strchr(line, ':') + 1, NULL, 10);
	if (file != NULL)
		fclose(file);
	return sum;
}

static long
wakeups(const pid_t *pids, int n)
{
	long sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += add_up(pids[i], "status", "voluntary_ctxt") +
		       add_up(pids[i], "status", "nonvoluntary_ctxt");
	return sum;
}

static void
start_many(struct bench *b, size_t i, int count)
{
	struct life life;
	int number;

	for (number = 1; number <= count; number++)
		if (!begin_life(b, i, number, &life))
			errx(1, "%s starts nothing", peers[i].name);
	pass_ms(500);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

static void
measure_idle(struct bench *b)
{
	double memory[PEERS] = { 0 }, wakes[PEERS] = { 0 };
	static pid_t pids[CHILDREN];
	long before;
	size_t i;
	int n, j;

	for (i = 0; i < PEERS; i++) {
		if (!b->possible[i])
			continue;
		start_many(b, i, IDLE);
		n = children(pids);
		if (n != IDLE)
			errx(1, "%s: %d supervisors", peers[i].name, n);
		before = wakeups(pids, n);
		pass_ms(IDLE_MS);
		wakes[i] = (double)(wakeups(pids, n) - before);
		for (j = 0; j < n; j++)
			memory[i] +=
			    (double)add_up(pids[j], "smaps_rollup", "Private_");
		memory[i] /= n;
		end_everything();
	}
	heading("private memory of an idle supervisor", "KiB", REF_RUNSV);
	for (i = 0; i < PEERS; i++)
		if (b->possible[i])
			print_row(i, memory[i], memory[REF_RUNSV], 1);
	printf("\n%-38s %10s\n", "wake-ups of 200 in 5 s", "");
	for (i = 0; i < PEERS; i++)
		if (b->possible[i])
			print_row(i, wakes[i], 0, 0);
}

static double
crowd_ms(struct bench *b, size_t i)
{
	int64_t began = bench_now_ns();
	int number, status;

	for (number = 1; number <= CROWD; number++)
		if (waitpid(launch(b, i, number), &status, 0) == -1 ||
		    status != 0)
			errx(1, "%s: number %d fails", peers[i].name, number);
	return (double)(bench_now_ns() - began) / 1000000;
}

static void
measure_crowd(struct bench *b)
{
	double ms[PEERS] = { 0 };
	size_t i;

	unsetenv("LIFE_FIFO");
	for (i = 0; i < PEERS; i++)
		if (b->possible[i] && (peers[i].can & DETACHES) != 0) {
			ms[i] = crowd_ms(b, i);
			end_everything();
		}
	heading("1,000 daemons from 1,000 commands", "ms", REF_DAEMON);
	for (i = 0; i < PEERS; i++)
		if (ms[i] > 0)
			print_row(i, ms[i], ms[REF_DAEMON], 0);
}

static void
prepare(struct bench *b)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	char state[96];
	size_t i;

	bench_make_dir(b->dir);
	snprintf(b->fifo, sizeof(b->fifo), "%s/fifo", b->dir);
	snprintf(b->target, sizeof(b->target), "%s/life", b->dir);
	snprintf(state, sizeof(state), "%s/state", b->dir);
	if (mkfifo(b->fifo, 0600) == -1)
		err(1, "cannot make '%s'", b->fifo);
	bench_copy(b->life, b->target);
	for (i = 0; i < PEERS; i++)
		b->possible[i] = bench_has(peers[i].words[0]);
	dup2(null_fd, 0);
	dup2(null_fd, 2);
	close(null_fd);
	b->fifo_fd = open(b->fifo, O_RDWR | O_CLOEXEC);
	setenv("LIFE_FIFO", b->fifo, 1);
	setenv("IMP_STATE_DIR", state, 1);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int
main(int argc, char *argv[])
{
	static struct bench b = { .rounds = 30 };

	if (argc < 4)
		errx(2, "usage: supervisors IMP LOOP LIFE [ROUNDS]");
	b.imp = argv[1];
	b.loop = argv[2];
	b.life = argv[3];
	if (argc > 4)
		b.rounds = atoi(argv[4]);
	if (b.rounds < 1 || b.rounds > MAX_ROUNDS)
		errx(2, "1 to %d rounds", MAX_ROUNDS);
	prepare(&b);
	measure_starts_and_stops(&b);
	measure_restarts(&b);
	measure_crash_loops(&b);
	measure_idle(&b);
	measure_crowd(&b);
	bench_remove_dir(b.dir);
	return 0;
}
