/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

const char *
path_absolute(const char *path)
{
	char *cwd, *joined;

	if (path == NULL || *path == '/')
		return path;
	cwd = getcwd(NULL, 0);
	if (cwd == NULL)
		return NULL;
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	joined = xasprintf("%s/%s", strcmp(cwd, "/") == 0 ? "" : cwd, path);
	free(cwd);
	return joined;
}
