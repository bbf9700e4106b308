/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "base/xalloc.h"
#include "cli/slack_expand.h"
#include "cli/slack_safety.h"

#define FILE_MAX 65536

/* The text of a file; NULL: errno, 0 if it is no file to be read. */
static char *
read_text(const char *path)
{
	char *text = NULL;
	struct stat st;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return NULL;
	errno = 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		text = xcalloc(FILE_MAX + 1, 1);
		n = fdio_read_full(fd, text, FILE_MAX);
	}
	fdio_close(&fd);
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

/* VAR=VALUE, or a key with options. */
static void
take_line(struct slack_config *config, char *line)
{
	size_t length;

	line += strspn(line, " \t");
	for (length = strlen(line);
	     length > 0 && strchr(" \t\r", line[length - 1]) != NULL;)
		line[--length] = '\0';
	length = strcspn(line, "= \t");
	if (*line == '\0')
		return;
	if (length == 0 || line[length] != '=') {
		strlist_add(&config->lines, line);
		return;
	}
	line[length] = '\0';
	(void)setenv(line,
	    slack_expand(line + length + 1, config->variables), 1);
}

static int
read_file(struct slack_config *config, const char *path)
{
	const char *unsafe = config->safe ? slack_unsafe_file(path) : NULL;
	char *text, *line;

	if (unsafe != NULL) {
		diag_warnx("ignoring unsafe %s (%s)", path, unsafe);
		return 0;
	}
	text = read_text(path);
	if (text == NULL)
		return errno == ENOENT || errno == ENOTDIR || errno == 0 ? 0
									 : -1;
	join_lines(text);
	while ((line = strsep(&text, "\n")) != NULL)
		take_line(config, line);
	return 0;
}

static int
is_visible(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

int
slack_config_read(struct slack_config *config, const char *path)
{
	const char *directory = xasprintf("%s.d", path);
	struct dirent **entries;
	int count, i;

	if (read_file(config, path) == -1)
		return -1;
	count = scandir(directory, &entries, is_visible, alphasort);
	for (i = 0; i < count; i++) {
		(void)read_file(config,
		    xasprintf("%s/%s", directory, entries[i]->d_name));
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return 0;
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
add_options(const char *line, const char *key, struct strlist *options)
{
	size_t length = strcspn(line, " \t");
	char *option, *list;

	if (length != strlen(key) || strncmp(line, key, length) != 0)
		return;
	list = xstrdup(line + length);
	while ((option = next_option(&list)) != NULL)
		strlist_add(options, xasprintf("--%s", option));
}

void
slack_config_options(const struct slack_config *config, const char *key,
    struct strlist *options)
{
	size_t i;

	for (i = 0; i < config->lines.count; i++)
		add_options(config->lines.items[i], key, options);
}
