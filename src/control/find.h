/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_FIND_H
#define CONTROL_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "record/pidfile.h"
#include "record/place.h"
#include "record/record.h"
#include "spec/spec.h"

/* A state directory. */
struct place {
	char *path;
	int fd;
	uid_t owner;
};

enum daemon_kind {
	DAEMON_RECORDED,	/* there is a record; whether it lives is
				   another question */
	DAEMON_FOREIGN,		/* a pidfile that somebody else wrote */
	DAEMON_MISSING,		/* neither */
	DAEMON_DOUBTFUL		/* there is something, and it is not trusted:
				   .error says why */
};

/* What one operand, or one match of a pattern, stands for. */
struct daemon {
	enum daemon_kind kind;
	const char *what;	/* for messages: 'web', pidfile '/x' */
	const char *label;	/* for tables: web, /x */
	bool is_pattern;	/* MISSING: what nothing matched */
	unsigned int group;	/* of instances of one name; 0: none */
	const struct place *place;
	char *key;		/* RECORDED: its directory in the place */
	struct record_head head; /* FOREIGN: main alone; all zero if gone */
	struct record_tail tail;
	const char *pidfile;	/* FOREIGN: absolute */
	const char *error;
};

/* The names in a state directory, in natural order. */
struct key_list {
	char **items;
	size_t count, room;
};

struct found {
	struct place *places;
	size_t place_count;
	struct daemon *items;
	size_t count, room;
	struct key_list keys;	/* of places[0] */
	unsigned int groups;
	const char *boot;	/* os_boot_id(); NULL: it is not known */
};

/*
 * Find what the spec names: its operands, which may be patterns, -n and -p.
 * A name stands for its instances NAME@1 and so on, too; the order is the
 * user's, of several matches the natural one.  What is not there is among
 * the results.  Returns 0, or -1 after it has said why nothing can be found.
 */
int	find_named(struct found *found, const struct spec *spec);

/*
 * Find all daemons of this user; for root, in the usual places, of everyone.
 */
int	find_all(struct found *found, const struct spec *spec);

/* Open the directory of a recorded daemon.  Returns it, or -1 with errno. */
int	find_open_key(const struct daemon *daemon);

/* Read its record anew: it becomes MISSING if that is gone. */
void	find_refresh(struct daemon *daemon);

/* Say, unless quietly, that nothing matches its pattern. */
void	find_tell_unmatched(const struct daemon *daemon);

/* The same of all there are, and forget them.  Returns whether there were. */
bool	find_drop_unmatched(struct found *found);

/* Remove what is left of a daemon that is gone, unless it is back already. */
void	find_forget(const struct daemon *daemon);

/*
 * Of a daemon that is MISSING: remove the directory that it would have, if one
 * is left without a record.
 */
void	find_tidy(const struct found *found, const struct daemon *daemon);

#endif
