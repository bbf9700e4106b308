/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/title.h"

#include <sys/prctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"

/* Fields of /proc/self/stat, counted from 1 as in proc(5). */
enum {
	STAT_START_CODE = 26,
	STAT_END_CODE = 27,
	STAT_START_STACK = 28,
	STAT_START_DATA = 45,
	STAT_END_DATA = 46,
	STAT_START_BRK = 47,
	STAT_ENV_START = 50,
	STAT_ENV_END = 51,
	STAT_FIELDS = 52
};

static int
read_fields(uint64_t fields[STAT_FIELDS + 1])
{
	char text[1024];
	const char *p;
	char *end;
	int i;

	if (fdio_read_file(AT_FDCWD, "/proc/self/stat", text, sizeof(text)) ==
	    -1)
		return -1;
	/* The name may hold anything, ')' included; the state follows it. */
	p = strrchr(text, ')');
	if (p == NULL || strlen(p) < 4)
		return -1;
	p += 4;
	for (i = 4; i <= STAT_ENV_END; i++, p = end) {
		fields[i] = strtoull(p, &end, 10);
		if (end == p)
			return -1;
	}
	return 0;
}

/*
 * PR_SET_MM_MAP needs no privilege, unlike PR_SET_MM_ARG_START, but takes the
 * whole memory map at once: all but the arguments is set to what it is.  It
 * needs CONFIG_CHECKPOINT_RESTORE; EINVAL without.
 */
bool
os_set_title(char *text, size_t room)
{
	uint64_t fields[STAT_FIELDS + 1];
	struct prctl_mm_map map;

	if (read_fields(fields) == -1) {
		errno = ENOSYS;
		return false;
	}
	/*
	 * Where the byte before arg_end is not NUL the kernel takes it that a
	 * setproctitle(3) has been at work, and shows what is at arg_start up
	 * to the first NUL.
	 */
	text[room - 1] = ' ';
	map = (struct prctl_mm_map){
		.start_code = fields[STAT_START_CODE],
		.end_code = fields[STAT_END_CODE],
		.start_data = fields[STAT_START_DATA],
		.end_data = fields[STAT_END_DATA],
		.start_brk = fields[STAT_START_BRK],
		.brk = (uintptr_t)sbrk(0),
		.start_stack = fields[STAT_START_STACK],
		.arg_start = (uintptr_t)text,
		.arg_end = (uintptr_t)text + room,
		.env_start = fields[STAT_ENV_START],
		.env_end = fields[STAT_ENV_END],
		.exe_fd = (uint32_t)-1,
	};
	return prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0) == 0;
}
