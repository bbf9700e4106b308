/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/fill.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/xalloc.h"

const char *const fill_one_group[] = { "Options", NULL };

mode_t
fill_umask(void)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return mask;
}

const char *
fill_directory(void)
{
	char path[PATH_MAX];

	return getcwd(path, sizeof(path)) == NULL ? NULL : xstrdup(path);
}

static int
access_fault(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 ? 0 : errno;
}

int
fill_write_fault(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? EISDIR : access_fault(path, W_OK);
	if (errno != ENOENT)
		return errno;
	if (slash == NULL)
		return access_fault(".", W_OK | X_OK);
	return access_fault(
	    slash == path ? "/" : xstrndup(path, (size_t)(slash - path)),
	    W_OK | X_OK);
}

struct dest
fill_file(const char *path)
{
	return (struct dest){ .kind = DEST_FILE, .text = path };
}

const char *
fill_literal(const char *text)
{
	struct strbuf out = { 0 };

	strbuf_add(&out, "");
	for (; *text != '\0'; text++)
		strbuf_add(&out, *text == '%' ? "%%" : (char[2]){ *text });
	return out.bytes;
}

void
fill_set(struct spec *spec, const char *key, const char *text)
{
	const struct field *field = field_find(key);
	struct reason ignored;

	if (field != NULL)
		(void)field_parse(field, spec, text, &ignored);
}

const char *
fill_getopt_words(const struct option_problem *problem)
{
	const char *option = problem->option;
	bool is_long = option[0] == '-' && option[1] == '-';

	switch (problem->fault) {
	case FAULT_UNKNOWN:
		return is_long
		    ? xasprintf("unrecognized option '%s'", option)
		    : xasprintf("invalid option -- '%s'", option + 1);
	case FAULT_NO_VALUE:
		return is_long
		    ? xasprintf("option '%s' requires an argument", option)
		    : xasprintf(
			  "option requires an argument -- '%s'", option + 1);
	case FAULT_UNWANTED_VALUE:
		return xasprintf(
		    "option '%s' doesn't allow an argument", option);
	case FAULT_VALUE:
		return xasprintf("invalid value '%s' for %s: %s",
		    problem->value, option, problem->reason);
	case FAULT_CONTRADICTION:
		break;
	}
	return xasprintf(
	    "%s and %s cannot be used together", problem->other, option);
}

int
fill_fail_with(const char *text)
{
	(void)fdio_write_all(STDERR_FILENO, text, strlen(text));
	return EX_FAILED;
}

int
fill_complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	(void)spec;
	return fill_fail_with(xasprintf(
	    "%s: %s\n", program, fill_getopt_words(problem)));
}

void
fill_point_to_help(const char *program)
{
	(void)fill_fail_with(xasprintf(
	    "Try '%s --help' for more information.\n", program));
}

void
fill_exits(struct spec *spec, const char *others)
{
	fill_set(spec, "exits", "1-255=1");
	if (others != NULL)
		fill_set(spec, "exits", others);
}
