/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/inspect.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/parse.h"
#include "base/signals.h"
#include "base/signame.h"
#include "base/xalloc.h"
#include "control/facts.h"
#include "os/process.h"

#define FILE_ROOM 8192

enum verdict {
	VERDICT_OK,
	VERDICT_NOT_OK,
	VERDICT_NOTE,		/* nothing to judge */
	VERDICT_UNKNOWN		/* it cannot be looked at */
};

/* A process, and what has been found out so far. */
struct inspection {
	struct os_process process;
	pid_t parent;		/* that it should have besides 1; 0: none */
	char status[FILE_ROOM];	/* /proc/PID/status; "": not to be had */
	bool is_json;
	bool all_ok;
	struct strbuf out;
	struct json json;
};

static const char *const verdict_words[] = {
	[VERDICT_OK] = "ok",
	[VERDICT_NOT_OK] = "not ok",
	[VERDICT_NOTE] = "note",
	[VERDICT_UNKNOWN] = "unknown",
};

static const enum colour verdict_colours[] = {
	[VERDICT_OK] = COLOUR_GOOD,
	[VERDICT_NOT_OK] = COLOUR_BAD,
	[VERDICT_NOTE] = COLOUR_FAINT,
	[VERDICT_UNKNOWN] = COLOUR_MIDDLING,
};

/* One line: what was looked at, and the evidence. */
static void
say(struct inspection *in, enum verdict verdict, const char *what,
    const char *evidence)
{
	char word[16];

	if (verdict == VERDICT_NOT_OK)
		in->all_ok = false;
	if (in->is_json) {
		json_open(&in->json, NULL, '{');
		json_string(&in->json, "check", what);
		json_string(&in->json, "verdict", verdict_words[verdict]);
		json_string(&in->json, "evidence", evidence);
		json_close(&in->json, '}');
		return;
	}
	(void)snprintf(word, sizeof(word), "%-8s", verdict_words[verdict]);
	view_coloured(&in->out, view_has_colour(), verdict_colours[verdict],
	    word);
	strbuf_addf(&in->out, "%-22s ", what);
	view_text(&in->out, evidence);
	strbuf_add(&in->out, "\n");
}

static void
judge(struct inspection *in, bool is_ok, const char *what,
    const char *evidence)
{
	say(in, is_ok ? VERDICT_OK : VERDICT_NOT_OK, what, evidence);
}

/* The value of a line of /proc/PID/status; NULL: there is none. */
static char *
status_value(const struct inspection *in, const char *key)
{
	char *line = xasprintf("\n%s:", key);
	const char *p = strstr(in->status, line);
	size_t skip = strlen(line);

	free(line);
	if (p == NULL)
		return NULL;
	p += skip;
	p += strspn(p, " \t");
	return xstrndup(p, strcspn(p, "\n"));
}

static uint64_t
status_mask(const struct inspection *in, const char *key)
{
	char *text = status_value(in, key);
	uint64_t mask = text == NULL ? 0 : strtoull(text, NULL, 16);

	free(text);
	return mask;
}

static void
check_parent(struct inspection *in)
{
	struct os_process parent;
	pid_t ppid = in->process.ppid;

	if (os_process(ppid, &parent) == -1) {
		/* Outside of our pid namespace there is no telling. */
		say(in, ppid == 0 ? VERDICT_NOTE : VERDICT_UNKNOWN, "parent",
		    xasprintf("process %ld", (long)ppid));
		return;
	}
	judge(in, ppid == 1 || ppid == in->parent || ppid == parent.sid ||
		    strcmp(parent.comm, "systemd") == 0,
	    "parent", xasprintf("process %ld (%s)", (long)ppid, parent.comm));
}

