/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <syslog.h>

#include "base/exitcode.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/dialect.h"
#include "cli/fill.h"
#include "spec/dest.h"

/* FreeBSD's daemon(8), of its release 15. */

enum {
	STATUS_PIDFILE = 2,
	STATUS_PRIORITY = 4,
	STATUS_FACILITY = 5,
	STATUS_NUMBER = 6,
	STATUS_OUTPUT = 7
};

#define DELAY_MAX 31536000
#define COUNT_MAX 128

/* So long that it does not end: the restarts of all time are counted. */
#define EVER_MS UINT64_C(1000000000000000)

struct marks {
	const char *output, *mask, *title, *priority, *facility, *tag, *delay,
	    *count, *user;
	bool chdir, close, sighup, syslog, restart;
};

enum mark {
	MARK_OUTPUT,
	MARK_MASK,
	MARK_TITLE,
	MARK_PRIORITY,
	MARK_FACILITY,
	MARK_TAG,
	MARK_DELAY,
	MARK_COUNT,
	MARK_USER,
	MARK_CHDIR,
	MARK_CLOSE,
	MARK_SIGHUP,
	MARK_SYSLOG,
	MARK_RESTART
};

/* clang-format off */
static const struct field mark_fields[] = {
	[MARK_OUTPUT] = MARK_TEXT(output),
	[MARK_MASK] = MARK_TEXT(mask),
	[MARK_TITLE] = MARK_TEXT(title),
	[MARK_PRIORITY] = MARK_TEXT(priority),
	[MARK_FACILITY] = MARK_TEXT(facility),
	[MARK_TAG] = MARK_TEXT(tag),
	[MARK_DELAY] = MARK_TEXT(delay),
	[MARK_COUNT] = MARK_TEXT(count),
	[MARK_USER] = MARK_TEXT(user),
	[MARK_CHDIR] = MARK_FLAG(chdir),
	[MARK_CLOSE] = MARK_FLAG(close),
	[MARK_SIGHUP] = MARK_FLAG(sighup),
	[MARK_SYSLOG] = MARK_FLAG(syslog),
	[MARK_RESTART] = MARK_FLAG(restart),
};

_Static_assert(sizeof(struct marks) <= MARKS_ROOM, "marks do not fit");

static const struct option_row rows[] = {
	{ "change-dir", 'c', NULL, 0, MARK(CHDIR), "yes",
	  "run in /", 0, NULL },
	{ "close-fds", 'f', NULL, 0, MARK(CLOSE), "yes",
	  "standard input and outputs are /dev/null", 0, NULL },
	{ "sighup", 'H', NULL, 0, MARK(SIGHUP), "yes",
	  "open the output file anew on SIGHUP", 0, NULL },
	{ "syslog", 'S', NULL, 0, MARK(SYSLOG), "yes",
	  "send output to syslog", 0, NULL },
	{ "output-file", 'o', "file", 0, MARK(OUTPUT), NULL,
	  "add output to this file", 0, NULL },
	{ "output-mask", 'm', "mask", 0, MARK(MASK), NULL,
	  "which output: 1 standard output, 2 standard error, 3 both", 0,
	  NULL },
	{ "child-pidfile", 'p', "file", 0, SPEC(PIDFILE), NULL,
	  "write the command's process number to this file", 0, NULL },
	{ "supervisor-pidfile", 'P', "file", 0, SPEC(SUPERVISOR_PIDFILE),
	  NULL, "write the supervisor's process number to this file", 0,
	  NULL },
	{ "restart", 'r', NULL, 0, MARK(RESTART), "yes",
	  "start it again, a second after it has ended", 0, NULL },
	{ "restart-delay", 'R', "seconds", 0, MARK(DELAY), NULL,
	  "the same, after so many seconds", 0, NULL },
	{ "restart-count", 'C', "count", 0, MARK(COUNT), NULL,
	  "start it again so many times at most", 0, NULL },
	{ "title", 't', "title", 0, MARK(TITLE), NULL,
	  "what ps(1) shows for the supervisor", 0, NULL },
	{ "user", 'u', "user", 0, MARK(USER), NULL,
	  "run as this user", 0, NULL },
	{ "syslog-priority", 's', "priority", 0, MARK(PRIORITY), NULL,
	  "of what goes to syslog, instead of notice", 0, NULL },
	{ "syslog-facility", 'l', "facility", 0, MARK(FACILITY), NULL,
	  "of what goes to syslog, instead of daemon", 0, NULL },
	{ "syslog-tag", 'T', "tag", 0, MARK(TAG), NULL,
	  "in front of what goes to syslog, instead of daemon", 0, NULL },
	{ "help", 'h', NULL, 0, SPEC(VERB), "help",
	  "print this and exit", OPTION_FINAL, NULL },
	{ "explain", 0, NULL, 0, SPEC(EXPLAIN), "yes", NULL, 0, NULL },
};
/* clang-format on */

