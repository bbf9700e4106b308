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
#include "spec/caps.h"

#define FILE_ROOM 8192

enum verdict {
	VERDICT_OK,
	VERDICT_NOT_OK,
	VERDICT_NOTE,		/* nothing to judge */
	VERDICT_UNKNOWN		/* it cannot be looked at */
};

/* The number 0 in place of that of a process. */
#define OUTSIDE "the kernel's, or outside of this namespace of processes"

/* Bytes that tell of descriptors beside the first three. */
#define OTHERS_SHOWN 200

/* Of capabilities that are named. */
#define CAPS_NAMED 10

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
	strbuf_addf(&in->out, "%-23s ", what);
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

	if (ppid == 0)
		say(in, VERDICT_NOTE, "parent", OUTSIDE);
	else if (os_process(ppid, &parent) == -1)
		say(in, VERDICT_UNKNOWN, "parent",
		    xasprintf("process %ld", (long)ppid));
	else
		judge(in, ppid == 1 || ppid == in->parent ||
			ppid == parent.sid ||
			strcmp(parent.comm, "systemd") == 0,
		    "parent",
		    xasprintf("process %ld (%s)", (long)ppid, parent.comm));
}

static void
check_session(struct inspection *in)
{
	const struct os_process *p = &in->process;
	struct os_process leader;
	bool has_leader = p->sid != 0 && os_process(p->sid, &leader) == 0 &&
	    !os_process_is_over(&leader);

	if (p->sid == 0)
		say(in, VERDICT_NOTE, "session of its own", OUTSIDE);
	else
		judge(in, !has_leader || p->sid == p->pid ||
			p->sid == in->parent || p->sid == p->ppid,
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
say_unread(struct inspection *in, const char *what, bool is_descriptor)
{
	if (is_descriptor && errno == ENOENT)
		say(in, VERDICT_NOT_OK, what, "closed");
	else
		say(in, VERDICT_UNKNOWN, what, strerror(errno));
}

static void
check_link(struct inspection *in, const char *file, const char *what,
    bool (*is_ok)(const char *target))
{
	char target[PATH_MAX];

	if (os_process_link(in->process.pid, file, target, sizeof(target)) ==
	    -1)
		say_unread(in, what, is_ok == is_no_terminal);
	else if (is_ok == NULL)
		say(in, VERDICT_NOTE, what, target);
	else
		judge(in, is_ok(target), what, target);
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

static void
count_fd(struct count *count, int fd)
{
	char name[32];
	char target[PATH_MAX];

	(void)snprintf(name, sizeof(name), "fd/%d", fd);
	if (os_process_link(count->in->process.pid, name, target,
		sizeof(target)) == -1)
		return;
	count->open++;
	if (!is_no_terminal(target))
		count->terminals++;
	if (fd <= 2 || count->others.length > OTHERS_SHOWN)
		return;
	strbuf_addf(&count->others, "%s%d=%s",
	    count->others.length == 0 ? "" : " ", fd, target);
	if (count->others.length > OTHERS_SHOWN)
		strbuf_add(&count->others, " ...");
}

/* FDSize is how many its table has room for now, not how many are open. */
static unsigned long
descriptors_end(const struct inspection *in)
{
	char *text = status_value(in, "FDSize");
	unsigned long end = text == NULL ? 1024 : strtoul(text, NULL, 10);

	free(text);
	return end < INT_MAX ? end : INT_MAX;
}

static void
check_descriptors(struct inspection *in)
{
	struct count count = { in, 0, 0, { NULL, 0, 0 } };
	unsigned long end = descriptors_end(in);
	char target[16];
	unsigned long fd;

	if (os_process_link(in->process.pid, "fd/0", target, sizeof(target)) ==
		-1 &&
	    errno == EACCES) {
		say(in, VERDICT_UNKNOWN, "descriptors", strerror(errno));
		return;
	}
	check_link(in, "fd/0", "standard input", is_no_terminal);
	check_link(in, "fd/1", "standard output", is_no_terminal);
	check_link(in, "fd/2", "standard error", is_no_terminal);
	for (fd = 0; fd < end; fd++)
		count_fd(&count, (int)fd);
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

/* "Uid" or "Gid": real, effective and saved.  False: it is not told. */
static bool
read_ids(const struct inspection *in, const char *key, unsigned long ids[3])
{
	char *text = status_value(in, key);
	char *p = text, *end;
	int i;

	for (i = 0; p != NULL && i < 3; i++) {
		ids[i] = strtoul(p, &end, 10);
		p = end == p ? NULL : end;
	}
	free(text);
	return p != NULL;
}

static void
check_way_back(struct inspection *in, const char *what,
    const unsigned long ids[3])
{
	judge(in, ids[0] == ids[1] && ids[1] == ids[2], what,
	    xasprintf("real %lu, effective %lu, saved %lu", ids[0], ids[1],
		ids[2]));
}

static bool
is_root_among(const char *groups)
{
	while (*groups != '\0') {
		if (strncmp(groups, "0", strcspn(groups, " ")) == 0)
			return true;
		groups += strcspn(groups, " ");
		groups += strspn(groups, " ");
	}
	return false;
}

static void
check_groups(struct inspection *in, unsigned long uid, unsigned long gid)
{
	char *groups = status_value(in, "Groups");
	size_t length = groups == NULL ? 0 : strlen(groups);

	while (length > 0 && groups[length - 1] == ' ')
		groups[--length] = '\0';
	judge(in, uid == 0 || (gid != 0 &&
			    (length == 0 || !is_root_among(groups))),
	    "not in root's group",
	    length == 0 ? xasprintf("gid %lu, no supplementary groups", gid)
			: xasprintf("gid %lu, and %s", gid, groups));
	free(groups);
}

static void
check_ids(struct inspection *in)
{
	unsigned long uids[3], gids[3];

	if (!read_ids(in, "Uid", uids) || !read_ids(in, "Gid", gids)) {
		say(in, VERDICT_UNKNOWN, "user and group", "");
		return;
	}
	check_way_back(in, "no way back to a user", uids);
	check_way_back(in, "no way back to a group", gids);
	judge(in, uids[1] != 0, "not root", xasprintf("uid %lu", uids[1]));
	check_groups(in, uids[1], gids[1]);
}

/* A few by their names; of many, as root has, the kernel's number. */
static char *
capability_names(uint64_t mask)
{
	struct spec_process process = { .caps = { true, mask } };
	struct strbuf text = { NULL, 0, 0 };

	if (__builtin_popcountll(mask) > CAPS_NAMED)
		return xasprintf("%d: %016llx", __builtin_popcountll(mask),
		    (unsigned long long)mask);
	(void)caps_print(&process, &text);
	return text.bytes;
}

static void
check_privileges(struct inspection *in)
{
	char *no_new = status_value(in, "NoNewPrivs");
	uint64_t mask = status_mask(in, "CapEff");

	if (in->status[0] == '\0')
		say(in, VERDICT_UNKNOWN, "no capabilities", "");
	else
		judge(in, mask == 0, "no capabilities",
		    capability_names(mask));
	if (no_new == NULL)
		say(in, VERDICT_UNKNOWN, "no_new_privs", "");
	else
		say(in, *no_new == '1' ? VERDICT_OK : VERDICT_NOTE,
		    "no_new_privs", *no_new == '1' ? "set" : "not set");
	free(no_new);
}

static const char *
next_word(const char *p, int *length)
{
	p += strspn(p, " ");
	*length = (int)strcspn(p, " \n");
	return p;
}

/* Of the line of /proc/PID/limits that begins with what. */
static void
say_limit(struct inspection *in, const char *limits, const char *line,
    const char *what)
{
	const char *soft = strstr(limits, line);
	const char *hard;
	int soft_length, hard_length;

	if (soft == NULL)
		return;
	soft = next_word(soft + strlen(line), &soft_length);
	hard = next_word(soft + soft_length, &hard_length);
	if (hard_length > 0)
		say(in, VERDICT_NOTE, what,
		    xasprintf("%.*s, and at most %.*s", soft_length, soft,
			hard_length, hard));
}

static void
check_limits(struct inspection *in)
{
	char limits[FILE_ROOM];

	if (os_process_file(in->process.pid, "limits", limits,
		sizeof(limits)) <= 0) {
		say(in, VERDICT_UNKNOWN, "limits", strerror(errno));
		return;
	}
	say_limit(in, limits, "Max open files", "limit of descriptors");
	say_limit(in, limits, "Max processes", "limit of processes");
	say_limit(in, limits, "Max core file size", "limit of core dumps");
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

static const char *
why_not(const struct found *found, const struct daemon *daemon)
{
	if (found->count > 1)
		return "it stands for several daemons";
	if (daemon->kind == DAEMON_DOUBTFUL)
		return daemon->error;
	return daemon->is_pattern ? "no daemon matches" : "it is not running";
}

/* The user's word for it, not that of the first of several daemons. */
static char *
what(const struct spec *spec, const struct daemon *daemon)
{
	if (spec->operands.count > 0)
		return xasprintf("'%s'", spec->operands.items[0]);
	if (spec->identity.name != NULL)
		return xasprintf("'%s'", spec->identity.name);
	return xstrdup(daemon->what);
}

static int
inspect_daemon(const struct spec *spec)
{
	static struct found found;
	const struct daemon *daemon;
	struct facts facts;

	if (find_named(&found, spec) == -1)
		return EX_STATUS_UNKNOWN;
	daemon = &found.items[0];
	facts_take(&facts, daemon, found.boot);
	if (facts.pid != 0 && found.count == 1)
		return inspect(spec, facts.pid, facts.supervisor);
	diag_errx("cannot inspect %s: %s", what(spec, daemon),
	    why_not(&found, daemon));
	return EX_STATUS_UNKNOWN;
}

/* A number is that of a process; a daemon of this name is given with -n. */
int
inspect_run(const struct spec *spec)
{
	const char *text;
	struct reason why;
	uint64_t pid;

	if (spec->operands.count == 0)
		return inspect_daemon(spec);
	text = spec->operands.items[0];
	if (text[strspn(text, "0123456789")] != '\0')
		return inspect_daemon(spec);
	if (parse_unsigned(text, 1, INT_MAX, &pid, &why) == 0)
		return inspect(spec, (pid_t)pid, 0);
	diag_errx("cannot look at process %s: no process has this number",
	    text);
	return EX_STATUS_UNKNOWN;
}
