/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * pump FILE [stamp]: the least that can be called logging.  Copies standard
 * input to a file, with the time in front of each line if that is asked for.
 * No rotation, no care for a kill or a full disk.
 */
#include <config.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROOM 65536

/* Written once per read. */
static size_t
make_stamp(char *out, size_t room)
{
	struct timespec now;
	char text[32];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	return (size_t)snprintf(
	    out, room, "%s.%06ld+00:00 ", text, now.tv_nsec / 1000);
}

static size_t
add_stamps(char *out, const char *in, size_t length)
{
	const char *end = in + length, *newline;
	char stamp[64];
	size_t stamp_length = make_stamp(stamp, sizeof(stamp));
	char *p = out;

	while (in < end) {
		memcpy(p, stamp, stamp_length);
		p += stamp_length;
		newline = memchr(in, '\n', (size_t)(end - in));
		newline = newline == NULL ? end : newline + 1;
		memcpy(p, in, (size_t)(newline - in));
		p += newline - in;
		in = newline;
	}
	return (size_t)(p - out);
}

int
main(int argc, char *argv[])
{
	static char in[ROOM], out[ROOM * 34];
	int fd;
	ssize_t n;
	size_t length;

	if (argc < 2)
		return 2;
	fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd == -1)
		return 1;
	while ((n = read(0, in, sizeof(in))) > 0) {
		length = (size_t)n;
		if (argc > 2)
			length = add_stamps(out, in, length);
		if (write(fd, argc > 2 ? out : in, length) != (ssize_t)length)
			return 1;
	}
	return n != 0;
}
