/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/priority.h"

#define CPU_MAX (CPU_SETS * 64 - 1)
#define KEEP_MAX                                                               \
	(sizeof(((struct spec_surroundings *)0)->keep.fds) / sizeof(int))
#define FD_MAX 1048575

/* In the order of enum io_class and enum sched_class. */
static const char io_classes[] = "none realtime best-effort idle";
static const char sched_classes[] = "none other batch idle fifo rr";

int
io_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why)
{
	char word[PARSE_ITEM_ROOM];
	struct reason ignored;
	uint64_t level = 4;
	int class;

	(void)parse_item(&text, ':', word);
	class = parse_word(io_classes, word);
	if (class <= 0 || (text != NULL && (class == IO_CLASS_IDLE ||
					       parse_unsigned(text, 0, 7,
						   &level, &ignored) == -1)))
		return reason_set(why, "must be realtime[:N], best-effort[:N] "
				       "or idle, N from 0 to 7");
	surroundings->io.class = (enum io_class) class;
	surroundings->io.level = class == IO_CLASS_IDLE ? 0 : (int)level;
	return 0;
}

bool
io_print(const struct spec_surroundings *surroundings, struct strbuf *text)
{
	enum io_class class = surroundings->io.class;
	const char *word;
	int length;

	if (class == IO_CLASS_NONE)
		return false;
	word = parse_nth_word(io_classes, class, &length);
	strbuf_addf(text, "%.*s", length, word);
	if (class != IO_CLASS_IDLE)
		strbuf_addf(text, ":%d", surroundings->io.level);
	return true;
}

static bool
has_priority(int class)
{
	return class == SCHED_CLASS_FIFO || class == SCHED_CLASS_RR;
}

int
sched_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why)
{
	char word[PARSE_ITEM_ROOM];
	struct reason ignored;
	uint64_t priority = 1;
	int class;

	(void)parse_item(&text, ':', word);
	class = parse_word(sched_classes, word);
	if (class <= 0 || (text != NULL && (!has_priority(class) ||
					       parse_unsigned(text, 1, 99,
						   &priority, &ignored) == -1)))
		return reason_set(why, "must be other, batch, idle, fifo[:N] "
				       "or rr[:N], N from 1 to 99");
	surroundings->sched.class = (enum sched_class) class;
	surroundings->sched.priority = has_priority(class) ? (int)priority : 0;
	return 0;
}

bool
sched_print(const struct spec_surroundings *surroundings, struct strbuf *text)
{
	enum sched_class class = surroundings->sched.class;
	const char *word;
	int length;

	if (class == SCHED_CLASS_NONE)
		return false;
	word = parse_nth_word(sched_classes, class, &length);
	strbuf_addf(text, "%.*s", length, word);
	if (has_priority((int)class))
		strbuf_addf(text, ":%d", surroundings->sched.priority);
	return true;
}

static int
parse_cpu_range(const char *item, uint64_t *first, uint64_t *last)
{
	char low[PARSE_ITEM_ROOM];
	struct reason ignored;

	(void)parse_item(&item, '-', low);
	if (parse_unsigned(low, 0, CPU_MAX, first, &ignored) == -1)
		return -1;
	*last = *first;
	if (item == NULL)
		return 0;
	return parse_unsigned(item, *first, CPU_MAX, last, &ignored);
}

int
cpus_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why)
{
	uint64_t bits[CPU_SETS] = { 0 };
	char item[PARSE_ITEM_ROOM];
	uint64_t first, last;
	size_t i;

	while (parse_item(&text, ',', item)) {
		if (parse_cpu_range(item, &first, &last) == -1)
			return reason_set(why,
			    "must be a list such as 0-3,8 "
			    "of numbers from 0 to %d",
			    CPU_MAX);
		for (; first <= last; first++)
			bits[first / 64] |= UINT64_C(1) << first % 64;
	}
	surroundings->cpus.set = true;
	for (i = 0; i < CPU_SETS; i++)
		surroundings->cpus.bits[i] = bits[i];
	return 0;
}

static bool
has_cpu(const struct spec_surroundings *surroundings, unsigned int cpu)
{
	return cpu <= CPU_MAX &&
	       (surroundings->cpus.bits[cpu / 64] >> cpu % 64 & 1) != 0;
}

bool
cpus_print(const struct spec_surroundings *surroundings, struct strbuf *text)
{
	const char *separator = "";
	unsigned int first, last;

	if (!surroundings->cpus.set)
		return false;
	for (first = 0; first <= CPU_MAX; first = last + 1) {
		last = first;
		if (!has_cpu(surroundings, first))
			continue;
		while (has_cpu(surroundings, last + 1))
			last++;
		strbuf_addf(text, "%s%u", separator, first);
		if (last > first)
			strbuf_addf(text, "-%u", last);
		separator = ",";
	}
	return true;
}

static bool
is_kept(const struct spec_surroundings *surroundings, int fd)
{
	unsigned int i;

	for (i = 0; i < surroundings->keep.count; i++)
		if (surroundings->keep.fds[i] == fd)
			return true;
	return false;
}

int
keep_parse(struct spec_surroundings *surroundings, const char *text,
    struct reason *why)
{
	char item[PARSE_ITEM_ROOM];
	uint64_t fd;

	while (parse_item(&text, ',', item)) {
		if (parse_unsigned(item, 3, FD_MAX, &fd, why) == -1)
			return -1;
		if (is_kept(surroundings, (int)fd))
			continue;
		if (surroundings->keep.count == KEEP_MAX)
			return reason_set(why,
			    "must not be more than %zu descriptors", KEEP_MAX);
		surroundings->keep.fds[surroundings->keep.count++] = (int)fd;
	}
	return 0;
}

bool
keep_print(const struct spec_surroundings *surroundings, struct strbuf *text)
{
	unsigned int i;

	for (i = 0; i < surroundings->keep.count; i++)
		strbuf_addf(
		    text, "%s%d", i == 0 ? "" : ",", surroundings->keep.fds[i]);
	return surroundings->keep.count != 0;
}
