/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * logger PUMP [ROUNDS [MEGABYTES]]: how fast imp's logger and its peers store
 * lines of 100 bytes, and at what cost.  PUMP is bench/pump, the floor.
 *
 * Each writes to a directory of its own on /dev/shm.  Peers take turns within
 * a round; what came out is counted and compared with what went in.  The
 * processor time is that of the logging process alone, but that daemon(1) and
 * supervisord(8) need a cat(1) to log.
 */
#include <config.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "log/channel.h"

#define LINE	   100
#define CHUNK	   (LINE * 640)
#define ROTATE_AT  10000000
#define MAX_ROUNDS 25
#define WORDS	   12
#define ROUNDS	   "3"
#define MEGABYTES  "640"

enum way { RAW, STAMPED, SINGLY, WAYS };

static const char *const titles[WAYS] = {
	[RAW] = "rotation at 10 MB, nothing per line",
	[STAMPED] = "ISO stamps, rotation at 10 MB",
	[SINGLY] = "one write per line, rotation at 10 MB",
};

/* @ is the directory, PUMP the program; no words: imp. */
static const struct peer {
	const char *name;
	const char *words[WAYS][WORDS];
} peers[] = {
	{ "pump",
	    {
		[RAW] = { "PUMP", "@/log" },
		[STAMPED] = { "PUMP", "@/log", "stamp" },
		[SINGLY] = { "PUMP", "@/log" },
	    } },
	{ "imp", { { NULL } } },
	{ "s6-log",
	    {
		[RAW] = { "s6-log", "n100000", "s10000000", "@" },
		[STAMPED] = { "s6-log", "n100000", "s10000000", "T", "@" },
		[SINGLY] = { "s6-log", "n100000", "s10000000", "@" },
	    } },
	{ "svlogd",
	    {
		[RAW] = { "svlogd", "@" },
		[STAMPED] = { "svlogd", "-ttt", "@" },
		[SINGLY] = { "svlogd", "@" },
	    } },
	{ "multilog",
	    {
		[RAW] = { "multilog", "n100000", "s10000000", "@" },
		[STAMPED] = { "multilog", "t", "n100000", "s10000000", "@" },
		[SINGLY] = { "multilog", "n100000", "s10000000", "@" },
	    } },
	{ "daemon -o",
	    {
		[RAW] = { "daemon", "-U", "-f", "-o", "@/log", "--", "cat" },
		[SINGLY] = { "daemon", "-U", "-f", "-o", "@/log", "--", "cat" },
	    } },
	{ "supervisord",
	    {
		[RAW] = { "supervisord", "-c", "@/.supervisord" },
		[SINGLY] = { "supervisord", "-c", "@/.supervisord" },
	    } },
};
#define PEERS (sizeof(peers) / sizeof(peers[0]))

struct result {
	bool possible;
	double seconds[MAX_ROUNDS], cpu[MAX_ROUNDS];
	long max_rss_kb;
};

struct bench {
	const char *pump;
	char dir[BENCH_DIR_SIZE];
	uint64_t bytes;
	int rounds;
	struct result results[PEERS];
};

/* Write the lines.  Runs in a child. */
static void
feed(int fd, uint64_t bytes, size_t at_once)
{
	static char chunk[CHUNK];
	size_t i, done;
	ssize_t n;

	for (i = 0; i < sizeof(chunk); i++)
		chunk[i] = i % LINE == LINE - 1 ? '\n' : (char)('!' + i % 90);
	while (bytes > 0) {
		for (done = 0; done < at_once; done += (size_t)n) {
			n = write(fd, chunk + done, at_once - done);
			if (n <= 0)
				_exit(1);
		}
		bytes -= at_once < bytes ? at_once : bytes;
	}
	_exit(0);
}

static pid_t
start_feed(const struct bench *b, enum way way, int fd)
{
	pid_t pid = fork();

	if (pid == -1)
		err(1, "cannot fork");
	if (pid == 0)
		feed(fd, b->bytes, way == SINGLY ? LINE : CHUNK);
	return pid;
}

