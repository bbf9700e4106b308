/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "os/trust.h"

void
plan_init(struct plan *plan, const struct spec *spec)
{
	memset(plan, 0, sizeof(*plan));
	plan->spec = spec;
	plan->detached = !spec->foreground;
	streams_init(&plan->streams);
	plan->pidfile.dir_fd = -1;
	plan->cgroup_fd = -1;
	plan->notify_fd = -1;
	plan->terminal_fd = -1;
}

int
plan_make_absolute(const char **path)
{
	const char *absolute = path_absolute(*path);

	if (absolute == NULL && *path != NULL) {
		diag_err("cannot tell where '%s' is: the current directory is "
			 "not known",
		    *path);
		return -1;
	}
	*path = absolute;
	return 0;
}

static int
check_kept(const struct spec_surroundings *surroundings)
{
	unsigned int i;

	for (i = 0; i < surroundings->keep.count; i++) {
		if (fcntl(surroundings->keep.fds[i], F_GETFD) != -1)
			continue;
		diag_err("cannot keep descriptor %d",
		    surroundings->keep.fds[i]);
		return -1;
	}
	return 0;
}

static int
take_paths(struct plan *plan)
{
	const struct spec *spec = plan->spec;
	const char *path;
	size_t i;

	plan->chroot = spec->process.chroot;
	plan->chdir = spec->surroundings.chdir;
	plan->supervisor_pidfile = spec->identity.supervisor_pidfile;
	plan->lockfile = spec->identity.lockfile;
	if (plan_make_absolute(&plan->chroot) == -1 ||
	    plan_make_absolute(&plan->supervisor_pidfile) == -1 ||
	    plan_make_absolute(&plan->lockfile) == -1)
		return -1;
	/* Within a new root a relative path starts at that root. */
	if (plan->chroot == NULL && plan_make_absolute(&plan->chdir) == -1)
		return -1;
	if (plan->chroot != NULL && plan->chdir != NULL &&
	    *plan->chdir != '/')
		plan->chdir = xasprintf("/%s", plan->chdir);
	for (i = 0; i < spec->surroundings.env_files.count; i++) {
		path = spec->surroundings.env_files.items[i];
		if (plan_make_absolute(&path) == -1)
			return -1;
		strlist_add(&plan->env_paths, path);
	}
	return 0;
}

/* The path of the command itself, when it is one. */
static int
take_command_path(struct plan *plan, struct strlist *paths)
{
	const char *command = plan->spec->operands.items[0];

	if (plan->chroot == NULL && plan_make_absolute(&command) == -1)
		return -1;
	strlist_add(paths, command);
	return 0;
}

/* A relative entry of PATH means the caller's directory, as in a shell. */
static int
take_search_path(struct plan *plan, struct strlist *paths)
{
	const char *command = plan->spec->operands.items[0];
	const char *path = environment_get(&plan->environment, "PATH");
	const char *dir;
	size_t length;

	if (path == NULL)
		path = _PATH_DEFPATH;
	for (;; path += length + 1) {
		length = strcspn(path, ":");
		dir = length == 0 ? "." : xstrndup(path, length);
		if (plan->chroot == NULL && plan_make_absolute(&dir) == -1)
			return -1;
		strlist_add(paths, xasprintf("%s/%s", dir, command));
		if (path[length] == '\0')
			return 0;
	}
}

static int
take_command(struct plan *plan)
{
	const struct strlist *operands = &plan->spec->operands;
	const char *argv0 = plan->spec->surroundings.argv0;
	struct strlist paths = { NULL, 0, 0 };
	struct strlist argv = { NULL, 0, 0 };
	size_t i;
	int rc;

	for (i = 0; i < operands->count; i++)
		strlist_add(&argv,
		    i == 0 && argv0 != NULL ? argv0 : operands->items[i]);
	if (strchr(operands->items[0], '/') != NULL)
		rc = take_command_path(plan, &paths);
	else
		rc = take_search_path(plan, &paths);
	plan->argv = argv.items;
	plan->paths = paths.items;
	return rc;
}

int
plan_open_pidfile(const struct spec *spec, struct pid_file *pidfile,
    const char *path, const char *spelled)
{
	if (pid_file_init(pidfile, path) == 0) {
		if (spec->identity.pidfile_mode != 0)
			pidfile->mode = spec->identity.pidfile_mode;
		return 0;
	}
	if (errno == TRUST_DOUBT)
		diag_errx("cannot use pidfile '%s': everyone may replace "
			  "files in its directory",
		    spelled);
	else
		diag_err("cannot use pidfile '%s'", spelled);
	return -1;
}

static int
take_pidfile(struct plan *plan)
{
	const char *spelled = plan->spec->identity.pidfile;
	const char *path = spelled;

	if (plan_make_absolute(&path) == -1)
		return -1;
	return plan_open_pidfile(plan->spec, &plan->pidfile, path, spelled);
}

int
plan_prepare(struct plan *plan)
{
	const struct spec *spec = plan->spec;

	if (check_kept(&spec->surroundings) == -1 ||
	    credentials_resolve(&plan->credentials, &spec->process) == -1 ||
	    take_paths(plan) == -1 ||
	    environment_build(&plan->environment, &spec->surroundings,
		&plan->env_paths, spec->process.account_env,
		&plan->credentials) == -1 ||
	    take_command(plan) == -1 || take_pidfile(plan) == -1)
		return EX_SETUP;
	if (streams_open(&plan->streams, spec, &plan->credentials,
		plan->detached) == -1)
		return EX_SETUP;
	return 0;
}

void
plan_fini(struct plan *plan)
{
	streams_close(&plan->streams);
	pid_file_fini(&plan->pidfile);
}
