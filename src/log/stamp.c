/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/stamp.h"

#include <string.h>
#include <time.h>

static char *
put_digits(char *p, uint64_t n, int digits)
{
	int i;

	for (i = digits - 1; i >= 0; i--) {
		p[i] = (char)('0' + n % 10);
		n /= 10;
	}
	return p + digits;
}

static char *
put_hex(char *p, uint64_t n, int digits)
{
	static const char hex[] = "0123456789abcdef";
	int i;

	for (i = digits - 1; i >= 0; i--) {
		p[i] = hex[n & 15];
		n >>= 4;
	}
	return p + digits;
}

static char *
put_decimal(char *p, uint64_t n)
{
	int digits = 1;
	uint64_t rest;

	for (rest = n; rest >= 10; rest /= 10)
		digits++;
	return put_digits(p, n, digits);
}

struct civil {
	uint64_t year;
	unsigned int month, day;
};

/*
 * The Gregorian date of a day counted from 1970-01-01.  Years are counted
 * from March, so that the leap day is the last of its year.
 */
static struct civil
civil_of(uint64_t days)
{
	struct civil civil;
	uint64_t era, day, year, day_of_year, month;

	days += 719468; /* from 0000-03-01 */
	era = days / 146097;
	day = days % 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day_of_year = day - (365 * year + year / 4 - year / 100);
	month = (5 * day_of_year + 2) / 153;
	civil.day = (unsigned int)(day_of_year - (153 * month + 2) / 5 + 1);
	civil.month = (unsigned int)(month < 10 ? month + 3 : month - 9);
	civil.year = year + era * 400 + (civil.month <= 2);
	return civil;
}

static char *
put_iso(char *p, uint64_t at_us, long utc_offset_s)
{
	uint64_t s = (uint64_t)((int64_t)(at_us / 1000000) + utc_offset_s);
	struct civil civil = civil_of(s / 86400);

	p = put_digits(p, civil.year, 4);
	*p++ = '-';
	p = put_digits(p, civil.month, 2);
	*p++ = '-';
	p = put_digits(p, civil.day, 2);
	*p++ = 'T';
	p = put_digits(p, s / 3600 % 24, 2);
	*p++ = ':';
	p = put_digits(p, s / 60 % 60, 2);
	*p++ = ':';
	p = put_digits(p, s % 60, 2);
	*p++ = '.';
	return put_digits(p, at_us % 1000000, 6);
}

static char *
put_offset(char *p, long utc_offset_s)
{
	unsigned long s =
	    (unsigned long)(utc_offset_s < 0 ? -utc_offset_s : utc_offset_s);

	*p++ = utc_offset_s < 0 ? '-' : '+';
	p = put_digits(p, s / 3600, 2);
	*p++ = ':';
	return put_digits(p, s / 60 % 60, 2);
}

size_t
stamp_format(char out[STAMP_ROOM], enum log_stamp stamp, uint64_t at_us,
    long utc_offset_s)
{
	char *p = out;

	switch (stamp) {
	case LOG_STAMP_NONE:
		break;
	case LOG_STAMP_ISO:
		p = put_iso(p, at_us, utc_offset_s);
		p = put_offset(p, utc_offset_s);
		break;
	case LOG_STAMP_ISO_UTC:
		p = put_iso(p, at_us, 0);
		*p++ = 'Z';
		break;
	case LOG_STAMP_EPOCH:
		p = put_decimal(p, at_us / 1000000);
		*p++ = '.';
		p = put_digits(p, at_us % 1000000, 6);
		break;
	case LOG_STAMP_TAI64N:
		*p++ = '@';
		p = put_hex(p, (1ULL << 62) + 10 + at_us / 1000000, 16);
		p = put_hex(p, at_us % 1000000 * 1000, 8);
		break;
	}
	*p = '\0';
	return (size_t)(p - out);
}

long
stamp_utc_offset(uint64_t at_us)
{
	time_t s = (time_t)(at_us / 1000000);
	struct tm tm;

	if (localtime_r(&s, &tm) == NULL)
		return 0;
	return tm.tm_gmtoff;
}

/* What the letter behind a % stands for; NULL: nothing. */
static const char *
word_of(char letter, const struct stamp_words *words, const char *number)
{
	switch (letter) {
	case 'n':
		return words->name;
	case 'i':
		return words->instance;
	case 'p':
		return number;
	case 's':
		return words->stream;
	case '%':
		return "%";
	default:
		return NULL;
	}
}

size_t
stamp_prefix(char *out, size_t room, const char *template,
    const struct stamp_words *words)
{
	char number[24];
	const char *word;
	size_t used = 0, length;

	*put_decimal(number, (uint64_t)words->pid) = '\0';
	for (; *template != '\0'; template ++) {
		word = NULL;
		if (*template == '%')
			word = word_of(template[1], words, number);
		length = word == NULL ? 1 : strlen(word);
		if (length > room - used)
			length = room - used;
		memcpy(out + used, word == NULL ? template : word, length);
		used += length;
		template += word != NULL;
	}
	return used;
}
