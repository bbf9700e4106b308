/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/list.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/xalloc.h"
#include "control/facts.h"

enum column {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_PID,
	COLUMN_USER,
	COLUMN_UPTIME,
	COLUMN_RESTARTS,
	COLUMN_MEMORY,
	COLUMN_COMMAND,
	COLUMNS
};

static const char *const titles[COLUMNS] = { "NAME", "STATE", "PID", "USER",
	"UPTIME", "RESTARTS", "MEMORY", "COMMAND" };

struct row {
	struct strbuf cells[COLUMNS];
	enum colour colour;	/* of the state */
};

/* Of a command that is cut at the edge of the terminal. */
static const char ellipsis[] = "...";

#define ELLIPSIS_WIDTH (sizeof(ellipsis) - 1)

static void
fill_row(struct row *row, const struct facts *facts, struct users *users)
{
	const struct daemon *daemon = facts->daemon;
	struct strbuf *cells = row->cells;

	row->colour = facts->colour;
	view_text(&cells[COLUMN_NAME], daemon->label);
	strbuf_add(&cells[COLUMN_STATE], facts->state);
	if (facts->lost && facts->running)
		strbuf_add(&cells[COLUMN_STATE], " (alone)");
	if (daemon->kind == DAEMON_MISSING) {
		strbuf_add(&cells[COLUMN_USER], "-");
		strbuf_add(&cells[COLUMN_RESTARTS], "-");
	} else {
		facts_put_user(&cells[COLUMN_USER], users, facts->uid);
		strbuf_addf(&cells[COLUMN_RESTARTS], "%llu",
		    (unsigned long long)daemon->head.restarts);
	}
	facts_put_command(&cells[COLUMN_COMMAND], daemon);
	if (!facts->running) {
		strbuf_add(&cells[COLUMN_PID], "-");
		strbuf_add(&cells[COLUMN_UPTIME], "-");
		strbuf_add(&cells[COLUMN_MEMORY], "-");
		return;
	}
	strbuf_addf(&cells[COLUMN_PID], "%ld", (long)facts->pid);
	view_duration(&cells[COLUMN_UPTIME], facts->uptime_ms);
	view_size(&cells[COLUMN_MEMORY], facts->rss_bytes);
}

static void
measure(const struct row *rows, size_t count, size_t widths[COLUMNS])
{
	size_t i, width;
	int c;

	for (c = 0; c < COLUMNS; c++) {
		widths[c] = strlen(titles[c]);
		for (i = 0; i < count; i++) {
			width = view_width(rows[i].cells[c].bytes);
			if (width > widths[c])
				widths[c] = width;
		}
	}
}

/* So that a line of the table is a line of the terminal. */
static void
cut_commands(struct row *rows, size_t count, const size_t widths[COLUMNS])
{
	size_t room = view_columns(STDOUT_FILENO);
	struct strbuf *cell;
	size_t i;
	int c;

	for (c = 0; c < COLUMN_COMMAND; c++)
		room -= room < widths[c] + 2 ? room : widths[c] + 2;
	if (room <= ELLIPSIS_WIDTH)
		return;
	for (i = 0; i < count; i++) {
		cell = &rows[i].cells[COLUMN_COMMAND];
		if (view_width(cell->bytes) <= room)
			continue;
		view_cut(cell, room - ELLIPSIS_WIDTH);
		strbuf_add(cell, ellipsis);
	}
}

static const char *
cell_text(const struct row *row, int column)
{
	return row == NULL ? titles[column] : row->cells[column].bytes;
}

/* Nothing, and no blanks, behind the last cell that has something in it. */
static void
put_row(struct strbuf *out, const struct row *row,
    const size_t widths[COLUMNS], bool has_colour)
{
	int last = COLUMN_COMMAND;
	size_t n;
	int c;

	while (*cell_text(row, last) == '\0')
		last--;
	for (c = 0; c <= last; c++) {
		view_coloured(out,
		    has_colour && (row == NULL || c == COLUMN_STATE),
		    row == NULL ? COLOUR_FAINT : row->colour,
		    cell_text(row, c));
		for (n = view_width(cell_text(row, c));
		     c < last && n < widths[c] + 2; n++)
			strbuf_add(out, " ");
	}
	strbuf_add(out, "\n");
}

static int
print_table(const struct found *found)
{
	struct row *rows = xcalloc(found->count, sizeof(*rows));
	struct strbuf out = { NULL, 0, 0 };
	bool has_colour = view_has_colour();
	struct users users = { 0 };
	size_t widths[COLUMNS];
	struct facts facts;
	size_t i;

	for (i = 0; i < found->count; i++) {
		facts_take(&facts, &found->items[i], found->boot);
		fill_row(&rows[i], &facts, &users);
	}
	measure(rows, found->count, widths);
	cut_commands(rows, found->count, widths);
	put_row(&out, NULL, widths, has_colour);
	for (i = 0; i < found->count; i++)
		put_row(&out, &rows[i], widths, has_colour);
	return view_flush(&out) == 0 ? EX_DONE : EX_FAILED;
}

