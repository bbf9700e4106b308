/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/fdio.h"
#include "os/pipe.h"

/* What the terminal's line discipline takes at once. */
#define CHUNK 1024

struct relay {
	int master_fd, in_fd, out_fd;
	char input[CHUNK];
	size_t from, to; /* of .input: not yet taken */
	bool has_end;	 /* there is no more input */
	bool mid_line;	 /* the last of it was no newline */
};

/* As typed at the end of the input: at a line that is not empty, twice. */
static void
type_end(struct relay *relay)
{
	struct termios modes;
	char end = '\4';

	if (tcgetattr(relay->master_fd, &modes) == 0)
		end = (char)modes.c_cc[VEOF];
	relay->from = 0;
	relay->to = relay->mid_line ? 2 : 1;
	relay->input[0] = relay->input[1] = end;
	relay->has_end = true;
}

static void
take_input(struct relay *relay)
{
	ssize_t n = read(relay->in_fd, relay->input, CHUNK);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		type_end(relay);
		return;
	}
	relay->from = 0;
	relay->to = (size_t)n;
	relay->mid_line = relay->input[n - 1] != '\n';
}

static void
give_input(struct relay *relay)
{
	ssize_t n = write(relay->master_fd, relay->input + relay->from,
	    relay->to - relay->from);

	if (n > 0)
		relay->from += (size_t)n;
}

/* Returns false when nobody is left at the other side. */
static bool
take_output(struct relay *relay)
{
	char output[4096];
	ssize_t n = read(relay->master_fd, output, sizeof(output));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;
	/* Where nobody reads, it is read here and lost, as on a terminal. */
	(void)fdio_write_all(relay->out_fd, output, (size_t)n);
	return true;
}

static bool
turn(struct relay *relay)
{
	bool has_input = relay->from < relay->to;
	struct pollfd fds[] = {
		{ relay->master_fd, POLLIN, 0 },
		{ has_input || relay->has_end ? -1 : relay->in_fd, POLLIN, 0 },
	};

	if (has_input)
		fds[0].events |= POLLOUT;
	if (poll(fds, 2, -1) == -1)
		return errno == EINTR;
	if (fds[1].revents != 0)
		take_input(relay);
	if ((fds[0].revents & POLLOUT) != 0)
		give_input(relay);
	if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		return take_output(relay);
	return true;
}

/* All signals are blocked, as the supervisor has them. */
static void
run(int master_fd, int out_fd)
{
	struct relay relay;
	int keep[4] = { STDIN_FILENO, STDERR_FILENO, master_fd, out_fd };

	memset(&relay, 0, sizeof(relay));
	relay.master_fd = master_fd;
	relay.in_fd = STDIN_FILENO;
	relay.out_fd = out_fd;
	(void)setsid();
	(void)os_close_all_but(keep, sizeof(keep) / sizeof(keep[0]));
	(void)fcntl(master_fd, F_SETFL, O_RDWR | O_NONBLOCK);
	while (turn(&relay))
		;
	_exit(0);
}

static int
open_slave(int master_fd, const struct plan *plan)
{
	struct termios modes;
	char path[64];
	int fd;

	if (grantpt(master_fd) == -1 || unlockpt(master_fd) == -1 ||
	    (errno = ptsname_r(master_fd, path, sizeof(path))) != 0)
		return -1;
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (plan->credentials.set_uid)
		(void)!fchown(fd, plan->credentials.uid, (gid_t)-1);
	if (plan->spec->output.terminal == TERMINAL_OWN_NOECHO &&
	    tcgetattr(fd, &modes) == 0) {
		modes.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
		(void)tcsetattr(fd, TCSANOW, &modes);
	}
	return fd;
}

int
terminal_begin(struct terminal_relay *relay, struct plan *plan,
    struct family *family)
{
	int out_fd = plan->streams.fds[1];
	int master_fd;
	pid_t pid = -1;

	if (plan->spec->output.terminal == TERMINAL_NONE)
		return 0;
	master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master_fd == -1)
		return -1;
	plan->terminal_fd = open_slave(master_fd, plan);
	if (plan->terminal_fd != -1)
		pid = fork();
	if (pid == 0)
		run(master_fd, out_fd == -1 ? STDOUT_FILENO : out_fd);
	fdio_close(&master_fd);
	if (pid == -1) {
		fdio_close(&plan->terminal_fd);
		return -1;
	}
	relay->pid = pid;
	family_adopt_helper(family, pid);
	return 0;
}

void
terminal_begun(struct plan *plan)
{
	fdio_close(&plan->terminal_fd);
}

bool
terminal_child_exited(struct terminal_relay *relay, pid_t pid)
{
	if (pid != relay->pid)
		return false;
	relay->pid = 0;
	return true;
}
