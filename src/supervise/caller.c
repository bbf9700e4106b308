/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/caller.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/signals.h"
#include "launch/detach.h"
#include "launch/failure.h"
#include "os/os.h"
#include "os/empty.h"
#include "os/pidfd.h"
#include "supervise/marks.h"
#include "supervise/policy.h"

enum message_kind { MESSAGE_RESULT, MESSAGE_MAIN, MESSAGE_LINE, MESSAGE_WORDS };

struct message {
	enum message_kind kind;
	int priority;
	union {
		struct result result;
		struct identity main;
		char text[LAST_WORDS_MAX + 1];
	} u;
};

#define HEAD_SIZE offsetof(struct message, u)

static int
post(int fd, const struct message *message, size_t length, int flags)
{
	if (fd == -1)
		return 0;
	return send(fd, message, HEAD_SIZE + length, flags | MSG_NOSIGNAL) == -1
	    ? -1
	    : 0;
}

int
caller_send_result(int fd, const struct result *result)
{
	struct message message;

	message.kind = MESSAGE_RESULT;
	message.u.result = *result;
	return post(fd, &message, sizeof(message.u.result), 0);
}

int
caller_send_main(int fd, const struct identity *identity)
{
	struct message message;

	message.kind = MESSAGE_MAIN;
	message.u.main = *identity;
	return post(fd, &message, sizeof(message.u.main), 0);
}

static int
post_text(int fd, enum message_kind kind, int priority, const char *text,
    size_t length)
{
	struct message message;

	if (length > LAST_WORDS_MAX)
		length = LAST_WORDS_MAX;
	message.kind = kind;
	message.priority = priority;
	memcpy(message.u.text, text, length);
	return post(fd, &message, length, MSG_DONTWAIT);
}

int
caller_send_last_words(int fd, const char *text, size_t length)
{
	return post_text(fd, MESSAGE_WORDS, 0, text, length);
}

void
caller_send_line(void *context, int priority, const char *line)
{
	const int *fd = context;

	(void)post_text(*fd, MESSAGE_LINE, priority, line, strlen(line));
}

static void
print_line(int priority, const char *line)
{
	if (priority <= LOG_ERR)
		diag_errx("%s", line);
	else if (priority == LOG_WARNING)
		diag_warnx("%s", line);
	else if (priority == LOG_NOTICE)
		diag_notice("%s", line);
	else
		diag_verbose("%s", line);
}

/* Line by line, so that each is seen to be quoted and none is cut. */
static void
print_words(char *text)
{
	char *rest = text;
	const char *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			diag_errx("| %s", line);
}

struct waiting {
	int fd;
	pid_t supervisor;	/* our child */
	int signal;		/* that asked us to undo; 0: none */
	struct result result;
	struct identity main;
};

static void
kill_main(const struct identity *main_process)
{
	int pidfd = identity_open(main_process);

	if (pidfd == -1)
		return;
	if (os_pidfd_signal(pidfd, SIGKILL) == 0)
		(void)os_wait_readable(pidfd, -1);
	(void)close(pidfd);
}

/*
 * The supervisor is dead.  The locks are still ours as well, so nobody can
 * have started another daemon under this name; but its target may run, and
 * what that has started.
 */
static void
end_orphans(const struct start *start, const struct waiting *waiting)
{
	static struct record record;

	if (start->claim.count > 0 &&
	    record_read(start->claim.keys[0].dir_fd, &record) == 0 &&
	    record.tail.text[RECORD_CGROUP] != NULL)
		empty_cgroup(record.tail.text[RECORD_CGROUP]);
	/* Before it is reaped, it is itself somebody in the session it led. */
	while (waitpid(waiting->supervisor, NULL, 0) == -1 && errno == EINTR)
		continue;
	(void)detach_end_session(waiting->supervisor);
	kill_main(&waiting->main);
}

const char *
caller_label(const struct spec *spec)
{
	return spec->identity.name != NULL ? spec->identity.name
					   : spec->operands.items[0];
}

static int
tell_death(const struct spec *spec, const struct result *result)
{
	char text[ENDING_TEXT_MAX];
	struct ending ending;
	int status;

	ending_from_wait(&ending, result->status, result->uptime_ms);
	ending_describe(&ending, text);
	diag_errx("'%s' %s before it was ready", spec->operands.items[0],
	    text);
	status = ending_exit_status(&ending);
	return status == 0 ? EX_FAILED : status;
}

static int
conclude(struct start *start, const struct waiting *waiting)
{
	const struct spec *spec = start->plan.spec;
	const struct result *result = &waiting->result;
	int signal = waiting->signal;

	switch (result->verdict) {
	case VERDICT_RUNNING:
		diag_verbose("started as process %ld", (long)result->pid);
		return EX_DONE;
	case VERDICT_FAILED:
		return failure_tell(&start->plan, &result->report);
	case VERDICT_DIED:
		return tell_death(spec, result);
	case VERDICT_TIMED_OUT:
		diag_errx("'%s' was not ready in time and was stopped",
		    caller_label(spec));
		return EX_TIMEOUT;
	case VERDICT_UNDONE:
		if (signal == 0)
			diag_errx("'%s' was stopped before it was ready",
			    caller_label(spec));
		return signal > 0 ? EX_SIGNALLED + signal : EX_FAILED;
	case VERDICT_BROKEN:
		return EX_SETUP;
	case VERDICT_NONE:
		break;
	}
	diag_errx("the supervisor of '%s' was killed; nothing is left running",
	    caller_label(spec));
	end_orphans(start, waiting);
	start_undo(start);
	return EX_SETUP;
}

static void
take_signals(struct waiting *waiting)
{
	int signal;

	while ((signal = marks_take()) != 0) {
		waiting->signal = signal;
		(void)shutdown(waiting->fd, SHUT_WR);
	}
}

/* Returns false when nothing more will come. */
static bool
take_message(struct waiting *waiting)
{
	struct message message;
	ssize_t n;

	n = recv(waiting->fd, &message, sizeof(message) - 1, 0);
	if (n < (ssize_t)HEAD_SIZE)
		return n == -1 && errno == EINTR;
	switch (message.kind) {
	case MESSAGE_RESULT:
		waiting->result = message.u.result;
		return false;
	case MESSAGE_MAIN:
		waiting->main = message.u.main;
		break;
	case MESSAGE_LINE:
	case MESSAGE_WORDS:
		message.u.text[(size_t)n - HEAD_SIZE] = '\0';
		if (message.kind == MESSAGE_LINE)
			print_line(message.priority, message.u.text);
		else
			print_words(message.u.text);
		break;
	}
	return true;
}

int
caller_wait(int fd, struct start *start, pid_t supervisor)
{
	static const uint64_t undo = SIGNAL_BIT(SIGHUP) | SIGNAL_BIT(SIGINT) |
	    SIGNAL_BIT(SIGQUIT) | SIGNAL_BIT(SIGTERM);
	struct waiting waiting;
	struct pollfd pfd;

	memset(&waiting, 0, sizeof(waiting));
	waiting.fd = fd;
	waiting.supervisor = supervisor;
	(void)marks_handle(undo);
	do {
		take_signals(&waiting);
		pfd.fd = fd;
		pfd.events = POLLIN;
		pfd.revents = 0;
	} while (marks_wait(&pfd, 1, -1) <= 0 || take_message(&waiting));
	return conclude(start, &waiting);
}
