/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/proc.h"

#include <fcntl.h>
#include <stdint.h>

#include "base/text.h"
#include "os/directory.h"

void
proc_put_path(struct text *text, char path[PROC_PATH_ROOM], pid_t pid,
    const char *file)
{
	text_init(text, path, PROC_PATH_ROOM);
	text_put(text, "/proc/");
	if (pid == 0)
		text_put(text, "self");
	else
		text_put_number(text, (uint64_t)pid);
	text_put_char(text, '/');
	text_put(text, file);
}

struct number_search {
	int (*found)(void *context, pid_t number);
	void *context;
};

static int
found_name(void *context, const char *name)
{
	const struct number_search *search = context;
	uint64_t number;
	const char *end = text_take_number(name, &number);

	if (end == name || *end != '\0')
		return 0;
	return search->found(search->context, (pid_t)number);
}

int
proc_each_number(const char *path, int (*found)(void *context, pid_t number),
    void *context)
{
	struct number_search search = { found, context };

	return os_each_name(AT_FDCWD, path, found_name, &search);
}
