/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/fdio.h"

/* The message sink: what has no argument to hang off, see STYLE. */
static struct {
	enum diag_level level;
	const char *name;
	diag_sink *sink;
	void *context;
} diag = { DIAG_NORMAL, "imp", NULL, NULL };

static void	say(int priority, int error, const char *format, va_list ap)
	    __attribute__((__format__(__printf__, 3, 0)));

/* Copy text into out, control characters as \xNN; cut at the room given. */
static void
make_visible(char *out, size_t room, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t used = 0;
	const unsigned char *p;
	int is_c1;

	for (p = (const unsigned char *)text; *p != '\0'; p++) {
		/* C1 controls are two bytes in UTF-8: 0xc2, 0x80 to 0x9f. */
		is_c1 = *p >= 0x80 && *p <= 0x9f &&
		    p != (const unsigned char *)text && p[-1] == 0xc2;
		if (used + 5 > room) {
			memcpy(out + room - 4, "...", 3);
			used = room - 1;
			break;
		}
		if (*p >= 0x20 && *p != 0x7f && !is_c1) {
			out[used++] = (char)*p;
			continue;
		}
		out[used++] = '\\';
		out[used++] = 'x';
		out[used++] = hex[*p >> 4];
		out[used++] = hex[*p & 15];
	}
	out[used] = '\0';
}

static void
write_to_stderr(const char *line)
{
	char buf[DIAG_LINE_MAX + 128];
	int n;

	n = snprintf(buf, sizeof(buf), "%s%s%s\n", diag.name,
	    *diag.name == '\0' ? "" : ": ", line);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof(buf)) {
		n = sizeof(buf) - 1;
		buf[n - 1] = '\n';
	}
	/* One write, so that lines of several processes do not mix. */
	(void)fdio_write_all(STDERR_FILENO, buf, (size_t)n);
}

static void
say(int priority, int error, const char *format, va_list ap)
{
	char text[DIAG_LINE_MAX];
	char line[DIAG_LINE_MAX];
	int saved = errno;
	int n;

	n = vsnprintf(text, sizeof(text), format, ap);
	if (n >= 0 && (size_t)n < sizeof(text) && error != 0)
		(void)snprintf(text + n, sizeof(text) - (size_t)n, ": %s",
		    strerror(error));
	make_visible(line, sizeof(line), text);
	if (diag.sink != NULL)
		diag.sink(diag.context, priority, line);
	else
		write_to_stderr(line);
	errno = saved;
}

void
diag_set_level(enum diag_level level)
{
	diag.level = level;
}

void
diag_set_name(const char *name)
{
	diag.name = name;
}

void
diag_set_sink(diag_sink *sink, void *context)
{
	diag.sink = sink;
	diag.context = context;
}

#define SAY(priority, error)                                                   \
	do {                                                                   \
		va_list ap;                                                    \
		va_start(ap, format);                                          \
		say(priority, error, format, ap);                              \
		va_end(ap);                                                    \
	} while (0)

void
diag_err(const char *format, ...)
{
	SAY(LOG_ERR, errno);
}

void
diag_errx(const char *format, ...)
{
	SAY(LOG_ERR, 0);
}

void
diag_warn(const char *format, ...)
{
	if (diag.level >= DIAG_NORMAL)
		SAY(LOG_WARNING, errno);
}

void
diag_warnx(const char *format, ...)
{
	if (diag.level >= DIAG_NORMAL)
		SAY(LOG_WARNING, 0);
}

void
diag_notice(const char *format, ...)
{
	if (diag.level >= DIAG_NORMAL)
		SAY(LOG_NOTICE, 0);
}

void
diag_verbose(const char *format, ...)
{
	if (diag.level >= DIAG_VERBOSE)
		SAY(LOG_INFO, 0);
}

void
diag_plain(const char *format, ...)
{
	char text[DIAG_LINE_MAX];
	char line[DIAG_LINE_MAX + 1];
	int saved = errno;
	va_list ap;

	if (diag.level < DIAG_NORMAL)
		return;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	make_visible(line, DIAG_LINE_MAX, text);
	(void)strcat(line, "\n");
	(void)fdio_write_all(STDOUT_FILENO, line, strlen(line));
	errno = saved;
}