static int
print_json(const struct found *found)
{
	struct strbuf out = { NULL, 0, 0 };
	struct facts facts;
	struct json json;
	size_t i;

	json_init(&json, &out);
	json_open(&json, NULL, '[');
	for (i = 0; i < found->count; i++) {
		facts_take(&facts, &found->items[i], found->boot);
		json_open(&json, NULL, '{');
		facts_put_json(&json, &facts);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	strbuf_add(&out, "\n");
	return view_flush(&out) == 0 ? EX_DONE : EX_FAILED;
}

enum metric {
	METRIC_UP,
	METRIC_READY,
	METRIC_SUPERVISED,
	METRIC_RESTARTS,
	METRIC_START,
	METRIC_MEMORY,
	METRIC_CPU,
	METRICS
};

static const struct {
	const char *name, *type, *help;
} metrics[METRICS] = {
	[METRIC_UP] = { "imp_daemon_up", "gauge",
	    "Whether the main process runs." },
	[METRIC_READY] = { "imp_daemon_ready", "gauge",
	    "Whether it is ready." },
	[METRIC_SUPERVISED] = { "imp_daemon_supervised", "gauge",
	    "Whether its supervisor runs." },
	[METRIC_RESTARTS] = { "imp_daemon_restarts_total", "counter",
	    "Restarts since the daemon was first started." },
	[METRIC_START] = { "imp_daemon_start_time_seconds", "gauge",
	    "When the present run began, since the epoch." },
	[METRIC_MEMORY] = { "imp_daemon_resident_memory_bytes", "gauge",
	    "Resident memory of the main process." },
	[METRIC_CPU] = { "imp_daemon_cpu_seconds_total", "counter",
	    "Processor time of the present main process." },
};

static uint64_t
metric_ms(const struct facts *facts, enum metric metric)
{
	switch (metric) {
	case METRIC_UP:
		return facts->running ? 1000 : 0;
	case METRIC_READY:
		return facts->ready ? 1000 : 0;
	case METRIC_SUPERVISED:
		return facts->supervised ? 1000 : 0;
	case METRIC_RESTARTS:
		return facts->daemon->head.restarts * 1000;
	case METRIC_START:
		return facts->running
		    ? clock_wall_ms() - facts->uptime_ms
		    : 0;
	case METRIC_MEMORY:
		return facts->rss_bytes * 1000;
	case METRIC_CPU:
		return facts->cpu_ms;
	case METRICS:
		break;
	}
	return 0;
}

/* The format knows three escapes; what is no UTF-8 is not allowed in it. */
static void
put_label(struct strbuf *out, const char *s)
{
	struct strbuf text = { NULL, 0, 0 };
	const char *p;

	view_text(&text, s);
	for (p = text.bytes; *p != '\0'; p++) {
		if (*p == '\\' || *p == '"')
			strbuf_add(out, "\\");
		strbuf_add_bytes(out, p, 1);
	}
	strbuf_fini(&text);
}

static void
put_metric(struct strbuf *out, const struct facts *facts, struct users *users,
    enum metric metric)
{
	uint64_t ms = metric_ms(facts, metric);

	strbuf_addf(out, "%s{name=\"", metrics[metric].name);
	put_label(out, facts->daemon->label);
	/* Whose it is: with the name, no other has both. */
	strbuf_add(out, "\",user=\"");
	facts_put_user(out, users, facts->owner);
	strbuf_addf(out, "\"} %llu", (unsigned long long)(ms / 1000));
	if (ms % 1000 != 0)
		strbuf_addf(out, ".%03u", (unsigned int)(ms % 1000));
	strbuf_add(out, "\n");
}

int
list_metrics(const struct found *found)
{
	struct facts *facts = xcalloc(found->count, sizeof(*facts));
	struct strbuf out = { NULL, 0, 0 };
	struct users users = { 0 };
	size_t i;
	int m;

	for (i = 0; i < found->count; i++)
		facts_take(&facts[i], &found->items[i], found->boot);
	for (m = 0; m < METRICS; m++) {
		strbuf_addf(&out, "# HELP %s %s\n# TYPE %s %s\n",
		    metrics[m].name, metrics[m].help, metrics[m].name,
		    metrics[m].type);
		for (i = 0; i < found->count; i++)
			put_metric(&out, &facts[i], &users, (enum metric)m);
	}
	free(facts);
	return view_flush(&out) == 0 ? EX_DONE : EX_FAILED;
}

int
list_run(const struct spec *spec, struct found *found)
{
	(void)find_drop_unmatched(found);
	switch (spec->control.format) {
	case FORMAT_JSON:
		return print_json(found);
	case FORMAT_PROMETHEUS:
		return list_metrics(found);
	case FORMAT_TEXT:
		break;
	}
	return print_table(found);
}
