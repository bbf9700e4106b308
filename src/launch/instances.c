/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/instances.h"

#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
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

	if (state_fd == -1 || instance->identity.name == NULL)
		return false;
	place_key_of_name(instance->identity.name, key);
	return record_read_at(state_fd, key, geteuid(), &record) == 0 &&
	    record_life(&record) != LIFE_GONE;
}

static int
open_state(const struct spec *spec)
{
	char path[PATH_MAX];

	if (place_path(spec->identity.state_dir, path) == -1)
		return -1;
	return place_open(path, false);
}

/* Reap those that have ended.  Returns how many are left. */
static unsigned int
reap(pid_t *pids, unsigned int count, struct instance_outcome *outcomes)
{
	unsigned int i, left = 0;
	int status;
	pid_t pid;

	for (i = 0; i < count; i++) {
		if (pids[i] <= 0)
			continue;
		pid = waitpid(pids[i], &status, WNOHANG);
		left += pid == 0;
		if (pid != 0)
			pids[i] = 0;
		if (pid > 0 && WIFEXITED(status))
			outcomes[i].status = WEXITSTATUS(status);
	}
	return left;
}

/*
 * All signals are blocked, so they are taken here: what would have us undo a
 * start is for each of them.
 */
static void
wait_for_all(pid_t *pids, unsigned int count,
    struct instance_outcome *outcomes)
{
	static const int signals[] = { SIGCHLD, SIGHUP, SIGINT, SIGQUIT,
		SIGTERM };
	unsigned int i;
	sigset_t set;
	int signal;

	(void)sigemptyset(&set);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(&set, signals[i]);
	while (reap(pids, count, outcomes) > 0) {
		signal = sigwaitinfo(&set, NULL);
		for (i = 0; i < count; i++)
			if (signal > 0 && signal != SIGCHLD && pids[i] > 0)
				(void)kill(pids[i], signal);
	}
}

/* Their own parent is us, who will be gone when they run. */
static void
bind_to_our_parent(struct spec_stop *stop)
{
	if (stop->bind.kind != BIND_PARENT)
		return;
	stop->bind.kind = BIND_PID;
	stop->bind.pid = getppid();
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
		bind_to_our_parent(&instance.stop);
		outcomes[i].status = EX_SETUP;
		outcomes[i].was_running = is_running(state_fd, &instance);
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(start(context, &instance));
		if (pids[i] == -1)
			diag_err("cannot make a new process");
	}
	fdio_close(&state_fd);
	wait_for_all(pids, count, outcomes);
	for (i = 0; i < count; i++)
		if (outcomes[i].status > worst)
			worst = outcomes[i].status;
	return worst;
}