static void
check_session(struct inspection *in)
{
	const struct os_process *p = &in->process;
	struct os_process leader;
	bool has_leader = os_process(p->sid, &leader) == 0 &&
	    !os_process_is_over(&leader);

	judge(in, !has_leader || p->sid == p->pid || p->sid == in->parent ||
		    p->sid == p->ppid,
	    "session of its own",
	    xasprintf("session %ld, %s", (long)p->sid,
		p->sid == p->pid ? "which it leads"
		    : has_leader ? xasprintf("led by process %ld (%s)",
				       (long)leader.pid, leader.comm)
				 : "whose leader has gone"));
	judge(in, p->sid != p->pid, "no session leader",
	    p->sid == p->pid ? "it leads one, so a terminal that it opens "
			       "becomes its own"
			     : "it cannot get a terminal by opening one");
	say(in, VERDICT_NOTE, "process group",
	    xasprintf("%ld%s", (long)p->pgid,
		p->pgid == p->pid ? ", which it leads" : ""));
}

/* Field 7 of /proc/PID/stat, behind the name in parentheses. */
static void
check_terminal(struct inspection *in)
{
	char text[1024];
	const char *p;
	int number = 0;
	int i;

	if (os_process_file(in->process.pid, "stat", text, sizeof(text)) <= 0 ||
	    (p = strrchr(text, ')')) == NULL) {
		say(in, VERDICT_UNKNOWN, "controlling terminal", "");
		return;
	}
	for (i = 0; i < 5 && p != NULL; i++)
		p = strchr(p + 1, ' ');
	if (p != NULL)
		number = (int)strtol(p, NULL, 10);
	judge(in, number == 0, "controlling terminal",
	    number == 0 ? "none" : xasprintf("device %d:%d",
					 number >> 8 & 0xfff, number & 0xff));
}

static void
check_link(struct inspection *in, const char *file, const char *what,
    bool (*is_ok)(const char *target))
{
	char target[PATH_MAX];

	if (os_process_link(in->process.pid, file, target, sizeof(target)) ==
	    -1)
		say(in, VERDICT_UNKNOWN, what, strerror(errno));
	else if (is_ok == NULL)
		say(in, VERDICT_NOTE, what, target);
	else
		judge(in, is_ok(target), what, target);
}

/* One that is busy cannot be unmounted, and a deleted one is a surprise. */
static bool
is_good_directory(const char *target)
{
	return strncmp(target, "/home/", 6) != 0 &&
	    strncmp(target, "/mnt/", 5) != 0 &&
	    strncmp(target, "/media/", 7) != 0 &&
	    strstr(target, " (deleted)") == NULL;
}

static bool
is_no_terminal(const char *target)
{
	return strncmp(target, "/dev/pts/", 9) != 0 &&
	    strncmp(target, "/dev/tty", 8) != 0 &&
	    strcmp(target, "/dev/console") != 0;
}

static void
check_surroundings(struct inspection *in)
{
	char *umask = status_value(in, "Umask");
	unsigned long mode = umask == NULL ? 0 : strtoul(umask, NULL, 8);

	check_link(in, "exe", "executable", NULL);
	check_link(in, "cwd", "working directory", is_good_directory);
	check_link(in, "root", "root directory", NULL);
	if (umask == NULL)
		say(in, VERDICT_UNKNOWN, "umask", "");
	else
		judge(in, (mode & 022) == 022, "umask", umask);
	free(umask);
}

struct count {
	const struct inspection *in;
	unsigned int open, terminals;
	struct strbuf others;
};

static int
count_fd(struct count *count, int fd)
{
	char name[32];
	char target[PATH_MAX];

	(void)snprintf(name, sizeof(name), "fd/%d", fd);
	if (os_process_link(count->in->process.pid, name, target,
		sizeof(target)) == -1)
		return 0;
	count->open++;
	if (!is_no_terminal(target))
		count->terminals++;
	if (fd <= 2 || count->others.length > 200)
		return 0;
	strbuf_addf(&count->others, "%s%d=%s",
	    count->others.length == 0 ? "" : " ", fd, target);
	return 0;
}

