/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/rotate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "log/stamp.h"

/* Suffixes that are known whatever --log-compress is now. */
static const char *const suffixes[] = { "", ".gz", ".zst", ".xz", ".bz2",
	".lz4" };
static const char *const programs[] = { "", "gzip", "zstd", "xz", "bzip2",
	"lz4" };

#define SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

unsigned int
rotate_compressed(void)
{
	return SUFFIXES;
}

void
rotate_suffix_of(char out[ROTATE_SUFFIX_ROOM], const char *command)
{
	size_t length = strcspn(command, " \t");
	const char *base = command;
	size_t i;

	for (i = 0; i < length; i++)
		if (command[i] == '/')
			base = command + i + 1;
	length -= (size_t)(base - command);
	for (i = 1; i < SUFFIXES; i++)
		if (strlen(programs[i]) == length &&
		    memcmp(programs[i], base, length) == 0) {
			(void)snprintf(
			    out, ROTATE_SUFFIX_ROOM, "%s", suffixes[i]);
			return;
		}
	(void)snprintf(out, ROTATE_SUFFIX_ROOM, ".%.*s",
	    length < ROTATE_SUFFIX_ROOM - 2 ? (int)length
					    : ROTATE_SUFFIX_ROOM - 2,
	    base);
}

/* The text of a suffix; the last is that of the command. */
static const char *
suffix_text(char out[ROTATE_SUFFIX_ROOM], const struct rotate_names *names,
    unsigned int suffix)
{
	if (suffix < SUFFIXES)
		return suffixes[suffix];
	out[0] = '\0';
	if (names->compress != NULL)
		rotate_suffix_of(out, names->compress);
	return out;
}

/* Days from 1970-01-01 to a Gregorian date. */
static uint64_t
days_of(uint64_t year, uint64_t month, uint64_t day)
{
	uint64_t era, year_of_era, day_of_year;

	year -= month <= 2;
	era = year / 400;
	year_of_era = year % 400;
	day_of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

/* "20261129T054300.123456Z" of a key. */
static void
format_time(char out[32], uint64_t key)
{
	char iso[STAMP_ROOM];
	char *p = out;
	size_t i, length;

	length = stamp_format(iso, LOG_STAMP_ISO_UTC, key, 0);
	for (i = 0; i < length; i++)
		if (iso[i] != '-' && iso[i] != ':')
			*p++ = iso[i];
	*p = '\0';
}

size_t
rotate_format(char *out, size_t room, const struct rotate_names *names,
    const struct rotate_entry *entry)
{
	char suffix[ROTATE_SUFFIX_ROOM];
	char key[32];

	if (names->names == LOG_NAMES_TIME)
		format_time(key, entry->key);
	else
		(void)snprintf(
		    key, sizeof(key), "%llu", (unsigned long long)entry->key);
	return (size_t)snprintf(out, room, "%s.%s%s", names->file, key,
	    suffix_text(suffix, names, entry->suffix));
}

/* Exactly digits digits, as a number; *p is moved behind them. */
static bool
take_digits(const char **p, int digits, uint64_t *n)
{
	*n = 0;
	for (; digits > 0; digits--, (*p)++) {
		if (!isdigit((unsigned char)**p))
			return false;
		*n = *n * 10 + (uint64_t)(**p - '0');
	}
	return true;
}

static bool
read_time(const char **p, uint64_t *key)
{
	uint64_t year, month, day, hour, minute, second, us;

	if (!take_digits(p, 4, &year) || !take_digits(p, 2, &month) ||
	    !take_digits(p, 2, &day) || *(*p)++ != 'T' ||
	    !take_digits(p, 2, &hour) || !take_digits(p, 2, &minute) ||
	    !take_digits(p, 2, &second) || *(*p)++ != '.' ||
	    !take_digits(p, 6, &us) || *(*p)++ != 'Z')
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	*key = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60;
	*key = (*key + second) * 1000000 + us;
	return true;
}

/* No leading zero, and not so many digits that it would overflow. */
static bool
read_number(const char **p, uint64_t *key)
{
	int digits = 0;

	while (isdigit((unsigned char)(*p)[digits]))
		digits++;
	if (digits == 0 || digits > 9 || **p == '0')
		return false;
	return take_digits(p, digits, key);
}

bool
rotate_parse(const struct rotate_names *names, const char *name,
    struct rotate_entry *entry)
{
	size_t length = strlen(names->file);
	char suffix[ROTATE_SUFFIX_ROOM];
	unsigned int i;

	if (strncmp(name, names->file, length) != 0 || name[length] != '.')
		return false;
	name += length + 1;
	if (names->names == LOG_NAMES_TIME ? !read_time(&name, &entry->key)
					   : !read_number(&name, &entry->key))
		return false;
	for (i = 0; i <= SUFFIXES; i++)
		if (strcmp(name, suffix_text(suffix, names, i)) == 0) {
			entry->suffix = i;
			return true;
		}
	return false;
}

bool
rotate_is_due(const struct spec_log *log, uint64_t bytes, uint64_t born_ms,
    uint64_t now_ms)
{
	if (!log->rotate || bytes == 0)
		return false;
	if (log->max_bytes != 0 && bytes >= log->max_bytes)
		return true;
	return now_ms >= rotate_due_ms(log, born_ms);
}

uint64_t
rotate_due_ms(const struct spec_log *log, uint64_t born_ms)
{
	if (!log->rotate || log->max_age_ms == 0)
		return CLOCK_NEVER;
	return born_ms + log->max_age_ms;
}

/* Whether a comes before b: it is younger. */
static bool
comes_before(const struct rotate_entry *a, const struct rotate_entry *b,
    enum log_names names)
{
	if (a->key == b->key)
		return a->suffix < b->suffix;
	return (a->key < b->key) == (names == LOG_NAMES_NUMBER);
}

/* By insertion, of those that are step apart. */
static void
sort_steps(struct rotate_entry *entries, size_t count, enum log_names names,
    size_t step)
{
	struct rotate_entry entry;
	size_t i, j;

	for (i = step; i < count; i++) {
		entry = entries[i];
		for (j = i; j >= step && comes_before(&entry,
					     &entries[j - step], names);
		     j -= step)
			entries[j] = entries[j - step];
		entries[j] = entry;
	}
}

/* Shell's: qsort(3) may allocate. */
void
rotate_sort(struct rotate_entry *entries, size_t count, enum log_names names)
{
	size_t step = 1;

	while (step < count / 9)
		step = 3 * step + 1;
	for (; step > 0; step /= 3)
		sort_steps(entries, count, names, step);
}

size_t
rotate_shifts(const struct rotate_entry *entries, size_t count)
{
	uint64_t last = 0;
	size_t i;

	for (i = 0; i < count && entries[i].key <= last + 1; i++)
		last = entries[i].key;
	return i;
}

size_t
rotate_kept(const struct rotate_entry *entries, size_t count, unsigned int keep,
    uint64_t total)
{
	uint64_t bytes = 0;
	unsigned int kept = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (i == 0 || entries[i].key != entries[i - 1].key)
			kept++;
		bytes += entries[i].bytes;
		if (kept > keep || (total != 0 && bytes > total))
			break;
	}
	return i;
}

uint64_t
rotate_key(enum log_names names, uint64_t now_us, uint64_t youngest)
{
	if (names == LOG_NAMES_NUMBER)
		return 1;
	/* The clock may have been set back. */
	return now_us > youngest ? now_us : youngest + 1;
}
