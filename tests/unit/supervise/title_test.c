/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/title.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fdio.h"
#include "os/title.h"
#include "unit/tap.h"

/* The arguments as the kernel tells them, blanks between. */
static const char *
arguments(void)
{
	static char text[4096];
	ssize_t n = fdio_read_file(AT_FDCWD, "/proc/self/cmdline", text,
	    sizeof(text));
	ssize_t i;

	for (i = 0; i < n - 1; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	return text;
}

static bool
can_set(char *text)
{
	return os_set_title(strcpy(text, "x"), 4) || errno == 0;
}

int
main(void)
{
	char first[4];
	char long_name[300];
	struct title title;
	char *path;

	memset(&title, 0, sizeof(title));
	if (!can_set(first)) {
		ok(errno == EINVAL || errno == ENOSYS || errno == EPERM,
		    "the title # SKIP this kernel cannot");
		return tap_done();
	}
	path = strdup(getenv("PATH"));
	title_set(&title, "web", 1234, "running");
	is_str(arguments(), "imp: web [1234] running", "a name and a process");
	title_set(&title, "web", 5678, "running");
	is_str(arguments(), "imp: web [5678] running", "it changes");
	title_set(&title, "web", 0, "backing off");
	is_str(arguments(), "imp: web backing off", "no process");
	title_set(&title, NULL, 0, "x");
	is_str(arguments(), "imp: x", "no name");
	title_set(&title, "a\033b", 0, "x");
	is_str(arguments(), "imp: a\\x1bb x", "nothing that drives a terminal");
	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	title_set(&title, long_name, 1, "running");
	is_int((intmax_t)strlen(arguments()), TITLE_MAX - 2,
	    "a long one is cut");
	is_str(getenv("PATH"), path, "the environment stays as it is");
	free(path);
	return tap_done();
}
