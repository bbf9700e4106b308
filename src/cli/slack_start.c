/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_start.h"

#include <sys/resource.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "cli/cli.h"
#include "cli/fill.h"
#include "cli/slack_words.h"
#include "spec/dest.h"

#define SHORTEST     10
#define ATTEMPTS_MAX 100
#define NUMBER_MAX   INT_MAX

/* Numbers may have a base of their own.  Returns CLI_GO, or a status. */
static int
take_number(
    const char *option, const char *text, long min, long max, long *value)
{
	char *end;

	if (text == NULL)
		return CLI_GO;
	errno = 0;
	*value = strtol(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0')
		return slack_fail_argument(option, text, "Not an integer");
	if (*value >= min && *value <= max)
		return CLI_GO;
	return slack_fail(
	    max == NUMBER_MAX
		? xasprintf("Invalid --%s argument: %ld (Less than %ld)",
		      option, *value, min)
		: xasprintf(
		      "Invalid --%s argument: %ld (Not between %ld and %ld)",
		      option, *value, min, max));
}

static int
check_respawn(const struct marks *marks)
{
	if (marks->respawn)
		return CLI_GO;
	if (marks->acceptable != NULL)
		return slack_fail_missing("respawn", "acceptable");
	if (marks->attempts != NULL)
		return slack_fail_missing("respawn", "attempts");
	if (marks->delay != NULL)
		return slack_fail_missing("respawn", "delay");
	return marks->limit != NULL ? slack_fail_missing("respawn", "limit")
				    : CLI_GO;
}

static int
take_respawn(struct spec *spec, const struct marks *marks)
{
	struct spec_restart *restart = &spec->restart;
	bool bounded = !(marks->idiot && geteuid() == 0);
	long acceptable = 300, attempts = 5, delay = 300, limit = 0;
	long min = bounded ? SHORTEST : 0;
	long max = bounded ? ATTEMPTS_MAX : NUMBER_MAX;
	int status = check_respawn(marks);

	if (status != CLI_GO ||
	    (status = take_number("acceptable", marks->acceptable, min,
		 NUMBER_MAX, &acceptable)) != CLI_GO ||
	    (status = take_number(
		 "attempts", marks->attempts, 0, max, &attempts)) != CLI_GO ||
	    (status = take_number(
		 "delay", marks->delay, min, NUMBER_MAX, &delay)) != CLI_GO ||
	    (status = take_number(
		 "limit", marks->limit, 0, NUMBER_MAX, &limit)) != CLI_GO)
		return status;
	/* USR1 stops what is not to be started again. */
	restart->signal = SIGUSR1;
	if (!marks->respawn)
		return CLI_GO;
	restart->respawn = RESPAWN_ALWAYS;
	memset(&restart->fatal, 0, sizeof(restart->fatal));
	restart->burst = (struct restart_burst){
		.set = true,
		.attempts = (unsigned int)attempts,
		.acceptable_ms = (uint64_t)acceptable * 1000,
		.pause_ms = (uint64_t)delay * 1000,
		.limit = (unsigned int)limit,
	};
	return CLI_GO;
}

const char *
slack_in_root(const struct marks *marks, const char *path)
{
	return marks->chroot == NULL ? path
				     : xasprintf("%s%s", marks->chroot, path);
}

/* Detached, or in a new root, what is relative is below the root directory. */
static const char *
from_root(const struct marks *marks, const char *path)
{
	bool is_here = marks->foreground && marks->chroot == NULL;

	return *path == '\0' || *path == '/' || is_here
		   ? path
		   : xasprintf("/%s", path);
}

/* facility.priority, or a file. */
static struct dest
take_dest(const struct marks *marks, const char *text)
{
	struct reason ignored;
	struct dest dest;

	if (strchr(text, '/') == NULL && strchr(text, '.') != NULL &&
	    dest_parse(&dest, xasprintf("syslog:%s", text), &ignored) == 0)
		return dest;
	return fill_file(slack_in_root(marks, from_root(marks, text)));
}

static void
take_output(struct spec *spec, const struct marks *marks)
{
	const char *out = marks->out != NULL ? marks->out : marks->output;
	const char *err = marks->err != NULL ? marks->err : marks->output;
	struct spec_output *output = &spec->output;

	if (out != NULL)
		output->out = take_dest(marks, out);
	if (err != NULL)
		output->err = take_dest(marks, err);
	/* In the foreground, what is stored is seen, too. */
	if (marks->foreground && out != NULL)
		output->out_copy.kind = DEST_INHERIT;
	if (marks->foreground && err != NULL)
		output->err_copy.kind = DEST_INHERIT;
	if (marks->errlog != NULL &&
	    take_dest(marks, marks->errlog).kind == DEST_FILE)
		spec->imp_log = take_dest(marks, marks->errlog).text;
	spec->log.mode = 0666 & ~spec->surroundings.umask;
}

/* "cmd arg" at white space, then the operands. */
static void
take_command(struct spec *spec, const char *command)
{
	struct strlist operands = { 0 };
	char *rest, *word;
	size_t i;

	if (command == NULL)
		return;
	rest = xstrdup(command);
	while ((word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			strlist_add(&operands, word);
	for (i = 0; i < spec->operands.count; i++)
		strlist_add(&operands, spec->operands.items[i]);
	spec->operands = operands;
}

static int
take_umask(struct spec *spec, const char *text)
{
	long mask = 022;
	char *end;

	if (text != NULL) {
		mask = strtol(text, &end, 8);
		if (*text == '\0' || *end != '\0' || mask < 0 || mask > 0777)
			return slack_fail_argument(
			    "umask", text, "Must be a valid octal mode");
	}
	spec->surroundings.umask = (mode_t)mask;
	return CLI_GO;
}

static void
take_user(struct spec *spec, const char *text)
{
	char *user, *separator;

	if (text == NULL)
		return;
	user = xstrdup(text);
	separator = strpbrk(user, ":.");
	if (separator != NULL)
		*separator++ = '\0';
	spec->process.user = user;
	spec->process.account_env = ACCOUNT_ENV_NONE;
	spec->process.access_as_user = true;
	if (separator == NULL || *separator == '\0')
		return;
	/* That group, and no other. */
	spec->process.group = separator;
	spec->process.groups = "";
}

static int
take_surroundings(struct spec *spec, const struct marks *marks)
{
	struct limit *core = &spec->surroundings.limits[RLIMIT_CORE];
	struct rlimit now;

	spec->process.chroot = marks->chroot;
	if (marks->chdir != NULL)
		spec->surroundings.chdir = from_root(marks, marks->chdir);
	else if (marks->foreground && marks->chroot == NULL)
		spec->surroundings.chdir = NULL;
	spec->surroundings.env = marks->env;
	spec->surroundings.clear_env = marks->env.count > 0 && !marks->inherit;
	if (!marks->core && getrlimit(RLIMIT_CORE, &now) == 0)
		*core = (struct limit){ true, 0, now.rlim_max };
	take_user(spec, marks->user);
	return take_umask(spec, marks->umask);
}

/* A terminal that we have is lent; one of its own it gets without. */
static int
take_terminal(struct spec *spec, const struct marks *marks)
{
	if (marks->pty == NULL)
		return CLI_GO;
	if (!marks->foreground)
		return slack_fail_missing("foreground", "pty");
	if (*marks->pty != '\0' && strcmp(marks->pty, "noecho") != 0)
		return slack_fail_argument("pty", marks->pty, "Must be noecho");
	if (!isatty(STDIN_FILENO))
		spec->output.terminal =
		    *marks->pty == '\0' ? TERMINAL_OWN : TERMINAL_OWN_NOECHO;
	return CLI_GO;
}

static void
take_supervision(struct spec *spec, const struct marks *marks)
{
	spec->supervise = true;
	spec->foreground = marks->foreground;
	spec->stop.kill = KILL_MAIN;
	fill_set(spec, "stop-schedule", "TERM/infinity");
	fill_set(spec, "forward", "HUP=,QUIT=,USR1=,USR2=,WINCH=,CONT=,ALRM=");
	fill_exits(spec, NULL);
	/* What becomes of the command is told in the log. */
	fill_set(spec, "command-exits", "1-255=0");
	if (marks->name != NULL)
		spec->manners.refusal = "fatal: failed to become a daemon: "
					"it is running already, as process %p";
}

int
slack_start(struct spec *spec, const struct marks *marks)
{
	int status;

	spec->control.named_dir = NULL;
	take_command(spec, marks->command);
	if (spec->operands.count == 0)
		return slack_fail("Invalid arguments: no command supplied");
	if ((status = take_respawn(spec, marks)) != CLI_GO ||
	    (status = take_surroundings(spec, marks)) != CLI_GO ||
	    (status = take_terminal(spec, marks)) != CLI_GO)
		return status;
	take_output(spec, marks);
	take_supervision(spec, marks);
	return CLI_GO;
}
