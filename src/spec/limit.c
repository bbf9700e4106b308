/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/limit.h"

#include <inttypes.h>
#include <string.h>

enum unit { UNIT_NUMBER, UNIT_BYTES, UNIT_SECONDS, UNIT_MICROSECONDS };

static const struct {
	char name[11];
	unsigned char resource;
	unsigned char unit;
} limits[] = {
	{ "as", RLIMIT_AS, UNIT_BYTES },
	{ "core", RLIMIT_CORE, UNIT_BYTES },
	{ "cpu", RLIMIT_CPU, UNIT_SECONDS },
	{ "data", RLIMIT_DATA, UNIT_BYTES },
	{ "fsize", RLIMIT_FSIZE, UNIT_BYTES },
	{ "locks", RLIMIT_LOCKS, UNIT_NUMBER },
	{ "memlock", RLIMIT_MEMLOCK, UNIT_BYTES },
	{ "msgqueue", RLIMIT_MSGQUEUE, UNIT_BYTES },
	{ "nice", RLIMIT_NICE, UNIT_NUMBER },
	{ "nofile", RLIMIT_NOFILE, UNIT_NUMBER },
	{ "nproc", RLIMIT_NPROC, UNIT_NUMBER },
	{ "rss", RLIMIT_RSS, UNIT_BYTES },
	{ "rtprio", RLIMIT_RTPRIO, UNIT_NUMBER },
	{ "rttime", RLIMIT_RTTIME, UNIT_MICROSECONDS },
	{ "sigpending", RLIMIT_SIGPENDING, UNIT_NUMBER },
	{ "stack", RLIMIT_STACK, UNIT_BYTES },
};

#define COUNT (sizeof(limits) / sizeof(limits[0]))

/* Larger is RLIM_INFINITY, or looks like it to some kernels. */
#define VALUE_MAX   (UINT64_MAX / 2)
#define TIME_MAX_MS (UINT64_C(36600) * 86400 * 1000)

static size_t
find_limit(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (strcmp(name, limits[i].name) == 0)
			break;
	return i;
}

static int
parse_seconds(const char *text, uint64_t *seconds, struct reason *why)
{
	uint64_t ms;

	if (parse_time(text, 0, TIME_MAX_MS, &ms, why) == -1)
		return -1;
	if (ms % 1000 != 0)
		return reason_set(why, "must be whole seconds");
	*seconds = ms / 1000;
	return 0;
}

static int
parse_value(enum unit unit, const char *text, rlim_t *value, struct reason *why)
{
	uint64_t n = 0;
	int result = -1;

	if (strcmp(text, "unlimited") == 0 || strcmp(text, "infinity") == 0) {
		*value = RLIM_INFINITY;
		return 0;
	}
	switch (unit) {
	case UNIT_NUMBER:
		result = parse_unsigned(text, 0, VALUE_MAX, &n, why);
		break;
	case UNIT_BYTES:
		result = parse_size(text, 0, VALUE_MAX, &n, why);
		break;
	case UNIT_SECONDS:
		result = parse_seconds(text, &n, why);
		break;
	case UNIT_MICROSECONDS:
		result = parse_time(text, 0, TIME_MAX_MS, &n, why);
		n *= 1000;
		break;
	}
	if (result == 0)
		*value = (rlim_t)n;
	return result;
}

/* RLIM_INFINITY is the largest rlim_t on Linux, but not everywhere. */
static bool
exceeds(rlim_t soft, rlim_t hard)
{
	if (hard == RLIM_INFINITY)
		return false;
	return soft == RLIM_INFINITY || soft > hard;
}

static int
parse_values(
    enum unit unit, const char *text, struct limit *limit, struct reason *why)
{
	char soft[PARSE_ITEM_ROOM];

	(void)parse_item(&text, ':', soft);
	if (parse_value(unit, soft, &limit->soft, why) == -1)
		return -1;
	limit->hard = limit->soft;
	if (text != NULL && parse_value(unit, text, &limit->hard, why) == -1)
		return -1;
	if (exceeds(limit->soft, limit->hard))
		return reason_set(
		    why, "must not have a soft limit above the hard one");
	limit->set = true;
	return 0;
}

/* The names, with one space between them. */
static void
add_names(struct strbuf *text)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		strbuf_addf(text, "%s%s", i == 0 ? "" : " ", limits[i].name);
}

static int
parse_one(struct spec_surroundings *surroundings, const char *text,
    struct reason *why)
{
	char name[PARSE_ITEM_ROOM];
	struct limit limit = { 0 };
	struct strbuf names = { 0 };
	size_t i;

	(void)parse_item(&text, '=', name);
	i = find_limit(name);
	if (i == COUNT || text == NULL) {
		add_names(&names);
		(void)reason_set(why,
		    "must be NAME=SOFT[:HARD], NAME one of: "
		    "%s",
		    names.bytes);
		strbuf_fini(&names);
		return -1;
	}
	if (parse_values((enum unit)limits[i].unit, text, &limit, why) == -1)
		return -1;
	surroundings->limits[limits[i].resource] = limit;
	return 0;
}

int
limit_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why)
{
	char item[PARSE_ITEM_ROOM];

	while (parse_item(&text, ',', item))
		if (parse_one(surroundings, item, why) == -1)
			return -1;
	return 0;
}

static void
print_limit_value(enum unit unit, rlim_t value, struct strbuf *text)
{
	if (value == RLIM_INFINITY)
		strbuf_add(text, "unlimited");
	else if (unit == UNIT_BYTES)
		print_size(text, value);
	else if (unit == UNIT_SECONDS)
		print_time(text, (uint64_t)value * 1000);
	else if (unit == UNIT_MICROSECONDS)
		print_time(text, value / 1000);
	else
		strbuf_addf(text, "%" PRIu64, (uint64_t)value);
}

bool
limit_print(const struct spec_surroundings *surroundings, struct strbuf *text)
{
	const struct limit *limit;
	const char *separator = "";
	size_t i;

	for (i = 0; i < COUNT; i++) {
		limit = &surroundings->limits[limits[i].resource];
		if (!limit->set)
			continue;
		strbuf_addf(text, "%s%s=", separator, limits[i].name);
		print_limit_value((enum unit)limits[i].unit, limit->soft, text);
		strbuf_add(text, ":");
		print_limit_value((enum unit)limits[i].unit, limit->hard, text);
		separator = ",";
	}
	return *separator != '\0';
}

const char *
limit_name(unsigned int resource)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (limits[i].resource == resource)
			return limits[i].name;
	return NULL;
}
