/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * life: the target under supervision.  Writes its monotonic time in
 * nanoseconds and its pid, each an int64_t, to the FIFO named by LIFE_FIFO if
 * there is one, and waits for a signal, or ends at once if LIFE_ENDS is set.
 */
#include <config.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int
main(void)
{
	const char *fifo = getenv("LIFE_FIFO");
	struct timespec now;
	int64_t birth[2];
	int fd;

	clock_gettime(CLOCK_MONOTONIC, &now);
	birth[0] = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	birth[1] = getpid();
	fd = fifo != NULL ? open(fifo, O_WRONLY | O_CLOEXEC) : -1;
	if (fd != -1 && write(fd, birth, sizeof(birth)) != sizeof(birth))
		return 1;
	if (getenv("LIFE_ENDS") == NULL)
		pause();
	return 1;
}
