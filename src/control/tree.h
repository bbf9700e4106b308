/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_TREE_H
#define CONTROL_TREE_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "control/json.h"

#define TREE_MAX 512	/* processes that are shown */

struct branch {
	pid_t pid, ppid;
	unsigned int depth;
	uint64_t rss_bytes, cpu_ms;
};

/* A process and its descendants, parents first. */
struct tree {
	size_t count;
	struct branch items[TREE_MAX];
};

void	tree_take(struct tree *tree, pid_t root);

/*
 * Sums over all but the processes in except, which ends in a 0: memory and
 * processor time.
 */
void	tree_sum(const struct tree *tree, const pid_t *except,
	    uint64_t *rss_bytes, uint64_t *cpu_ms);

/* As lines, each after indent; and as the array "processes". */
void	tree_put(struct strbuf *out, const struct tree *tree,
	    const char *indent);
void	tree_put_json(struct json *json, const struct tree *tree);

#endif
