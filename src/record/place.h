/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef RECORD_PLACE_H
#define RECORD_PLACE_H

#include <limits.h>
#include <stdbool.h>

/*
 * Where records are kept: a directory with one directory for each key.  A
 * daemon's keys are its name and its pidfile's escaped path; the second
 * holds hard links to the files of the first, so that either finds it.
 */

#define KEY_ROOM (NAME_MAX + 1)

/*
 * The path of the state directory: dir if not NULL, else $IMP_STATE_DIR,
 * else /run/imp for root and $XDG_RUNTIME_DIR/imp for others, else
 * /run/user/UID/imp if that is there, else $HOME/.local/state/imp.
 *
 * Returns 0, or -1 with errno: ENOENT if none of these is set, ENAMETOOLONG.
 */
int	place_path(const char *dir, char path[PATH_MAX]);

/*
 * Open the state directory at path, and make it if may_create is set.  It must
 * belong to the effective user, or to root, and be writable by no other.
 *
 * Returns a descriptor (O_RDONLY), or -1 with errno: TRUST_DOUBT if it could
 * be somebody else's, else from open(2) or mkdir(2).
 */
int	place_open(const char *path, bool may_create);

/* The key of a name that has been checked. */
void	place_key_of_name(const char *name, char key[KEY_ROOM]);

/*
 * The key of a pidfile: its absolute path, without the symbolic links on the
 * way to its directory, escaped as in a URL; it always begins with '%', which
 * no name does.
 */
void	place_key_of_pidfile(const char *path, char key[KEY_ROOM]);

#endif
