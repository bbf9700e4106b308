/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/place.h"

#include <errno.h>

#include "unit/scratch.h"
#include "unit/tap.h"

static void
test_path(void)
{
	char path[PATH_MAX], long_dir[PATH_MAX + 1];

	(void)setenv("IMP_STATE_DIR", "/from/variable", 1);
	(void)place_path("/from/option", path);
	is_str(path, "/from/option", "the option comes first");
	(void)place_path(NULL, path);
	is_str(path, "/from/variable", "then the variable");
	memset(long_dir, 'x', PATH_MAX);
	long_dir[PATH_MAX] = '\0';
	is_int(place_path(long_dir, path), -1, "a path can be too long");
	(void)unsetenv("IMP_STATE_DIR");
	if (geteuid() != 0)
		return;
	(void)place_path(NULL, path);
	is_str(path, "/run/imp", "then root's own");
}

/* A user without a directory in /run/user, who may write nowhere here. */
static void
test_as_other(void)
{
	static const uid_t nobody = 65534;
	char path[PATH_MAX];

	if (geteuid() != 0 || access("/run/user/65534", F_OK) == 0 ||
	    chmod(".", 0755) == -1 || seteuid(nobody) == -1)
		return;
	(void)unsetenv("IMP_STATE_DIR");
	(void)setenv("XDG_RUNTIME_DIR", "/run/own", 1);
	(void)setenv("HOME", "/home/own", 1);
	(void)place_path(NULL, path);
	is_str(path, "/run/own/imp", "a user's is below XDG_RUNTIME_DIR");
	(void)setenv("XDG_RUNTIME_DIR", "run", 1);
	(void)place_path(NULL, path);
	is_str(path, "/home/own/.local/state/imp", "or below HOME");
	(void)setenv("HOME", "", 1);
	ok(place_path(NULL, path) == -1 && errno == ENOENT,
	    "or nowhere, never in a place that others know");
	ok(place_open("sub/state", true) == -1 && errno == EACCES,
	    "one that cannot be made says why");
	(void)!seteuid(0);
}

static void
test_keys(void)
{
	char key[KEY_ROOM], other[KEY_ROOM];
	char path[PATH_MAX];

	place_key_of_name("web@1", key);
	is_str(key, "web@1", "a name is its own key");
	place_key_of_pidfile("/no/such dir/%x", key);
	is_str(key, "%2Fno%2Fsuch%20dir%2F%25x", "a pidfile's key is escaped");
	place_key_of_pidfile("/p", key);
	is_str(key, "%2Fp", "a pidfile may be in the root");
	if (mkdir("real", 0755) == -1 || symlink("real", "link") == -1)
		abort();
	(void)snprintf(path, sizeof(path), "%.4000s/real/p", scratch);
	place_key_of_pidfile(path, key);
	(void)snprintf(path, sizeof(path), "%.4000s/.//link/p", scratch);
	place_key_of_pidfile(path, other);
	is_str(other, key, "a pidfile by another way has the same key");
}

static void
test_long_keys(void)
{
	char key[KEY_ROOM], other[KEY_ROOM];
	char path[1000];

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	place_key_of_pidfile(path, key);
	ok(strncmp(key, "%~", 2) == 0 && strlen(key) < KEY_ROOM,
	    "a long path's key is short enough for a file name");
	path[500] = 'b';
	place_key_of_pidfile(path, other);
	ok(strcmp(key, other) != 0, "and still tells two paths apart");
}

static void
test_open(void)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%.4000s/a/b/state", scratch);
	is_int(place_open(path, false), -1, "nothing is made unasked");
	fd = place_open(path, true);
	ok(fd != -1, "a state directory is made, parents included");
	(void)close(fd);
	(void)chmod(path, 0775);
	is_int(place_open(path, true), -1, "a group may not write to it");
	(void)chmod(path, 0757);
	is_int(place_open(path, true), -1, "others may not, either");
	if (geteuid() != 0)
		return;
	(void)chmod(path, 0755);
	if (chown(path, 65534, 65534) == -1)
		abort();
	is_int(place_open(path, true), -1, "it may not be another user's");
}

int
main(void)
{
	scratch_begin();
	test_path();
	test_as_other();
	test_keys();
	test_long_keys();
	test_open();
	return tap_done();
}
