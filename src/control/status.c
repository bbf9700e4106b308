/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/status.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/signame.h"
#include "control/facts.h"
#include "control/link.h"
#include "control/list.h"
#include "control/logs.h"
#include "control/tree.h"
#include "os/process.h"
#include "record/history.h"
#include "record/status.h"

#define PATIENCE_MS 2000
#define LOG_LINES   10
#define LINE_SHOWN  400

/* Of the last ends; all are in the JSON. */
#define EXITS_SHOWN 5

/* All that is told of one daemon. */
struct report {
	struct facts facts;
	bool is_stopped;	/* its supervisor, by SIGSTOP for example */
	bool has_answer;	/* its supervisor has answered: .status */
	struct strbuf answer;
	struct status status;
	unsigned int exits;
	struct history_entry history[HISTORY_ENTRIES];
	uint64_t rss_bytes, cpu_ms;	/* of all of its processes */
	struct tree tree;
	bool has_log;
	struct strbuf log;
};

/* One that is stopped could not hear us. */
static bool
look_whether_stopped(pid_t supervisor)
{
	struct os_process process;

	return supervisor != 0 && os_process(supervisor, &process) == 0 &&
	    process.state == 'T';
}

static void
ask_supervisor(struct report *report)
{
	const struct daemon *daemon = report->facts.daemon;
	int key_fd = find_open_key(daemon);

	if (key_fd == -1)
		return;
	report->exits = history_read(key_fd, report->history);
	report->is_stopped = look_whether_stopped(report->facts.supervisor);
	if (report->facts.supervised && !report->is_stopped &&
	    link_query(daemon->place->fd, daemon->key, ASK_STATUS,
		PATIENCE_MS, &report->answer) == EX_DONE &&
	    report->answer.length > 0)
		report->has_answer = status_parse(&report->status,
		    report->answer.bytes) == 0;
	(void)close(key_fd);
}

static void
take_tree(struct report *report)
{
	const struct facts *facts = &report->facts;
	pid_t except[STATUS_LOGS + 2] = { 0 };
	int i, n = 0;

	if (facts->supervisor != 0)
		except[n++] = facts->supervisor;
	for (i = 0; report->has_answer && i < STATUS_LOGS; i++)
		if (report->status.logs[i].logger != 0)
			except[n++] = report->status.logs[i].logger;
	tree_take(&report->tree,
	    facts->supervisor != 0 ? facts->supervisor : facts->pid);
	tree_sum(&report->tree, except, &report->rss_bytes, &report->cpu_ms);
}

static void
take(struct report *report, const struct daemon *daemon, const char *boot)
{
	memset(report, 0, sizeof(*report));
	facts_take(&report->facts, daemon, boot);
	if (daemon->kind == DAEMON_RECORDED) {
		ask_supervisor(report);
		report->has_log =
		    logs_tail(daemon, LOG_LINES, &report->log) == 0;
	}
	if (report->has_answer && report->status.state != NULL &&
	    report->facts.supervised)
		report->facts.ready = report->status.ready;
	take_tree(report);
}

static void
forget(struct report *report)
{
	strbuf_fini(&report->answer);
	strbuf_fini(&report->log);
}

/* A line "     Label: ", as wide as all of them. */
static void
put_label(struct strbuf *out, const char *label)
{
	strbuf_addf(out, "%12s: ", label);
}

static void
put_text_line(struct strbuf *out, const char *label, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	put_label(out, label);
	view_text(out, text);
	strbuf_add(out, "\n");
}

static void
put_heading(struct strbuf *out, const struct report *report, bool has_colour)
{
	const struct daemon *daemon = report->facts.daemon;
	struct strbuf name = { NULL, 0, 0 };

	view_text(&name, daemon->label);
	view_coloured(out, has_colour, report->facts.colour, "*");
	strbuf_addf(out, " %s", name.bytes);
	if (daemon->kind == DAEMON_RECORDED) {
		strbuf_add(out, " - ");
		facts_put_command(out, daemon);
	}
	strbuf_add(out, "\n");
	strbuf_fini(&name);
}

static void
put_since(struct strbuf *out, const struct facts *facts)
{
	strbuf_add(out, "since ");
	view_time(out, clock_wall_ms() - facts->uptime_ms);
	strbuf_add(out, ", for ");
	view_duration(out, facts->uptime_ms);
}

/* "waiting 8.0 s: restart 3, exited with status 1 after 0.4 s" */
static void
put_waiting(struct strbuf *out, const struct status *status)
{
	if (status->next_ms != 0 && status->next_ms != CLOCK_NEVER) {
		strbuf_add(out, " ");
		view_duration(out, status->next_ms);
	}
	if (status->why != NULL) {
		strbuf_add(out, ": ");
		view_text(out, status->why);
	}
}