static const char usage[] =
    "usage: daemon [-cfHrS] [-p child_pidfile] [-P supervisor_pidfile]\n"
    "              [-u user] [-o output_file] [-m output_mask] [-t title]\n"
    "              [-l syslog_facility] [-s syslog_priority]\n"
    "              [-T syslog_tag] [-R restart_delay] [-C restart_count]\n"
    "              command arguments ...\n";

static int
complain(const struct option_problem *problem, const struct spec *spec,
    const char *program)
{
	(void)spec;
	(void)program;
	diag_errx("%s", fill_getopt_words(problem));
	return fill_fail_with(usage);
}

static int
fail(int status, const char *message)
{
	diag_errx("%s", message);
	return status;
}

/* Returns NULL, or what strtonum(3) says is wrong. */
static const char *
take_number(const char *text, uint64_t min, uint64_t max, uint64_t *n)
{
	struct reason ignored;
	const char *digits = *text == '-' ? text + 1 : text;

	if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return "invalid";
	if (*text == '-')
		return "too small";
	if (parse_unsigned(text, 0, max, n, &ignored) == -1)
		return "too large";
	return *n < min ? "too small" : NULL;
}

static int
take_restarts(struct spec *spec, const struct marks *marks)
{
	struct spec_restart *restart = &spec->restart;
	uint64_t delay = 1, count = 0;
	const char *wrong = NULL;

	if (marks->delay != NULL)
		wrong = take_number(marks->delay, 1, DELAY_MAX, &delay);
	if (wrong != NULL)
		return fail(STATUS_NUMBER,
		    xasprintf("invalid restart delay: %s", wrong));
	if (marks->count != NULL)
		wrong = take_number(marks->count, 0, COUNT_MAX, &count);
	if (wrong != NULL)
		return fail(STATUS_NUMBER,
		    xasprintf("invalid restart count: %s", wrong));
	if ((!marks->restart && marks->delay == NULL) ||
	    (marks->count != NULL && count == 0))
		return CLI_GO;
	restart->respawn = RESPAWN_ALWAYS;
	/* Two in the list: neither doubled nor spread. */
	restart->delay.count = 2;
	restart->delay.ms[0] = restart->delay.ms[1] = delay * 1000;
	memset(&restart->fatal, 0, sizeof(restart->fatal));
	if (marks->count != NULL) {
		restart->limit.count = (unsigned int)count;
		restart->limit.per_ms = EVER_MS;
	}
	return CLI_GO;
}

static int
take_syslog(const struct marks *marks, struct dest *dest)
{
	const char *facility =
	    marks->facility != NULL ? marks->facility : "daemon";
	const char *priority =
	    marks->priority != NULL ? marks->priority : "notice";
	struct reason ignored;

	if (dest_parse(dest, xasprintf("syslog:daemon.%s", priority),
		&ignored) == -1)
		return fail(STATUS_PRIORITY, "unrecognized syslog priority");
	if (dest_parse(dest, xasprintf("syslog:%s.%s", facility, priority),
		&ignored) == -1)
		return fail(STATUS_FACILITY, "unrecognized syslog facility");
	return CLI_GO;
}

static bool
wants_syslog(const struct marks *marks)
{
	return marks->syslog || marks->priority != NULL ||
	    marks->facility != NULL || marks->tag != NULL;
}