/* "Max open files" has them all below it; most have few. */
static void
check_descriptors(struct inspection *in)
{
	struct count count = { in, 0, 0, { NULL, 0, 0 } };
	char target[16];
	int fd;

	if (os_process_link(in->process.pid, "fd/0", target, sizeof(target)) ==
		-1 &&
	    errno == EACCES) {
		say(in, VERDICT_UNKNOWN, "descriptors", strerror(errno));
		return;
	}
	check_link(in, "fd/0", "standard input", is_no_terminal);
	check_link(in, "fd/1", "standard output", is_no_terminal);
	check_link(in, "fd/2", "standard error", is_no_terminal);
	for (fd = 0; fd < 1024; fd++)
		(void)count_fd(&count, fd);
	judge(in, count.terminals == 0, "no terminal open",
	    xasprintf("%u of %u descriptors", count.terminals, count.open));
	say(in, VERDICT_NOTE, "other descriptors",
	    count.others.length == 0 ? "none" : count.others.bytes);
	strbuf_fini(&count.others);
}

static char *
signal_names(uint64_t mask)
{
	struct strbuf text = { NULL, 0, 0 };
	char name[SIGNAME_MAX];
	int i;

	for (i = 1; i <= SIGNALS_LAST; i++)
		if (SIGNAL_IN(mask, i))
			strbuf_addf(&text, "%s%s",
			    text.length == 0 ? "" : " ",
			    signame_text(i, name));
	if (text.length == 0)
		strbuf_add(&text, "none");
	return text.bytes;
}

/* Ignoring SIGPIPE is what many servers do on purpose. */
static void
check_signals(struct inspection *in)
{
	uint64_t ignored = status_mask(in, "SigIgn");
	uint64_t blocked = status_mask(in, "SigBlk");
	uint64_t caught = status_mask(in, "SigCgt");
	uint64_t deaf = (ignored | blocked) & SIGNAL_BIT(SIGTERM);

	judge(in, (ignored & SIGNAL_BIT(SIGCHLD)) == 0, "SIGCHLD not ignored",
	    xasprintf("ignored: %s", signal_names(ignored)));
	judge(in, blocked == 0, "no signals blocked", signal_names(blocked));
	judge(in, deaf == 0, "hears SIGTERM",
	    SIGNAL_IN(caught, SIGTERM) ? "handled"
		: deaf == 0	       ? "ends it by default"
				       : "ignored or blocked");
}

static void
check_ids(struct inspection *in)
{
	char *uid = status_value(in, "Uid");
	char *groups = status_value(in, "Groups");
	unsigned long real = 0, effective = 0, saved = 0;

	if (uid == NULL || sscanf(uid, "%lu %lu %lu", &real, &effective,
			       &saved) != 3)
		say(in, VERDICT_UNKNOWN, "user", "");
	else {
		judge(in, real == effective && effective == saved,
		    "no way back to a user",
		    xasprintf("real %lu, effective %lu, saved %lu", real,
			effective, saved));
		judge(in, effective != 0, "not root",
		    xasprintf("uid %lu", effective));
		judge(in, effective == 0 || groups == NULL ||
			(strncmp(groups, "0 ", 2) != 0 &&
			    strcmp(groups, "0") != 0),
		    "not in root's group",
		    groups == NULL || *groups == '\0'
			? "no supplementary groups"
			: xasprintf("groups %s", groups));
	}
	free(uid);
	free(groups);
}

static void
check_privileges(struct inspection *in)
{
	char *effective = status_value(in, "CapEff");
	char *no_new = status_value(in, "NoNewPrivs");

	if (effective == NULL)
		say(in, VERDICT_UNKNOWN, "capabilities", "");
	else
		judge(in, status_mask(in, "CapEff") == 0,
		    "no capabilities", effective);
	if (no_new == NULL)
		say(in, VERDICT_UNKNOWN, "no_new_privs", "");
	else
		say(in, *no_new == '1' ? VERDICT_OK : VERDICT_NOTE,
		    "no_new_privs", *no_new == '1' ? "set" : "not set");
	free(effective);
	free(no_new);
}

/* The line of /proc/PID/limits that begins with what. */
static char *
limit_text(const char *limits, const char *what)
{
	const char *p = strstr(limits, what);

	if (p == NULL)
		return NULL;
	p += strlen(what);
	p += strspn(p, " ");
	return xstrndup(p, strcspn(p, "\n"));
}