/* "stopping: SIGTERM was sent, next step in 8.0 s" */
static void
put_stopping(struct strbuf *out, const struct status *status)
{
	char name[SIGNAME_MAX];

	if (status->stop_signal != 0)
		strbuf_addf(out, ": %s was sent",
		    signame_text(status->stop_signal, name));
	if (status->next_ms != 0 && status->next_ms != CLOCK_NEVER) {
		strbuf_add(out, ", next step in ");
		view_duration(out, status->next_ms);
	}
}

static void
put_given_up(struct strbuf *out, const struct record_head *head)
{
	strbuf_add(out, ": given up");
	if (head->restarts != 0)
		strbuf_addf(out, " after restart %llu",
		    (unsigned long long)head->restarts);
	if (head->last_status >= 0) {
		strbuf_add(out, "; it ");
		view_ending(out, head->last_status);
	}
}

/* What does not run, and nobody is about to start. */
static void
put_gone(struct strbuf *out, const struct facts *facts)
{
	const struct daemon *daemon = facts->daemon;

	if (daemon->error != NULL)
		strbuf_addf(out, ": %s", daemon->error);
	else if (daemon->kind == DAEMON_MISSING)
		strbuf_add(out, ": it has ended, or was never started");
	else if (facts->status == EX_STATUS_UNKNOWN)
		strbuf_add(out, ": its processes cannot be told (is /proc "
				"there, and does it show them?)");
	else if (daemon->head.state == RECORD_GAVE_UP)
		put_given_up(out, &daemon->head);
	else if (facts->supervised)
		strbuf_add(out, ": it has ended, which its supervisor has not "
				"noticed yet");
	else
		strbuf_add(out, ": it has ended, and nobody has stopped it");
}

static bool
is_stopping(const struct facts *facts)
{
	return facts->supervised &&
	    facts->daemon->head.state == RECORD_STOPPING;
}

/* The state, and why. */
static void
put_state(struct strbuf *out, const struct report *report, bool has_colour)
{
	const struct facts *facts = &report->facts;

	put_label(out, "State");
	view_coloured(out, has_colour, facts->colour, facts->state);
	if (is_stopping(facts))
		put_stopping(out, &report->status);
	else if (facts->running) {
		strbuf_add(out, " ");
		put_since(out, facts);
	} else if (facts->supervised && facts->daemon->head.main.pid == 0)
		put_waiting(out, &report->status);
	else
		put_gone(out, facts);
	if (facts->lost)
		strbuf_add(out, "; its supervisor is gone");
	strbuf_add(out, "\n");
	if (facts->running)
		put_text_line(out, "Why", report->status.why);
}

static void
put_processes(struct strbuf *out, const struct report *report)
{
	const struct facts *facts = &report->facts;
	const struct record_head *head = &facts->daemon->head;

	if (facts->pid != 0) {
		put_label(out, "Main process");
		strbuf_addf(out, "%ld", (long)facts->pid);
		if (is_stopping(facts)) {
			strbuf_add(out, ", ");
			put_since(out, facts);
		}
		strbuf_add(out, "\n");
	}
	if (facts->supervisor != 0) {
		put_label(out, "Supervisor");
		strbuf_addf(out, "%ld%s\n", (long)facts->supervisor,
		    report->is_stopped ? ", stopped by a signal: it does "
					 "nothing until SIGCONT"
				       : "");
	}
	if (head->restarts != 0) {
		put_label(out, "Restarts");
		strbuf_addf(out, "%llu\n",
		    (unsigned long long)head->restarts);
	}
	if (head->last_status >= 0 && report->exits == 0) {
		put_label(out, "Last run");
		view_ending(out, head->last_status);
		strbuf_add(out, "\n");
	}
}

static void
put_health(struct strbuf *out, const struct report *report)
{
	const struct status *status = &report->status;

	if (report->facts.supervised && status->ready_how != NULL) {
		put_label(out, "Ready");
		strbuf_add(out, report->facts.ready ? "yes (" : "no (");
		view_text(out, status->ready_how);
		strbuf_add(out, ")\n");
	}
	put_text_line(out, "Says", status->text);
	if (status->error != 0)
		put_text_line(out, "Error", strerror(status->error));
}

/* Of what is not imp's. */
static void
put_use(struct strbuf *out, const struct report *report)
{
	if (report->rss_bytes == 0)
		return;
	put_label(out, "Memory");
	view_size(out, report->rss_bytes);
	strbuf_add(out, "\n");
	put_label(out, "CPU");
	view_duration(out, report->cpu_ms);
	strbuf_add(out, "\n");
}

