/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/signals.h"

static int
unsupported(void)
{
	errno = ENOSYS;
	return -1;
}

int
os_dispose_signal(int signal, bool ignore)
{
	/* EINVAL: there is no such signal, or the C library has it. */
	if (signals_dispose(signal, ignore ? SIG_IGN : SIG_DFL) == -1 &&
	    errno != EINVAL)
		return -1;
	return 0;
}

int
os_set_signal_mask(const sigset_t *set)
{
	return sigprocmask(SIG_SETMASK, set, NULL);
}

int
os_set_comm(const char *name)
{
	(void)name;
	return unsupported();
}

int
os_become_subreaper(void)
{
	return unsupported();
}

int
os_set_parent_death_signal(int signal)
{
	(void)signal;
	return unsupported();
}

int
os_wait_readable(int fd, int timeout_ms)
{
	struct pollfd pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, timeout_ms);
}

int
os_cloexec_from(int first)
{
	long limit = sysconf(_SC_OPEN_MAX);
	int flags;

	if (limit <= 0)
		limit = 1024;
	for (; first < limit; first++) {
		flags = fcntl(first, F_GETFD);
		if (flags != -1 &&
		    fcntl(first, F_SETFD, flags | FD_CLOEXEC) == -1)
			return -1;
	}
	return 0;
}
