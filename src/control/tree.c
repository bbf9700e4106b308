/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/tree.h"

#include <string.h>
#include <unistd.h>

#include "control/view.h"
#include "os/process.h"

/* Of a command line that is shown. */
#define COMMAND_ROOM 160

static int
take(void *context, pid_t pid)
{
	struct tree *tree = context;
	struct branch *branch;
	struct os_process process;
	size_t parent = tree->count;

	if (tree->count == TREE_MAX || os_process(pid, &process) == -1 ||
	    os_process_is_over(&process))
		return 0;
	branch = &tree->items[tree->count++];
	branch->pid = pid;
	branch->ppid = process.ppid;
	branch->rss_bytes = process.rss_bytes;
	branch->cpu_ms = process.cpu_ticks * 1000 /
	    (uint64_t)sysconf(_SC_CLK_TCK);
	branch->depth = 0;
	while (parent-- > 0)
		if (tree->items[parent].pid == branch->ppid) {
			branch->depth = tree->items[parent].depth + 1;
			break;
		}
	return os_each_child(pid, take, tree);
}

void
tree_take(struct tree *tree, pid_t root)
{
	tree->count = 0;
	if (root > 0)
		(void)take(tree, root);
}

static int
is_among(const pid_t *pids, pid_t pid)
{
	for (; *pids != 0; pids++)
		if (*pids == pid)
			return 1;
	return 0;
}

void
tree_sum(const struct tree *tree, const pid_t *except, uint64_t *rss_bytes,
    uint64_t *cpu_ms)
{
	size_t i;

	*rss_bytes = *cpu_ms = 0;
	for (i = 0; i < tree->count; i++) {
		if (is_among(except, tree->items[i].pid))
			continue;
		*rss_bytes += tree->items[i].rss_bytes;
		*cpu_ms += tree->items[i].cpu_ms;
	}
}

/* Arguments with blanks between; a process without any by its name. */
static void
put_command(struct strbuf *out, pid_t pid)
{
	char text[COMMAND_ROOM];
	struct os_process process;
	ssize_t n = os_process_file(pid, "cmdline", text, sizeof(text));
	ssize_t i;

	if (n <= 0) {
		strbuf_add(out, os_process(pid, &process) == 0 ? process.comm
							       : "?");
		return;
	}
	if (text[n - 1] == '\0')
		n--;
	for (i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	strbuf_add(out, text);
	if (n + 1 >= COMMAND_ROOM - 1)
		strbuf_add(out, "...");
}

/* Whether another one with the same parent follows. */
static bool
has_sibling(const struct tree *tree, size_t i, unsigned int depth)
{
	for (i++; i < tree->count; i++) {
		if (tree->items[i].depth < depth)
			return false;
		if (tree->items[i].depth == depth)
			return true;
	}
	return false;
}

static void
put_branch(struct strbuf *out, const struct tree *tree, size_t i)
{
	const struct branch *branch = &tree->items[i];
	struct strbuf command = { NULL, 0, 0 };
	unsigned int depth;

	for (depth = 1; depth < branch->depth; depth++)
		strbuf_add(out, has_sibling(tree, i, depth) ? "| " : "  ");
	if (branch->depth > 0)
		strbuf_add(out,
		    has_sibling(tree, i, branch->depth) ? "|-" : "`-");
	strbuf_addf(out, "%ld ", (long)branch->pid);
	put_command(&command, branch->pid);
	view_text(out, command.bytes);
	strbuf_add(out, "\n");
	strbuf_fini(&command);
}

void
tree_put(struct strbuf *out, const struct tree *tree, const char *indent)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		strbuf_add(out, indent);
		put_branch(out, tree, i);
	}
}

void
tree_put_json(struct json *json, const struct tree *tree)
{
	struct strbuf command = { NULL, 0, 0 };
	size_t i;

	json_open(json, "processes", '[');
	for (i = 0; i < tree->count; i++) {
		json_open(json, NULL, '{');
		json_number(json, "pid", tree->items[i].pid);
		json_number(json, "parent_pid", tree->items[i].ppid);
		strbuf_clear(&command);
		put_command(&command, tree->items[i].pid);
		json_string(json, "command", command.bytes);
		json_number(json, "memory_bytes",
		    (int64_t)tree->items[i].rss_bytes);
		json_seconds(json, "cpu_seconds", tree->items[i].cpu_ms);
		json_close(json, '}');
	}
	json_close(json, ']');
	strbuf_fini(&command);
}