static void
put_tree(struct strbuf *out, const struct report *report)
{
	if (report->tree.count == 0)
		return;
	put_label(out, "Processes");
	strbuf_addf(out, "%zu\n", report->tree.count);
	tree_put(out, &report->tree, "              ");
}

static void
put_log(struct strbuf *out, const struct status_log *log)
{
	put_label(out, "Log");
	view_text(out, log->dest);
	if (log->dropped_bytes != 0)
		strbuf_addf(out, "; dropped %llu bytes (%llu lines)",
		    (unsigned long long)log->dropped_bytes,
		    (unsigned long long)log->dropped_lines);
	if (log->suppressed_lines != 0)
		strbuf_addf(out, "; suppressed %llu lines",
		    (unsigned long long)log->suppressed_lines);
	if (log->blocked)
		strbuf_add(out, "; it takes nothing");
	else if (log->error != 0)
		strbuf_add(out, "; cannot rotate or open it");
	if (log->error != 0)
		strbuf_addf(out, ": %s", strerror(log->error));
	if (log->compress_status != 0)
		strbuf_addf(out, "; cannot compress old files: status %d",
		    log->compress_status);
	strbuf_add(out, "\n");
}

static void
put_logs(struct strbuf *out, const struct report *report)
{
	const char *const *text = report->facts.daemon->tail.text;
	const char *err = text[RECORD_STDERR];
	bool known = false;
	int i;

	for (i = 0; report->has_answer && i < STATUS_LOGS; i++) {
		if (report->status.logs[i].dest == NULL)
			continue;
		put_log(out, &report->status.logs[i]);
		known = true;
	}
	if (known)
		return;
	put_text_line(out, "Log", text[RECORD_STDOUT]);
	if (err != NULL && (text[RECORD_STDOUT] == NULL ||
			       strcmp(err, text[RECORD_STDOUT]) != 0))
		put_text_line(out, "Errors", err);
}

static void
put_exit(struct strbuf *out, const struct history_entry *entry)
{
	view_time(out, entry->wall_ms);
	strbuf_add(out, "  ");
	if (entry->cause == HISTORY_NO_START)
		strbuf_addf(out, "could not be started: %s",
		    strerror(entry->error));
	else {
		view_ending(out, entry->status);
		strbuf_add(out, " after ");
		view_duration(out, entry->uptime_ms);
	}
	if (entry->cause != HISTORY_ENDED && entry->cause != HISTORY_NO_START)
		strbuf_addf(out, " (%s)", history_cause_name(entry->cause));
	strbuf_add(out, "\n");
}

static void
put_history(struct strbuf *out, const struct report *report)
{
	unsigned int i;

	for (i = 0; i < report->exits && i < EXITS_SHOWN; i++) {
		if (i == 0)
			put_label(out, "Last ends");
		else
			strbuf_addf(out, "%14s", "");
		put_exit(out, &report->history[i]);
	}
}

/* Of a line of any length only the beginning is of use here. */
static void
put_tail_line(struct strbuf *out, const char *line, size_t length)
{
	bool is_cut = length > LINE_SHOWN;

	view_log(out, line, is_cut ? LINE_SHOWN : length);
	strbuf_add(out, is_cut ? "...\n" : "\n");
}

static void
put_tail(struct strbuf *out, const struct report *report)
{
	const char *line = report->log.bytes;
	const char *end = line + report->log.length;
	const char *newline;

	if (!report->has_log || report->log.length == 0)
		return;
	strbuf_add(out, "\n");
	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		if (newline == NULL)
			newline = end;
		put_tail_line(out, line, (size_t)(newline - line));
	}
}

static void
put_report(struct strbuf *out, const struct report *report, bool has_colour)
{
	put_heading(out, report, has_colour);
	put_state(out, report, has_colour);
	put_processes(out, report);
	put_health(out, report);
	put_logs(out, report);
	put_history(out, report);
	put_use(out, report);
	put_tree(out, report);
	put_tail(out, report);
}

