/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/view.h"

#include <sys/wait.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/signame.h"

/* How long a character is by its first byte; 0: it cannot be first. */
static size_t
length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates, and what is beyond Unicode. */
static bool
is_out_of_range(const unsigned char *p)
{
	return (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
}

size_t
view_character(const unsigned char *p)
{
	size_t n = length_of(*p);
	size_t i;

	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n > 1 && is_out_of_range(p) ? 0 : n;
}

/* A C0 or C1 control character, or DEL. */
static bool
is_control(const unsigned char *p)
{
	return *p < 0x20 || *p == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

static void
put_hex(struct strbuf *out, const unsigned char *p, size_t n)
{
	for (; n > 0; n--)
		strbuf_addf(out, "\\x%02x", (unsigned int)*p++);
}

void
view_text(struct strbuf *out, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;

	strbuf_add(out, "");
	for (; *p != '\0'; p += n) {
		n = view_character(p);
		if (n == 0 || is_control(p))
			put_hex(out, p, n = n == 0 ? 1 : n);
		else
			strbuf_add_bytes(out, p, n);
	}
}

/* Bytes 0x80 to 0x9f alone are C1 to a terminal that is not in UTF-8. */
void
view_log(struct strbuf *out, const char *data, size_t length)
{
	unsigned char window[5] = { 0 };
	size_t n, i;

	for (i = 0; i < length; i += n) {
		n = length - i < 4 ? length - i : 4;
		memset(window, 0, sizeof(window));
		memcpy(window, data + i, n);
		n = view_character(window);
		if (*window == '\n' || *window == '\t')
			strbuf_add_bytes(out, window, 1);
		else if (n == 0 ? *window < 0xa0 : is_control(window))
			put_hex(out, window, n == 0 ? 1 : n);
		else
			strbuf_add_bytes(out, window, n == 0 ? 1 : n);
		n = n == 0 ? 1 : n;
	}
}

size_t
view_width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

void
view_duration(struct strbuf *out, uint64_t ms)
{
	static const struct {
		uint64_t seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" },
		{ 1, "s" } };
	uint64_t s = ms / 1000;
	unsigned int i = 0;

	if (ms < 1000) {
		strbuf_addf(out, "%u ms", (unsigned int)ms);
		return;
	}
	if (s < 60) {
		strbuf_addf(out, "%u.%u s", (unsigned int)s,
		    (unsigned int)(ms % 1000 / 100));
		return;
	}
	while (s < units[i].seconds)
		i++;
	strbuf_addf(out, "%llu %s", (unsigned long long)(s / units[i].seconds),
	    units[i].unit);
	s %= units[i].seconds;
	if (s / units[i + 1].seconds > 0)
		strbuf_addf(out, " %llu %s",
		    (unsigned long long)(s / units[i + 1].seconds),
		    units[i + 1].unit);
}

void
view_size(struct strbuf *out, uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	uint64_t n = bytes * 10 / 1024;
	unsigned int i = 0;

	if (bytes < 1024) {
		strbuf_addf(out, "%u B", (unsigned int)bytes);
		return;
	}
	while (n >= 10240 && i < 3) {
		n /= 1024;
		i++;
	}
	strbuf_addf(out, "%llu.%u %s", (unsigned long long)(n / 10),
	    (unsigned int)(n % 10), units[i]);
}

void
view_time(struct strbuf *out, uint64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;
	char text[32];

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		text[0] = '\0';
	strbuf_add(out, text);
}

void
view_ending(struct strbuf *out, int wait_status)
{
	char name[SIGNAME_MAX];

	if (WIFEXITED(wait_status)) {
		strbuf_addf(out, "exited with status %d",
		    WEXITSTATUS(wait_status));
		return;
	}
	strbuf_addf(out, "was killed by %s%s",
	    signame_text(WTERMSIG(wait_status), name),
	    WCOREDUMP(wait_status) ? " (core dumped)" : "");
}

bool
view_has_colour(void)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

void
view_coloured(struct strbuf *out, bool is_on, enum colour colour,
    const char *s)
{
	static const char *const codes[] = {
		[COLOUR_NONE] = "",
		[COLOUR_GOOD] = "\033[32m",
		[COLOUR_BAD] = "\033[31m",
		[COLOUR_MIDDLING] = "\033[33m",
		[COLOUR_FAINT] = "\033[2m",
	};

	if (!is_on || colour == COLOUR_NONE)
		strbuf_add(out, s);
	else
		strbuf_addf(out, "%s%s\033[m", codes[colour], s);
}

int
view_flush(struct strbuf *out)
{
	int rc = out->length == 0 ? 0 : strbuf_write(out, STDOUT_FILENO);

	strbuf_clear(out);
	if (rc == -1)
		diag_err("cannot write to standard output");
	return rc;
}