/* Where what the mask lets through goes, and the rest. */
static int
take_output(struct spec *spec, const struct marks *marks)
{
	struct dest other = {
		.kind = marks->close ? DEST_NULL : DEST_INHERIT
	};
	struct dest dest = other, copy = { .kind = DEST_UNSET };
	const char *wrong = NULL;
	uint64_t mask = 3;
	int status = CLI_GO;

	if (marks->mask != NULL)
		wrong = take_number(marks->mask, 0, 3, &mask);
	if (wrong != NULL)
		return fail(STATUS_NUMBER,
		    xasprintf("unrecognized listening mask: %s", wrong));
	if (wants_syslog(marks))
		status = take_syslog(marks, &dest);
	if (status != CLI_GO)
		return status;
	if (marks->output != NULL && wants_syslog(marks))
		copy = dest;
	if (marks->output != NULL)
		dest = fill_file(marks->output);
	spec->output.out = (mask & 1) != 0 ? dest : other;
	spec->output.err = (mask & 2) != 0 ? dest : other;
	if ((mask & 1) != 0)
		spec->output.out_copy = copy;
	if ((mask & 2) != 0)
		spec->output.err_copy = copy;
	spec->output.inherit_stdin = !marks->close;
	spec->log.mode = 0600;
	spec->log.tag = marks->tag != NULL ? marks->tag : "daemon";
	return CLI_GO;
}

/* In the order of the original. */
static int
check_files(const struct spec *spec, const struct marks *marks)
{
	const char *child = spec->identity.pidfile;
	const char *parent = spec->identity.supervisor_pidfile;
	int fault = 0;

	if (marks->output != NULL)
		fault = fill_write_fault(marks->output);
	if (fault != 0)
		return fail(
		    STATUS_OUTPUT, xasprintf("open: %s", strerror(fault)));
	if (child != NULL)
		fault = fill_write_fault(child);
	if (fault != 0)
		return fail(STATUS_PIDFILE, xasprintf("pidfile ``%s'': %s",
		    child, strerror(fault)));
	if (parent != NULL)
		fault = fill_write_fault(parent);
	if (fault != 0)
		return fail(STATUS_PIDFILE, xasprintf("ppidfile ``%s'': %s",
		    parent, strerror(fault)));
	return CLI_GO;
}

/* TERM is passed on and waited for without limit; all else is not. */
static void
take_signals(struct spec *spec, const struct marks *marks)
{
	fill_set(spec, "stop-schedule", "TERM/infinity");
	fill_set(spec, "forward", "HUP=,QUIT=,USR1=,USR2=,WINCH=,CONT=,ALRM=");
	spec->stop.kill = KILL_MAIN;
	/* A file that the command writes to by itself stays what it is. */
	if (marks->sighup && marks->output != NULL)
		spec->log.reopen_signal = SIGHUP;
}

static bool
needs_supervisor(const struct spec *spec, const struct marks *marks)
{
	return wants_syslog(marks) || marks->output != NULL ||
	    spec->identity.pidfile != NULL ||
	    spec->identity.supervisor_pidfile != NULL || marks->restart ||
	    marks->delay != NULL;
}

static int
fill(struct spec *spec, void *storage, const char *program)
{
	const struct marks *marks = storage;
	int status;

	(void)program;
	if (spec->operands.count == 0)
		return fill_fail_with(usage);
	if ((status = take_restarts(spec, marks)) != CLI_GO ||
	    (status = take_output(spec, marks)) != CLI_GO ||
	    (status = check_files(spec, marks)) != CLI_GO)
		return status;
	take_signals(spec, marks);
	if (!marks->chdir)
		spec->surroundings.chdir = fill_directory();
	spec->surroundings.umask = fill_umask();
	spec->process.user = marks->user;
	spec->identity.pidfile_mode = 0600;
	spec->supervise = needs_supervisor(spec, marks);
	spec->process.session_leader = !spec->supervise;
	spec->manners.refusal = "process already running, pid: %p";
	spec->manners.title = xasprintf("daemon: %s",
	    marks->title != NULL ? marks->title : spec->operands.items[0]);
	fill_exits(spec, "75=3");
	return CLI_GO;
}

const struct dialect daemon_freebsd_dialect = {
	.name = "daemon-freebsd",
	.table = OPTION_TABLE(ORDER_STOP, true),
	.groups = fill_one_group,
	.synopsis = usage,
	.usage_status = EX_FAILED,
	.called = "daemon",
	.help_on_stderr = true,
	.complain = complain,
	.fill = fill,
};