static void
put_json_history(struct json *json, const struct report *report)
{
	const struct history_entry *entry;
	unsigned int i;

	json_open(json, "history", '[');
	for (i = 0; i < report->exits; i++) {
		entry = &report->history[i];
		json_open(json, NULL, '{');
		json_number(json, "number", (int64_t)entry->number);
		json_time(json, "time", entry->wall_ms);
		json_string(json, "cause", history_cause_name(entry->cause));
		facts_put_exit(json, "exit", entry->cause == HISTORY_NO_START
			? -1
			: entry->status);
		json_string(json, "error", entry->error == 0
			? NULL
			: strerror(entry->error));
		if (entry->pid == 0)
			json_null(json, "pid");
		else
			json_number(json, "pid", entry->pid);
		json_seconds(json, "uptime_seconds", entry->uptime_ms);
		json_seconds(json, "cpu_seconds", entry->cpu_ms);
		json_number(json, "peak_memory_bytes",
		    (int64_t)entry->peak_bytes);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void
put_json_logs(struct json *json, const struct report *report)
{
	const struct status_log *log;
	int i;

	json_open(json, "logs", '[');
	for (i = 0; report->has_answer && i < STATUS_LOGS; i++) {
		log = &report->status.logs[i];
		if (log->dest == NULL)
			continue;
		json_open(json, NULL, '{');
		json_string(json, "destination", log->dest);
		json_number(json, "logger_pid", log->logger);
		json_number(json, "bytes", (int64_t)log->bytes);
		json_number(json, "lines", (int64_t)log->lines);
		json_number(json, "dropped_bytes",
		    (int64_t)log->dropped_bytes);
		json_number(json, "dropped_lines",
		    (int64_t)log->dropped_lines);
		json_number(json, "suppressed_lines",
		    (int64_t)log->suppressed_lines);
		json_number(json, "rotations", (int64_t)log->rotations);
		json_bool(json, "blocked", log->blocked);
		json_string(json, "error",
		    log->error == 0 ? NULL : strerror(log->error));
		json_number(json, "compress_status", log->compress_status);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void
put_json_tail(struct json *json, const struct report *report)
{
	char *rest = report->log.bytes;
	const char *line;
	size_t i;

	/* Substitute, as ASCII calls it, for what would end the string. */
	for (i = 0; i < report->log.length; i++)
		if (rest[i] == '\0')
			rest[i] = '\032';
	json_open(json, "last_lines", '[');
	while (report->log.length > 0 && (line = strsep(&rest, "\n")) != NULL)
		if (rest != NULL || *line != '\0')
			json_string(json, NULL, line);
	json_close(json, ']');
}

static void
put_json_report(struct json *json, const struct report *report)
{
	const struct status *status = &report->status;

	json_open(json, NULL, '{');
	facts_put_json(json, &report->facts);
	json_number(json, "lsb_status", report->facts.status);
	json_string(json, "why", status->why);
	if (status->next_ms == 0 || status->next_ms == CLOCK_NEVER)
		json_null(json, "next_seconds");
	else
		json_seconds(json, "next_seconds", status->next_ms);
	json_number(json, "restarts_in_row", (int64_t)status->in_row);
	json_string(json, "ready_how", status->ready_how);
	json_string(json, "status_text", status->text);
	json_string(json, "status_error",
	    status->error == 0 ? NULL : strerror(status->error));
	json_number(json, "total_memory_bytes", (int64_t)report->rss_bytes);
	json_seconds(json, "total_cpu_seconds", report->cpu_ms);
	tree_put_json(json, &report->tree);
	put_json_logs(json, report);
	put_json_history(json, report);
	put_json_tail(json, report);
	json_close(json, '}');
}

/* With a line between two; -q says nothing. */
static void
put_one(const struct spec *spec, struct strbuf *out, struct json *json,
    const struct report *report)
{
	if (spec->control.format == FORMAT_JSON) {
		put_json_report(json, report);
		return;
	}
	if (spec->level == DIAG_QUIET)
		return;
	if (out->length > 0)
		strbuf_add(out, "\n");
	put_report(out, report, view_has_colour());
}

static int
worse(int a, int b)
{
	return a > b ? a : b;
}

static int
status_metrics(const struct found *found, int worst)
{
	struct facts facts;
	size_t i;

	if (list_metrics(found) != EX_DONE)
		return EX_STATUS_UNKNOWN;
	for (i = 0; i < found->count; i++) {
		facts_take(&facts, &found->items[i], found->boot);
		worst = worse(worst, facts.status);
	}
	return worst;
}

int
status_run(const struct spec *spec, struct found *found)
{
	static struct report report;
	struct strbuf out = { NULL, 0, 0 };
	struct json json;
	int worst;
	size_t i;

	worst = find_drop_unmatched(found) ? EX_STATUS_STOPPED : EX_DONE;
	if (spec->control.format == FORMAT_PROMETHEUS)
		return status_metrics(found, worst);
	json_init(&json, &out);
	if (spec->control.format == FORMAT_JSON)
		json_open(&json, NULL, '[');
	for (i = 0; i < found->count; i++) {
		take(&report, &found->items[i], found->boot);
		put_one(spec, &out, &json, &report);
		worst = worse(worst, report.facts.status);
		forget(&report);
	}
	if (spec->control.format == FORMAT_JSON) {
		json_close(&json, ']');
		strbuf_add(&out, "\n");
	}
	return view_flush(&out) == 0 ? worst : EX_STATUS_UNKNOWN;
}