static void
remove_files(const char *dir)
{
	struct dirent *entry;
	DIR *d = opendir(dir);

	if (d == NULL)
		err(1, "%s", dir);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
}

static uint64_t
lines_in(int dir_fd, const char *name)
{
	static char buf[1 << 20];
	int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	uint64_t lines = 0;
	const char *p;
	ssize_t n;

	if (fd == -1)
		return 0;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (p = buf;
		     (p = memchr(p, '\n', (size_t)(buf + n - p))) != NULL; p++)
			lines++;
	close(fd);
	return lines;
}

/* The lines, and the bytes without the stamps, in all of a directory. */
static uint64_t
count_lines(const char *dir)
{
	struct dirent *entry;
	uint64_t lines = 0;
	DIR *d = opendir(dir);

	if (d == NULL)
		err(1, "%s", dir);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.' &&
		    strcmp(entry->d_name, "config") != 0 &&
		    strcmp(entry->d_name, "state") != 0)
			lines += lines_in(dirfd(d), entry->d_name);
	closedir(d);
	return lines;
}

static FILE *
create(const char *dir, const char *name)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "we");
	if (file == NULL)
		err(1, "%s", path);
	return file;
}

/* What others get as arguments. */
static void
write_configs(const char *dir)
{
	FILE *file = create(dir, "config");

	fprintf(file, "s%d\nn0\n", ROTATE_AT);
	fclose(file);
	file = create(dir, ".supervisord");
	fprintf(file,
	    "[supervisord]\nnodaemon=true\nuser=root\n"
	    "logfile=/dev/null\nlogfile_maxbytes=0\npidfile=%s/.pid\n"
	    "[program:feed]\nautorestart=false\nstartsecs=0\n"
	    /* It keeps standard input for itself, and does not end. */
	    "command=sh -c 'cat /proc/$PPID/fd/0; kill $PPID'\n"
	    "stdout_logfile=%s/log\nstdout_logfile_backups=1000\n"
	    "stdout_logfile_maxbytes=%d\n",
	    dir, dir, ROTATE_AT);
	fclose(file);
}

