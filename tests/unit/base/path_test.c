/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/path.h"

#include <sys/stat.h>

#include <errno.h>

#include "unit/scratch.h"
#include "unit/tap.h"

static void
becomes(const char *path, const char *wanted)
{
	const char *got = path_absolute(path);

	is_str(got, wanted, path);
	if (got != path)
		free((void *)(uintptr_t)got);
}

int
main(void)
{
	char wanted[PATH_MAX + 8];

	scratch_begin();
	ok(path_absolute(NULL) == NULL, "nothing stays nothing");
	becomes("/x/../y", "/x/../y");
	snprintf(wanted, sizeof(wanted), "%s/x", scratch);
	becomes("x", wanted);
	becomes("./x", wanted);
	becomes("././x", wanted);
	snprintf(wanted, sizeof(wanted), "%s/../x", scratch);
	becomes("../x", wanted);
	if (chdir("/") == -1)
		return 1;
	becomes("x", "/x");
	if (chdir(scratch) == -1 || mkdir("gone", 0700) == -1 ||
	    chdir("gone") == -1 || rmdir("../gone") == -1)
		return 1;
	becomes("/x", "/x");
	ok(path_absolute("x") == NULL && errno == ENOENT,
	    "nothing is relative to a directory that is gone");
	if (chdir(scratch) == -1)
		return 1;
	return tap_done();
}
