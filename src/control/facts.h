/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_FACTS_H
#define CONTROL_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "control/find.h"
#include "control/json.h"
#include "control/view.h"

/*
 * What a daemon is at this moment, from its record and from its processes;
 * a file that is there proves nothing.
 */
struct facts {
	const struct daemon *daemon;
	const char *state;	/* "up", "starting", "waiting", "stopping",
				   "failed", "dead", "down", "unknown" */
	enum colour colour;
	int status;		/* exit status of --status, as LSB has them */
	bool running;		/* its main process lives */
	bool ready;
	bool supervised;	/* its supervisor lives */
	bool lost;		/* it had one, which is gone */
	pid_t pid, supervisor;	/* 0: none that lives */
	uint64_t uptime_ms;
	uint64_t rss_bytes, cpu_ms;	/* of the main process */
	uid_t uid;		/* of the main process, else of the record */
	uid_t owner;		/* of the record, else of the caller */
};

/* boot: what os_boot_id() says, NULL if it does not. */
void	facts_take(struct facts *facts, const struct daemon *daemon,
	    const char *boot);

/* The command's arguments as one line that cannot drive a terminal. */
void	facts_put_command(struct strbuf *out, const struct daemon *daemon);

/* Users' names that were looked up.  All zero: none yet. */
#define USERS_MAX 32
struct users {
	size_t count;
	struct {
		uid_t uid;
		char *name;
	} items[USERS_MAX];
};

/* The user's name, or number; made harmless. */
void	facts_put_user(struct strbuf *out, struct users *users, uid_t uid);

/* The members that --list and --status have in common. */
void	facts_put_json(struct json *json, const struct facts *facts);

/* "last_exit": how a run ended. */
void	facts_put_exit(struct json *json, const char *key, int wait_status);

#endif
