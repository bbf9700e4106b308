/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/named.h"

#include <sys/stat.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/xalloc.h"
#include "control/facts.h"
#include "control/view.h"

static const char suffix[] = ".pid";

#define SUFFIX_LENGTH (sizeof(suffix) - 1)

/* Where unlocked pidfiles need not be ours: the usual places. */
static bool
is_usual_place(const char *dir)
{
	return strcmp(dir, "/var/run") == 0 || strcmp(dir, "/tmp") == 0;
}

static bool
is_same_file(const char *path, const struct stat *st)
{
	struct stat other;

	return path != NULL && stat(path, &other) == 0 &&
	    other.st_dev == st->st_dev && other.st_ino == st->st_ino;
}

/* The daemon whose supervisor wrote the pidfile at path, if it runs. */
static bool
find_supervised(const struct found *found, const char *path,
    struct facts *facts)
{
	struct stat st;
	size_t i;

	if (stat(path, &st) == -1)
		return false;
	for (i = 0; i < found->count; i++) {
		if (found->items[i].kind != DAEMON_RECORDED ||
		    !is_same_file(found->items[i].tail
				      .text[RECORD_SUPERVISOR_PIDFILE],
			&st))
			continue;
		facts_take(facts, &found->items[i], found->boot);
		if (facts->supervised)
			return true;
	}
	return false;
}

static void
add_client(struct strbuf *out, const struct facts *facts, const char *word)
{
	const struct record_head *head = &facts->daemon->head;

	strbuf_addf(out, " is running (pid %ld)",
	    (long)head->supervisor.pid);
	if (facts->running)
		strbuf_addf(out, " (%s %ld)\n", word, (long)head->main.pid);
	else
		strbuf_add(out, " (client is not running)\n");
}

/* An entry is NAME.pid. */
static void
add_entry(struct strbuf *out, const struct spec *spec,
    const struct found *found, const char *entry)
{
	const char *dir = spec->control.named_dir;
	const char *path = xasprintf("%s/%s", dir, entry);
	bool is_verbose = spec->level >= DIAG_VERBOSE;
	struct facts facts;
	bool runs = find_supervised(found, path, &facts);

	if (!runs && !is_verbose)
		return;
	view_text(out, xstrndup(entry, strlen(entry) - SUFFIX_LENGTH));
	if (!is_verbose)
		strbuf_add(out, "\n");
	else if (runs)
		add_client(out, &facts, "client pid");
	else
		strbuf_addf(out, " is not running%s\n",
		    is_usual_place(dir) ? " (or is independent)" : "");
}

static int
is_pidfile(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > SUFFIX_LENGTH &&
	    strcmp(entry->d_name + length - SUFFIX_LENGTH, suffix) == 0;
}

int
named_list(const struct spec *spec, const struct found *found)
{
	struct strbuf out = { 0 };
	struct dirent **entries;
	int count, i;

	count = scandir(
	    spec->control.named_dir, &entries, is_pidfile, versionsort);
	if (count == -1) {
		diag_err("cannot list '%s'", spec->control.named_dir);
		return EX_FAILED;
	}
	for (i = 0; i < count; i++) {
		add_entry(&out, spec, found, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (count == 0 && spec->level >= DIAG_VERBOSE)
		strbuf_add(&out, "No named daemons are running\n");
	return view_flush(&out) == 0 ? EX_DONE : EX_FAILED;
}

int
named_status(const struct spec *spec, const struct found *found)
{
	struct strbuf out = { 0 };
	struct facts facts;
	bool runs = false;

	if (found->count > 0 && found->items[0].kind == DAEMON_RECORDED) {
		facts_take(&facts, &found->items[0], found->boot);
		runs = facts.supervised;
	}
	strbuf_addf(&out, "daemon:  %s", spec->control.named);
	if (runs)
		add_client(&out, &facts, "clientpid");
	else
		strbuf_add(&out, " is not running\n");
	if (spec->level >= DIAG_VERBOSE && view_flush(&out) == -1)
		return EX_FAILED;
	strbuf_fini(&out);
	return runs ? EX_DONE : EX_FAILED;
}
