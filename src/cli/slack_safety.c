/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_safety.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/xalloc.h"

#define LINE_ROOM 512

const char *
slack_unsafe_file(const char *path)
{
	char real[PATH_MAX];
	struct stat st;
	const char *who;
	char *slash;

	if (realpath(path, real) == NULL)
		return NULL;
	for (;;) {
		if (stat(*real == '\0' ? "/" : real, &st) == -1)
			return NULL;
		who = (st.st_mode & S_IWOTH) == 0 ? "group"
		    : (st.st_mode & S_IWGRP) == 0 ? "world"
						  : "group- and world";
		if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
			return xasprintf("%s is %s-writable",
			    *real == '\0' ? "/" : real, who);
		slash = strrchr(real, '/');
		if (slash == NULL || *real == '\0')
			return NULL;
		*slash = '\0';
	}
}

/* Where execvp(3) would find it, or NULL. */
static const char *
find_program(const char *program)
{
	const char *list = getenv("PATH");
	const char *path;
	size_t length;

	if (strchr(program, '/') != NULL || list == NULL)
		return program;
	for (;; list += length + 1) {
		length = strcspn(list, ":");
		path = xasprintf("%.*s/%s", (int)length,
		    length == 0 ? "." : list, program);
		if (length == 0)
			path = program;
		if (access(path, X_OK) == 0)
			return path;
		if (list[length] == '\0')
			return NULL;
	}
}

/* The first line of a script behind "#!", or an empty one. */
static void
read_script(const char *path, char line[LINE_ROOM])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = -1;

	if (fd != -1)
		n = fdio_read_full(fd, line, LINE_ROOM - 1);
	fdio_close(&fd);
	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "#!", 2) == 0)
		memmove(line, line + 2, strlen(line + 2) + 1);
	else
		*line = '\0';
}

const char *
slack_unsafe_program(const char *program)
{
	const char *path = find_program(program);
	const char *interpreter, *argument, *unsafe;
	char line[LINE_ROOM];
	char *rest = line;

	unsafe = path == NULL ? NULL : slack_unsafe_file(path);
	if (path == NULL || unsafe != NULL)
		return unsafe;
	read_script(path, line);
	rest += strspn(rest, " \t");
	if (*rest == '\0')
		return NULL;
	interpreter = strsep(&rest, " \t");
	unsafe = slack_unsafe_file(interpreter);
	if (unsafe != NULL || rest == NULL ||
	    strcmp(interpreter, "/usr/bin/env") != 0)
		return unsafe;
	rest += strspn(rest, " \t");
	argument = strsep(&rest, " \t");
	path = *argument == '\0' ? NULL : find_program(argument);
	return path == NULL ? NULL : slack_unsafe_file(path);
}
