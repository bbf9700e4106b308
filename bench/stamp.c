/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * stamp FIFO: the target of the benchmarks.  Writes the monotonic time at
 * which it began, in nanoseconds as an int64_t, and ends.
 */
#include <config.h>

#include <fcntl.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct timespec now;
	int64_t ns;
	int fd;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	fd = argc == 2 ? open(argv[1], O_WRONLY | O_CLOEXEC) : -1;
	_exit(fd == -1 || write(fd, &ns, sizeof(ns)) != sizeof(ns));
}
