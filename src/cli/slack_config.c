/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/xalloc.h"

#define FILE_MAX 65536

/* The text of a file, or NULL. */
static char *
read_text(const char *path)
{
	char *text = NULL;
	struct stat st;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
	    (st.st_uid == 0 || st.st_uid == geteuid())) {
		text = xcalloc(FILE_MAX + 1, 1);
		n = fdio_read_full(fd, text, FILE_MAX);
	}
	(void)close(fd);
	return n == -1 ? NULL : text;
}

/* Take comments out, and join lines that go on. */
static void
join_lines(char *text)
{
	char *out = text;

	while (*text != '\0') {
		if (text[0] == '\\' && text[1] == '\n')
			text += 2;
		else if (text[0] == '\\' && text[1] != '\0') {
			*out++ = *text++;
			*out++ = *text++;
		} else if (*text == '#')
			text += strcspn(text, "\n");
		else
			*out++ = *text++;
	}
	*out = '\0';
}

/* The next option of a list, with its quotes taken off; NULL: no more. */
static char *
next_option(char **list)
{
	char *from = *list + strspn(*list, " \t,");
	char *out = from, *start = from;

	if (*from == '\0')
		return NULL;
	for (; *from != '\0' && *from != ','; from++) {
		if (*from == '\\' && from[1] != '\0')
			from++;
		*out++ = *from;
	}
	*list = *from == '\0' ? from : from + 1;
	while (out > start && strchr(" \t", out[-1]) != NULL)
		out--;
	*out = '\0';
	return start;
}

static void
take_line(char *line, const char *key, struct strlist *options)
{
	size_t length;
	char *option;

	line += strspn(line, " \t");
	length = strcspn(line, " \t");
	if (length != strlen(key) || strncmp(line, key, length) != 0)
		return;
	line += length;
	while ((option = next_option(&line)) != NULL)
		strlist_add(options, xasprintf("--%s", option));
}

void
slack_config_read(const char *path, const char *key, struct strlist *options)
{
	char *text = read_text(path);
	char *line;

	if (text == NULL)
		return;
	join_lines(text);
	while ((line = strsep(&text, "\n")) != NULL)
		take_line(line, key, options);
}
