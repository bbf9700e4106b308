/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exitcode.h"

static void *
or_exit(void *p)
{
	if (p == NULL) {
		diag_errx("out of memory");
		exit(EX_SETUP);
	}
	return p;
}

void *
xcalloc(size_t count, size_t size)
{
	return or_exit(calloc(count, size));
}

void *
xreallocarray(void *p, size_t count, size_t size)
{
	return or_exit(reallocarray(p, count, size));
}

char *
xstrdup(const char *s)
{
	return or_exit(strdup(s));
}

char *
xstrndup(const char *s, size_t length)
{
	return or_exit(strndup(s, length));
}

char *
xasprintf(const char *format, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, format);
	n = vasprintf(&s, format, ap);
	va_end(ap);
	return or_exit(n == -1 ? NULL : s);
}
