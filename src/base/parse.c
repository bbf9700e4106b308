/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/parse.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/signals.h"
#include "base/signame.h"

/* Other names of some signals. */
static const struct {
	char name[5];
	unsigned char number;
} signal_aliases[] = {
	{ "CLD", SIGCHLD },
	{ "IOT", SIGABRT },
	{ "POLL", SIGIO },
};

static const struct {
	char name[3];
	uint64_t ms;
} time_units[] = {
	{ "d", 86400000 },
	{ "h", 3600000 },
	{ "m", 60000 },
	{ "s", 1000 },
	{ "ms", 1 },
};

static const struct {
	char name[2];
	unsigned int shift;
} size_units[] = {
	{ "G", 30 },
	{ "M", 20 },
	{ "K", 10 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int
reason_set(struct reason *why, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(why->text, sizeof(why->text), format, ap);
	va_end(ap);
	return -1;
}

/*
 * Read digits at *cursor, which moves behind them.  A number that does not
 * fit becomes UINT64_MAX.
 */
static void
read_digits(const char **cursor, unsigned int base, uint64_t *value)
{
	const char *p = *cursor;
	uint64_t n = 0;
	unsigned int digit;

	for (; *p >= '0' && *p < (char)('0' + base); p++) {
		digit = (unsigned int)(*p - '0');
		if (n > (UINT64_MAX - digit) / base)
			n = UINT64_MAX;
		else
			n = n * base + digit;
	}
	*value = n;
	*cursor = p;
}

int
parse_unsigned(const char *text, uint64_t min, uint64_t max, uint64_t *value,
    struct reason *why)
{
	const char *p = text;
	uint64_t n;

	read_digits(&p, 10, &n);
	if (p == text || *p != '\0' || n < min || n > max)
		return reason_set(why,
		    "must be a number from %" PRIu64 " to %" PRIu64, min, max);
	*value = n;
	return 0;
}

int
parse_signed(const char *text, int64_t min, int64_t max, int64_t *value,
    struct reason *why)
{
	const char *start = *text == '-' ? text + 1 : text;
	const char *p = start;
	uint64_t n;
	int64_t result;

	read_digits(&p, 10, &n);
	if (p == start || *p != '\0' || n > INT64_MAX)
		goto bad;
	result = *text == '-' ? -(int64_t)n : (int64_t)n;
	if (result < min || result > max)
		goto bad;
	*value = result;
	return 0;
bad:
	return reason_set(
	    why, "must be a number from %" PRId64 " to %" PRId64, min, max);
}

/* The milliseconds of a unit; 0 if there is no such unit. */
static uint64_t
unit_ms(const char *unit)
{
	size_t i;

	if (*unit == '\0')
		return 1000;
	for (i = 0; i < COUNT(time_units); i++)
		if (strcmp(unit, time_units[i].name) == 0)
			return time_units[i].ms;
	return 0;
}

/* Read the digits behind a decimal point: parts of scale, a power of ten. */
static int
read_fraction(const char **cursor, uint64_t *parts, uint64_t *scale)
{
	const char *start = *cursor;
	size_t i, digits;

	read_digits(cursor, 10, parts);
	digits = (size_t)(*cursor - start);
	if (digits == 0 || digits > 9)
		return -1;
	*scale = 1;
	for (i = 0; i < digits; i++)
		*scale *= 10;
	return 0;
}

static int
read_time(const char *text, uint64_t *ms)
{
	const char *p = text;
	uint64_t whole, unit;
	uint64_t parts = 0, scale = 1;

	read_digits(&p, 10, &whole);
	if (p == text)
		return -1;
	if (*p == '.') {
		p++;
		if (read_fraction(&p, &parts, &scale) == -1)
			return -1;
	}
	unit = unit_ms(p);
	if (unit == 0 || parts * unit % scale != 0)
		return -1;
	if (whole >= UINT64_MAX / unit - 1)
		*ms = UINT64_MAX - 1;
	else
		*ms = whole * unit + parts * unit / scale;
	return 0;
}

static int
refuse_time(struct reason *why, uint64_t min_ms, uint64_t max_ms)
{
	struct strbuf range = { 0 };
	int result;

	print_time(&range, min_ms);
	if (max_ms == UINT64_MAX) {
		strbuf_add(&range, " or more, or forever");
	} else {
		strbuf_add(&range, " to ");
		print_time(&range, max_ms);
	}
	result =
	    reason_set(why, "must be a time (ms s m h d) from %s", range.bytes);
	strbuf_fini(&range);
	return result;
}

int
parse_time(const char *text, uint64_t min_ms, uint64_t max_ms, uint64_t *ms,
    struct reason *why)
{
	uint64_t n;

	if (max_ms == UINT64_MAX && strcmp(text, "forever") == 0) {
		*ms = UINT64_MAX;
		return 0;
	}
	if (read_time(text, &n) == -1 || n < min_ms || n > max_ms)
		return refuse_time(why, min_ms, max_ms);
	*ms = n;
	return 0;
}

/* By how much a size is shifted; -1 if there is no such unit. */
static int
unit_shift(const char *unit)
{
	size_t i;

	if (*unit == '\0')
		return 0;
	for (i = 0; i < COUNT(size_units); i++)
		if (strcmp(unit, size_units[i].name) == 0)
			return (int)size_units[i].shift;
	return -1;
}

static int
refuse_size(struct reason *why, uint64_t min, uint64_t max)
{
	struct strbuf range = { 0 };
	int result;

	print_size(&range, min);
	strbuf_add(&range, " to ");
	print_size(&range, max);
	result = reason_set(why, "must be a size (K M G) from %s", range.bytes);
	strbuf_fini(&range);
	return result;
}

int
parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *bytes,
    struct reason *why)
{
	const char *p = text;
	uint64_t n;
	int shift;

	read_digits(&p, 10, &n);
	shift = p == text ? -1 : unit_shift(p);
	if (shift == -1 || n > UINT64_MAX >> shift || n << shift < min ||
	    n << shift > max)
		return refuse_size(why, min, max);
	*bytes = n << shift;
	return 0;
}

int
parse_mode(const char *text, mode_t max, mode_t *mode, struct reason *why)
{
	const char *p = text;
	uint64_t n;

	read_digits(&p, 8, &n);
	if (p == text || *p != '\0' || (n & ~(uint64_t)max) != 0)
		return reason_set(why, "must be octal, 0 to %o", max);
	*mode = (mode_t)n;
	return 0;
}

/* RTMIN, RTMIN+N, RTMAX, RTMAX-N; -1 if it is none of them. */
static int
real_time_signal(const char *name)
{
	bool from_top = strncasecmp(name, "RTMAX", 5) == 0;
	int base = from_top ? SIGRTMAX : SIGRTMIN;
	struct reason why;
	uint64_t n = 0;

	if (!from_top && strncasecmp(name, "RTMIN", 5) != 0)
		return -1;
	name += 5;
	if (*name != '\0' &&
	    (*name++ != (from_top ? '-' : '+') ||
		parse_unsigned(
		    name, 0, (uint64_t)(SIGRTMAX - SIGRTMIN), &n, &why) == -1))
		return -1;
	return from_top ? base - (int)n : base + (int)n;
}

static int
signal_by_name(const char *name)
{
	size_t i;
	int signal;

	if (strncasecmp(name, "SIG", 3) == 0)
		name += 3;
	signal = signame_number(name);
	if (signal != -1)
		return signal;
	for (i = 0; i < COUNT(signal_aliases); i++)
		if (strcasecmp(name, signal_aliases[i].name) == 0)
			return signal_aliases[i].number;
	return real_time_signal(name);
}

static int
signal_by_number(const char *text)
{
	struct reason ignored;
	uint64_t n = 0;

	if (parse_unsigned(text, 1, SIGNALS_LAST, &n, &ignored) == -1)
		return -1;
	return (int)n;
}

int
parse_signal(const char *text, int *signal, struct reason *why)
{
	int found;

	if (*text >= '0' && *text <= '9')
		found = signal_by_number(text);
	else
		found = signal_by_name(text);
	if (found == -1)
		return reason_set(why,
		    "must be a signal: a name such as TERM, "
		    "RTMIN+1, or a number from 1 to %d",
		    SIGNALS_LAST);
	*signal = found;
	return 0;
}

bool
parse_item(const char **cursor, char separator, char item[PARSE_ITEM_ROOM])
{
	const char *start = *cursor;
	const char *end;
	size_t length;

	if (start == NULL)
		return false;
	end = strchr(start, separator);
	length = end == NULL ? strlen(start) : (size_t)(end - start);
	*cursor = end == NULL ? NULL : end + 1;
	if (length >= PARSE_ITEM_ROOM)
		length = PARSE_ITEM_ROOM - 1;
	memcpy(item, start, length);
	item[length] = '\0';
	return true;
}

int
parse_word(const char *words, const char *text)
{
	const char *word;
	unsigned int n;
	int length;

	for (n = 0; (word = parse_nth_word(words, n, &length)) != NULL; n++)
		if (strlen(text) == (size_t)length &&
		    memcmp(word, text, (size_t)length) == 0)
			return (int)n;
	return -1;
}

const char *
parse_nth_word(const char *words, unsigned int n, int *length)
{
	for (; n > 0; n--) {
		words = strchr(words, ' ');
		if (words == NULL)
			return NULL;
		words++;
	}
	*length = (int)strcspn(words, " ");
	return words;
}

void
print_time(struct strbuf *text, uint64_t ms)
{
	size_t i;

	if (ms == UINT64_MAX) {
		strbuf_add(text, "forever");
		return;
	}
	if (ms == 0) {
		strbuf_add(text, "0");
		return;
	}
	for (i = 0; ms % time_units[i].ms != 0; i++)
		;
	strbuf_addf(
	    text, "%" PRIu64 "%s", ms / time_units[i].ms, time_units[i].name);
}

void
print_size(struct strbuf *text, uint64_t bytes)
{
	size_t i;

	for (i = 0; i < COUNT(size_units); i++)
		if (bytes != 0 &&
		    bytes % ((uint64_t)1 << size_units[i].shift) == 0) {
			strbuf_addf(text, "%" PRIu64 "%s",
			    bytes >> size_units[i].shift, size_units[i].name);
			return;
		}
	strbuf_addf(text, "%" PRIu64, bytes);
}

void
print_signal(struct strbuf *text, int signal)
{
	char name[SIGNAME_MAX];

	(void)signame_text(signal, name);
	if (strncmp(name, "SIG", 3) == 0)
		strbuf_add(text, name + 3);
	else
		strbuf_addf(text, "%d", signal);
}
