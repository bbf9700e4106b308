/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "bench.h"

#include <sys/stat.h>

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t
bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
bench_median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(values[0]), compare);
	return n % 2 == 1 ? values[n / 2]
			  : (values[n / 2 - 1] + values[n / 2]) / 2;
}

bool
bench_has(const char *program)
{
	char line[128];

	snprintf(line, sizeof(line), "command -v %s >/dev/null", program);
	return isupper((unsigned char)program[0]) || system(line) == 0;
}

pid_t
bench_launch(const char *const *argv)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid == -1)
		err(1, "cannot fork");
	return pid;
}

void
bench_make_dir(char *dir)
{
	snprintf(dir, BENCH_DIR_SIZE, "%s/imp-bench.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(dir) == NULL || chmod(dir, 0711) == -1)
		err(1, "cannot make a directory");
}

static void
run_shell(const char *line)
{
	if (system(line) != 0)
		errx(1, "it has failed: %s", line);
}

void
bench_remove_dir(const char *dir)
{
	char line[BENCH_DIR_SIZE + 16];

	snprintf(line, sizeof(line), "rm -rf -- '%s'", dir);
	run_shell(line);
}

void
bench_copy(const char *from, const char *to)
{
	char line[512];

	snprintf(line, sizeof(line), "cp -- '%s' '%s'", from, to);
	run_shell(line);
}