static void
exec_peer(const struct bench *b, const char *const *words, int from_fd)
{
	char texts[WORDS][PATH_MAX];
	char *argv[WORDS + 1];
	int null_fd, i;

	for (i = 0; words[i] != NULL; i++) {
		if (words[i][0] == '@')
			snprintf(
			    texts[i], PATH_MAX, "%s%s", b->dir, words[i] + 1);
		else
			snprintf(texts[i], PATH_MAX, "%s",
			    strcmp(words[i], "PUMP") == 0 ? b->pump : words[i]);
		argv[i] = texts[i];
	}
	argv[i] = NULL;
	/* daemon -f repeats what it logs. */
	null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (dup2(from_fd, 0) == -1 || dup2(null_fd, 1) == -1)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

static double
cpu_of(const struct rusage *usage)
{
	return (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) /
		   1e6;
}

/* Wait for both; returns whether the logger ended well. */
static bool
wait_for(pid_t feeder, pid_t logger, struct rusage *usage)
{
	int status;

	while (waitpid(feeder, &status, 0) == -1 && errno == EINTR)
		continue;
	while (wait4(logger, &status, 0, usage) == -1 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
run_peer(const struct bench *b, const struct peer *peer, enum way way,
    struct rusage *usage)
{
	pid_t feeder, logger;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		err(1, "cannot make a pipe");
	logger = fork();
	if (logger == -1)
		err(1, "cannot fork");
	if (logger == 0)
		exec_peer(b, peer->words[way], fds[0]);
	close(fds[0]);
	feeder = start_feed(b, way, fds[1]);
	close(fds[1]);
	return wait_for(feeder, logger, usage);
}

static bool
run_imp(const struct bench *b, enum way way, struct rusage *usage)
{
	char path[PATH_MAX];
	struct dest dest = { .kind = DEST_FILE, .text = path };
	struct spec_log log = { .mode = 0640,
		.rotate = true,
		.max_bytes = ROTATE_AT,
		.keep = 100000 };
	struct log_config config = { .dest = &dest,
		.path = path,
		.log = &log,
		.name = "bench",
		.instance = "",
		.carries = { true, true },
		.forward_fd = -1,
		.uid = (uid_t)-1,
		.gid = (gid_t)-1 };
	struct log_channel channel;
	pid_t feeder, logger;
	bool well;

	snprintf(path, sizeof(path), "%s/log", b->dir);
	if (way == STAMPED)
		log.stamp = LOG_STAMP_ISO;
	if (log_open(&channel, &config) == -1)
		exit(1);
	logger = fork();
	if (logger == -1)
		err(1, "cannot fork");
	if (logger == 0)
		log_run(&channel);
	feeder = start_feed(b, way, log_target_fd(&channel, LOG_STDOUT));
	log_close(&channel);
	well = wait_for(feeder, logger, usage);
	log_fini(&channel);
	return well;
}

static void
run_once(struct bench *b, size_t peer, enum way way, int round)
{
	struct result *result = &b->results[peer];
	uint64_t lines = b->bytes / LINE;
	struct rusage usage;
	int64_t began;
	bool well;

	if (!result->possible)
		return;
	remove_files(b->dir);
	write_configs(b->dir);
	began = bench_now_ns();
	if (peers[peer].words[RAW][0] == NULL)
		well = run_imp(b, way, &usage);
	else
		well = run_peer(b, &peers[peer], way, &usage);
	result->seconds[round] = (double)(bench_now_ns() - began) / 1e9;
	result->cpu[round] = cpu_of(&usage);
	result->max_rss_kb = usage.ru_maxrss;
	if (!well)
		result->possible = false; /* it is not installed */
	else if (count_lines(b->dir) != lines) {
		warnx("%s: %ju lines of %ju", peers[peer].name,
		    (uintmax_t)count_lines(b->dir), (uintmax_t)lines);
		result->possible = false;
	}
}

static void
run_way(struct bench *b, enum way way)
{
	double gigabytes = (double)b->bytes / 1e9;
	double floor_speed = 0, speed;
	struct result *result;
	size_t i;
	int round;

	for (i = 0; i < PEERS; i++)
		b->results[i].possible = peers[i].words[RAW][0] == NULL ||
					 peers[i].words[way][0] != NULL;
	for (round = 0; round < b->rounds; round++)
		for (i = 0; i < PEERS; i++)
			run_once(b, i, way, round);
	printf("\n%s (%.2f GB)\n", titles[way], gigabytes);
	printf("%-12s %8s %9s %9s %9s\n", "", "GB/s", "of pump", "CPU s/GB",
	    "RSS KiB");
	for (i = 0; i < PEERS; i++) {
		result = &b->results[i];
		if (!result->possible)
			continue;
		speed = gigabytes / bench_median(result->seconds, b->rounds);
		if (i == 0)
			floor_speed = speed;
		printf("%-12s %8.2f %9.2f %9.2f %9ld\n", peers[i].name, speed,
		    speed / floor_speed,
		    bench_median(result->cpu, b->rounds) / gigabytes,
		    result->max_rss_kb);
	}
	fflush(stdout);
}

int
main(int argc, char *argv[])
{
	static struct bench bench;
	int megabytes = atoi(argc > 3 ? argv[3] : MEGABYTES);

	if (argc < 2)
		errx(2, "usage: logger PUMP [ROUNDS [MEGABYTES]]");
	bench.pump = argv[1];
	bench.rounds = atoi(argc > 2 ? argv[2] : ROUNDS);
	if (bench.rounds < 1 || bench.rounds > MAX_ROUNDS || megabytes < 1)
		errx(2, "at most %d rounds", MAX_ROUNDS);
	bench_make_dir(bench.dir);
	bench.bytes = (uint64_t)megabytes * 1000000 / CHUNK * CHUNK;
	run_way(&bench, RAW);
	run_way(&bench, STAMPED);
	bench.bytes = bench.bytes / 4 / CHUNK * CHUNK;
	run_way(&bench, SINGLY);
	bench_remove_dir(bench.dir);
	return 0;
}
