/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/view.h"

#include <sys/ioctl.h>
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

/* Marks, overrides and isolates of direction, which hide what is there. */
static bool
is_directional(const unsigned char *p)
{
	return p[0] == 0xe2 &&
	    ((p[1] == 0x80 && ((p[2] | 1) == 0x8f || (p[2] >= 0xaa &&
						      p[2] <= 0xae))) ||
		(p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
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
		if (n == 0 || is_control(p) || is_directional(p))
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

static uint32_t
code_point(const unsigned char *p, size_t length)
{
	uint32_t code = length == 1 ? *p : *p & (0x7fU >> length);

	while (--length > 0)
		code = code << 6 | (*++p & 0x3f);
	return code;
}

static const struct {
	uint32_t first, last;
	unsigned int width;
} odd_widths[] = {
	{ 0x0300, 0x036f, 0 },		/* combining marks */
	{ 0x1100, 0x115f, 2 },		/* Hangul */
	{ 0x200b, 0x200f, 0 },		/* no space at all */
	{ 0x20d0, 0x20ff, 0 },
	{ 0x2e80, 0x303e, 2 },		/* CJK and what goes with it */
	{ 0x3041, 0xa4cf, 2 },
	{ 0xac00, 0xd7a3, 2 },
	{ 0xf900, 0xfaff, 2 },
	{ 0xfe00, 0xfe0f, 0 },		/* variation selectors */
	{ 0xfe20, 0xfe2f, 0 },
	{ 0xfe30, 0xfe6f, 2 },
	{ 0xff01, 0xff60, 2 },		/* full width */
	{ 0xffe0, 0xffe6, 2 },
	{ 0x1f300, 0x1f64f, 2 },	/* pictures */
	{ 0x1f680, 0x1f6ff, 2 },
	{ 0x1f900, 0x1faff, 2 },
	{ 0x20000, 0x3fffd, 2 },
};

static unsigned int
width_of(const unsigned char *p, size_t length)
{
	uint32_t code = code_point(p, length);
	size_t i;

	for (i = 0; i < sizeof(odd_widths) / sizeof(odd_widths[0]); i++)
		if (code >= odd_widths[i].first && code <= odd_widths[i].last)
			return odd_widths[i].width;
	return 1;
}

/* The bytes of s that take at most so many columns; *width: how many. */
static size_t
fit(const char *s, size_t columns, size_t *width)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n, w;

	for (*width = 0; *p != '\0'; p += n) {
		n = view_character(p);
		w = n == 0 ? 1 : width_of(p, n);
		if (*width + w > columns)
			break;
		*width += w;
		n = n == 0 ? 1 : n;
	}
	return (size_t)((const char *)p - s);
}

size_t
view_width(const char *s)
{
	size_t width;

	(void)fit(s, SIZE_MAX, &width);
	return width;
}

void
view_cut(struct strbuf *text, size_t columns)
{
	size_t width;

	text->length = fit(text->bytes, columns, &width);
	text->bytes[text->length] = '\0';
}

size_t
view_columns(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return SIZE_MAX;
	return size.ws_col;
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
