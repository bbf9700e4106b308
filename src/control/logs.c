/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/logs.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/xalloc.h"
#include "control/link.h"
#include "control/tail.h"
#include "control/view.h"

#define PATIENCE_MS 2000

/* A file that is printed, and followed. */
struct source {
	struct tail tail;
	const char *title;
};

struct logs {
	const struct spec *spec;
	bool is_raw;
	struct source *sources;
	size_t count;
	size_t last;		/* the source that was printed last */
	bool has_last;
	bool has_titles;
	int status;
};

/*
 * The files of a daemon: its standard output, and standard error if that is
 * another one.  Returns how many.
 */
static unsigned int
files_of(const struct daemon *daemon, const char *paths[2])
{
	const char *out = daemon->tail.text[RECORD_STDOUT];
	const char *err = daemon->tail.text[RECORD_STDERR];
	unsigned int count = 0;

	if (out != NULL && *out == '/')
		paths[count++] = out;
	if (err != NULL && *err == '/' &&
	    (count == 0 || strcmp(out, err) != 0))
		paths[count++] = err;
	return count;
}

/* Where no file is, the supervisor may have kept some. */
static int
ask_memory(const struct daemon *daemon, struct strbuf *out)
{
	if (daemon->kind != DAEMON_RECORDED ||
	    daemon->head.mode != RECORD_SUPERVISED)
		return -1;
	return link_query(daemon->place->fd, daemon->key, ASK_LOGS,
		   PATIENCE_MS, out) == EX_DONE
	    ? 0
	    : -1;
}

int
logs_tail(const struct daemon *daemon, unsigned int lines, struct strbuf *out)
{
	const char *paths[2];
	unsigned int count = files_of(daemon, paths);
	unsigned int i;
	struct tail tail;

	if (count == 0) {
		if (ask_memory(daemon, out) == -1)
			return -1;
		tail_cut(out, lines);
		return 0;
	}
	for (i = 0; i < count; i++) {
		if (tail_open(&tail, paths[i]) == -1)
			return -1;
		tail_read(&tail, lines, out);
		tail_close(&tail);
	}
	return 0;
}

static void
print(struct logs *logs, size_t i, const struct strbuf *text)
{
	struct strbuf out = { NULL, 0, 0 };

	if (logs->has_titles && (!logs->has_last || logs->last != i)) {
		strbuf_add(&out, logs->has_last ? "\n==> " : "==> ");
		view_text(&out, logs->sources[i].title);
		strbuf_add(&out, " <==\n");
	}
	logs->has_last = true;
	logs->last = i;
	if (text->length > 0 && logs->is_raw)
		strbuf_add_bytes(&out, text->bytes, text->length);
	else if (text->length > 0)
		view_log(&out, text->bytes, text->length);
	if (view_flush(&out) == -1)
		logs->status = EX_FAILED;
	strbuf_fini(&out);
}

static void
fail(struct logs *logs, const struct daemon *daemon, const char *why)
{
	diag_errx("cannot print the log of %s: %s", daemon->what, why);
	logs->status = EX_FAILED;
}

static struct source *
add_source(struct logs *logs, const char *title)
{
	struct source *source;

	logs->sources = xreallocarray(logs->sources, logs->count + 1,
	    sizeof(*logs->sources));
	source = &logs->sources[logs->count++];
	memset(source, 0, sizeof(*source));
	source->tail.fd = source->tail.watch_fd = -1;
	source->title = title;
	return source;
}

static void
add_file(struct logs *logs, const struct daemon *daemon, const char *path)
{
	struct source *source = add_source(logs, path);
	struct strbuf text = { NULL, 0, 0 };

	if (tail_open(&source->tail, path) == -1) {
		fail(logs, daemon, xasprintf("%s: %s", path, strerror(errno)));
		logs->count--;
		return;
	}
	tail_read(&source->tail, logs->spec->control.lines, &text);
	print(logs, logs->count - 1, &text);
	strbuf_fini(&text);
	if (logs->spec->control.follow && tail_watch(&source->tail) == -1)
		fail(logs, daemon, xasprintf("cannot watch '%s': %s",
		    source->tail.dir, strerror(errno)));
}

static void
add_memory(struct logs *logs, const struct daemon *daemon)
{
	const char *dest = daemon->tail.text[RECORD_STDOUT];
	struct strbuf text = { NULL, 0, 0 };

	if (ask_memory(daemon, &text) == -1 || text.length == 0) {
		fail(logs, daemon, dest == NULL
			? "its output is not kept"
			: xasprintf("its output goes to %s", dest));
	} else if (logs->spec->control.follow)
		fail(logs, daemon, "only a file can be followed");
	else {
		(void)add_source(logs, daemon->label);
		tail_cut(&text, logs->spec->control.lines);
		print(logs, logs->count - 1, &text);
	}
	strbuf_fini(&text);
}

static void
add_daemon(struct logs *logs, const struct daemon *daemon)
{
	const char *paths[2];
	unsigned int count = files_of(daemon, paths);
	unsigned int i;

	switch (daemon->kind) {
	case DAEMON_MISSING:
		fail(logs, daemon, "it is not running");
		break;
	case DAEMON_DOUBTFUL:
		fail(logs, daemon, daemon->error);
		break;
	case DAEMON_FOREIGN:
		fail(logs, daemon, "imp did not start it");
		break;
	case DAEMON_RECORDED:
		for (i = 0; i < count; i++)
			add_file(logs, daemon, paths[i]);
		if (count == 0)
			add_memory(logs, daemon);
		break;
	}
}

static void
follow(struct logs *logs)
{
	struct pollfd *fds = xcalloc(logs->count + 1, sizeof(*fds));
	struct strbuf text = { NULL, 0, 0 };
	size_t i;

	for (i = 0; i < logs->count; i++) {
		fds[i].fd = logs->sources[i].tail.watch_fd;
		fds[i].events = POLLIN;
		/* Between the first look and the watch there was a moment. */
		fds[i].revents = POLLIN;
	}
	do {
		for (i = 0; i < logs->count; i++) {
			if (fds[i].fd == -1 || fds[i].revents == 0)
				continue;
			tail_follow(&logs->sources[i].tail, &text);
			if (text.length > 0)
				print(logs, i, &text);
			strbuf_clear(&text);
		}
	} while (poll(fds, logs->count, -1) >= 0 || errno == EINTR);
}

static bool
is_any_watched(const struct logs *logs)
{
	size_t i;

	for (i = 0; i < logs->count; i++)
		if (logs->sources[i].tail.watch_fd != -1)
			return true;
	return false;
}

int
logs_run(const struct spec *spec, struct found *found)
{
	struct logs logs;
	const char *paths[2];
	size_t i;

	memset(&logs, 0, sizeof(logs));
	logs.spec = spec;
	logs.is_raw = spec->control.raw || !isatty(STDOUT_FILENO);
	logs.has_titles = found->count > 1 ||
	    (found->count == 1 && files_of(&found->items[0], paths) > 1);
	for (i = 0; i < found->count; i++)
		add_daemon(&logs, &found->items[i]);
	if (spec->control.follow && is_any_watched(&logs))
		follow(&logs);
	return logs.status;
}
