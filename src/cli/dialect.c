/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/dialect.h"

#include <string.h>

static const struct dialect *const dialects[] = {
	&imp_dialect,
	&daemonize_dialect,
	&start_stop_daemon_dialect,
	&daemon_freebsd_dialect,
	&daemon_libslack_dialect,
	&tini_dialect,
	&dumb_init_dialect,
	&catatonit_dialect,
};

const struct dialect *
dialect_find(const char *name)
{
	size_t i;

	/* Two tools have this name; each system knows one of them. */
	if (strcmp(name, "daemon") == 0)
		return OS_IS_LINUX ? &daemon_libslack_dialect
				   : &daemon_freebsd_dialect;
	for (i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (strcmp(name, dialects[i]->name) == 0)
			return dialects[i];
	return NULL;
}

const struct dialect *
dialect_for(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');
	const struct dialect *dialect;

	dialect = dialect_find(slash == NULL ? argv0 : slash + 1);
	return dialect == NULL ? &imp_dialect : dialect;
}
