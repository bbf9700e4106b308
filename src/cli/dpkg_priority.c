/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/dpkg_priority.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"

/* As Linux has them. */
#define LEVEL_MIN 1
#define LEVEL_MAX 99
#define IO_MAX	  7

bool
dpkg_priority_split(struct dpkg_priority *priority, const char *text, int level)
{
	struct reason ignored;
	const char *colon;
	uint64_t n;

	*priority = (struct dpkg_priority){ text, level };
	colon = text == NULL ? NULL : strchr(text, ':');
	if (colon == NULL)
		return true;
	priority->class = xstrndup(text, (size_t)(colon - text));
	if (parse_unsigned(colon + 1, 0, INT_MAX, &n, &ignored) == -1)
		return false;
	priority->level = (int)n;
	return true;
}

static bool
is_class(const struct dpkg_priority *priority, const char *class)
{
	return strcmp(priority->class, class) == 0;
}

const char *
dpkg_priority_sched(
    struct dpkg_priority *priority, struct spec_surroundings *surroundings)
{
	if (priority->class == NULL)
		return NULL;
	surroundings->sched.class =
	    is_class(priority, "fifo") ? SCHED_CLASS_FIFO
	    : is_class(priority, "rr") ? SCHED_CLASS_RR
				       : SCHED_CLASS_OTHER;
	if (is_class(priority, "other"))
		priority->level = 0;
	else if (surroundings->sched.class == SCHED_CLASS_OTHER)
		return "invalid process scheduler policy";
	else if (priority->level < LEVEL_MIN)
		return "process scheduler priority less than min";
	else if (priority->level > LEVEL_MAX)
		return "process scheduler priority greater than max";
	surroundings->sched.priority = priority->level;
	return NULL;
}

const char *
dpkg_priority_io(
    struct dpkg_priority *priority, struct spec_surroundings *surroundings)
{
	if (priority->class == NULL)
		return NULL;
	if (is_class(priority, "real-time"))
		surroundings->io.class = IO_CLASS_REALTIME;
	else if (is_class(priority, "best-effort"))
		surroundings->io.class = IO_CLASS_BEST_EFFORT;
	else if (is_class(priority, "idle")) {
		surroundings->io.class = IO_CLASS_IDLE;
		priority->level = IO_MAX;
		return NULL;
	} else
		return "invalid IO scheduler policy";
	if (priority->level > IO_MAX)
		return "IO scheduler priority greater than max";
	surroundings->io.level = priority->level;
	return NULL;
}
