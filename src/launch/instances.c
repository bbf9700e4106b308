/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/instances.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/xalloc.h"
#include "record/place.h"
#include "record/record.h"
#include "spec/instance.h"

/* Only a named instance can be stopped again, so only these matter. */
static bool
is_running(int state_fd, const struct spec *instance)
{
	struct record record;
	char key[KEY_ROOM];
	bool runs;
	int key_fd;

	if (state_fd == -1 || instance->identity.name == NULL)
		return false;
	place_key_of_name(instance->identity.name, key);
	key_fd = openat(state_fd, key,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	runs = key_fd != -1 && record_read(key_fd, &record) == 0 &&
	    record_life(&record) != LIFE_GONE;
	fdio_close(&key_fd);
	return runs;
}

static int
open_state(const struct spec *spec)
{
	char path[PATH_MAX];

	if (place_path(spec->identity.state_dir, path) == -1)
		return -1;
	return place_open(path, false);
}

static int
wait_for(pid_t pid)
{
	int status;

	if (pid == -1)
		return EX_SETUP;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return EX_SETUP;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SETUP;
}

int
instances_start(const struct spec *spec,
    int (*start)(void *context, const struct spec *spec), void *context,
    struct instance_outcome *outcomes)
{
	unsigned int count = spec->identity.instances;
	pid_t *pids = xcalloc(count, sizeof(*pids));
	int state_fd = open_state(spec);
	struct spec instance;
	unsigned int i;
	int worst = EX_DONE;

	for (i = 0; i < count; i++) {
		spec_instance(spec, i + 1, &instance);
		outcomes[i].was_running = is_running(state_fd, &instance);
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(start(context, &instance));
		if (pids[i] == -1)
			diag_err("cannot make a new process");
	}
	fdio_close(&state_fd);
	for (i = 0; i < count; i++) {
		outcomes[i].status = wait_for(pids[i]);
		if (outcomes[i].status > worst)
			worst = outcomes[i].status;
	}
	return worst;
}