static void
check_limits(struct inspection *in)
{
	static const char *const names[] = { "Max open files",
		"Max core file size", "Max processes" };
	char limits[FILE_ROOM];
	char *text, *p;
	size_t i;

	if (os_process_file(in->process.pid, "limits", limits,
		sizeof(limits)) <= 0) {
		say(in, VERDICT_UNKNOWN, "limits", strerror(errno));
		return;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		text = limit_text(limits, names[i]);
		if (text == NULL)
			continue;
		for (p = text + strlen(text); p > text && p[-1] == ' ';)
			*--p = '\0';
		say(in, VERDICT_NOTE, names[i], text);
		free(text);
	}
}

static void
check_cgroup(struct inspection *in)
{
	char text[FILE_ROOM];
	const char *line;

	if (os_process_file(in->process.pid, "cgroup", text, sizeof(text)) <=
	    0) {
		say(in, VERDICT_UNKNOWN, "cgroup", strerror(errno));
		return;
	}
	line = strstr(text, "0::");
	line = line == NULL ? text : line + 3;
	say(in, VERDICT_NOTE, "cgroup",
	    xstrndup(line, strcspn(line, "\n")));
}

static void
check_all(struct inspection *in)
{
	say(in, VERDICT_NOTE, "process",
	    xasprintf("%ld (%s)", (long)in->process.pid, in->process.comm));
	judge(in, !os_process_is_over(&in->process), "alive",
	    xasprintf("state %c", in->process.state));
	check_parent(in);
	check_session(in);
	check_terminal(in);
	check_surroundings(in);
	check_descriptors(in);
	if (in->status[0] != '\0')
		check_signals(in);
	check_ids(in);
	check_privileges(in);
	check_limits(in);
	check_cgroup(in);
}

static int
inspect(const struct spec *spec, pid_t pid, pid_t parent)
{
	static struct inspection in;

	if (os_process(pid, &in.process) == -1) {
		diag_err("cannot look at process %ld", (long)pid);
		return EX_STATUS_UNKNOWN;
	}
	in.all_ok = true;
	in.parent = parent;
	in.is_json = spec->control.format == FORMAT_JSON;
	if (os_process_file(pid, "status", in.status, sizeof(in.status)) <= 0)
		in.status[0] = '\0';
	json_init(&in.json, &in.out);
	if (in.is_json) {
		json_open(&in.json, NULL, '{');
		json_number(&in.json, "pid", pid);
		json_open(&in.json, "checks", '[');
	}
	check_all(&in);
	if (in.is_json) {
		json_close(&in.json, ']');
		json_bool(&in.json, "ok", in.all_ok);
		json_close(&in.json, '}');
		strbuf_add(&in.out, "\n");
	}
	if (view_flush(&in.out) == -1)
		return EX_STATUS_UNKNOWN;
	return in.all_ok ? EX_DONE : EX_FAILED;
}

/* By name: a spec of the same kind, with the name as its operand. */
static int
inspect_name(const struct spec *spec)
{
	static struct found found;
	static struct spec named;
	const struct daemon *daemon;
	struct facts facts;

	named = *spec;
	memset(&named.operands, 0, sizeof(named.operands));
	strlist_add(&named.operands, spec->control.inspect);
	if (find_named(&found, &named) == -1)
		return EX_STATUS_UNKNOWN;
	daemon = &found.items[0];
	facts_take(&facts, daemon, found.boot);
	if (facts.pid != 0 && found.count == 1)
		return inspect(spec, facts.pid, facts.supervisor);
	diag_errx("cannot inspect %s: %s", daemon->what,
	    found.count > 1 ? "it stands for several daemons"
			    : "it is not running");
	return EX_STATUS_UNKNOWN;
}

int
inspect_run(const struct spec *spec)
{
	const char *text = spec->control.inspect;
	struct reason why;
	uint64_t pid;

	if (text[strspn(text, "0123456789")] == '\0' &&
	    parse_unsigned(text, 1, INT_MAX, &pid, &why) == 0)
		return inspect(spec, (pid_t)pid, 0);
	return inspect_name(spec);
}
