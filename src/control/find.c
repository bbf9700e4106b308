/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/find.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "os/directory.h"
#include "os/process.h"
#include "os/trust.h"
#include "record/claim.h"
#include "spec/name.h"

/* Where the users of a machine have theirs; see place_path(). */
#define USERS	   "/run/user"
#define USER_PLACE "imp"

static struct daemon *
add(struct found *found, enum daemon_kind kind, const char *what,
    const char *label)
{
	struct daemon *daemon;

	if (found->count == found->room) {
		found->room = found->room == 0 ? 16 : found->room * 2;
		found->items = xreallocarray(found->items, found->room,
		    sizeof(*found->items));
	}
	daemon = &found->items[found->count++];
	memset(daemon, 0, sizeof(*daemon));
	daemon->kind = kind;
	daemon->what = what;
	daemon->label = label;
	daemon->head.last_status = -1;
	return daemon;
}

int
find_open_key(const struct daemon *daemon)
{
	return openat(daemon->place->fd, daemon->key,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Keep of a record what is used of it: there may be thousands. */
static void
keep(struct daemon *daemon, const struct record *record)
{
	int i;

	daemon->head = record->head;
	for (i = 0; i < RECORD_TEXTS; i++)
		daemon->tail.text[i] = record->tail.text[i] == NULL
		    ? NULL
		    : xstrdup(record->tail.text[i]);
}

static const char *
explain_doubt(int error)
{
	if (error == TRUST_DOUBT)
		return "its record could be somebody else's";
	if (error == EINVAL)
		return "its record cannot be understood";
	return xasprintf("its record cannot be read: %s", strerror(error));
}

static void
read_record(struct daemon *daemon)
{
	static struct record record;
	int rc = record_read_at(daemon->place->fd, daemon->key,
	    daemon->place->owner, &record);

	if (rc == 0) {
		daemon->kind = DAEMON_RECORDED;
		keep(daemon, &record);
	} else if (errno == ENOENT || errno == ENOTDIR) {
		daemon->kind = DAEMON_MISSING;
		memset(&daemon->head, 0, sizeof(daemon->head));
	} else {
		daemon->kind = DAEMON_DOUBTFUL;
		daemon->error = explain_doubt(errno);
	}
}

void
find_refresh(struct daemon *daemon)
{
	if (daemon->key != NULL)
		read_record(daemon);
}

void
find_tell_unmatched(const struct daemon *daemon)
{
	diag_notice("no daemon matches %s", daemon->what);
}

bool
find_drop_unmatched(struct found *found)
{
	size_t i, count = found->count;

	found->count = 0;
	for (i = 0; i < count; i++)
		if (found->items[i].is_pattern)
			find_tell_unmatched(&found->items[i]);
		else
			found->items[found->count++] = found->items[i];
	return found->count < count;
}

void
find_forget(const struct daemon *daemon)
{
	static struct record holder;
	const char *name = daemon->tail.text[RECORD_NAME];
	const char *pidfile = daemon->tail.text[RECORD_PIDFILE];
	char storage[2][KEY_ROOM];
	const char *keys[2] = { storage[0], storage[1] };
	unsigned int count = 0;
	struct claim claim;

	if (name != NULL)
		place_key_of_name(name, storage[count++]);
	if (pidfile != NULL)
		place_key_of_pidfile(pidfile, storage[count++]);
	claim_init(&claim);
	if (count > 0 && claim_take(&claim, daemon->place->path, keys, count,
			     &holder) == 0)
		claim_release(&claim);
}

void
find_tidy(const struct found *found, const struct daemon *daemon)
{
	const char *key = daemon->key;
	char storage[KEY_ROOM];

	if (found->place_count == 0 || daemon->is_pattern)
		return;
	if (key == NULL && daemon->pidfile != NULL) {
		place_key_of_pidfile(daemon->pidfile, storage);
		key = storage;
	}
	if (key == NULL)
		key = daemon->label;
	if (faccessat(found->places[0].fd, key, F_OK, 0) == 0)
		claim_tidy(found->places[0].path, key);
}

/* Among the first count. */
static bool
is_listed(const struct found *found, size_t count, const struct place *place,
    const char *key)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (found->items[i].key != NULL &&
		    found->items[i].place == place &&
		    strcmp(found->items[i].key, key) == 0)
			return true;
	return false;
}

static struct daemon *
add_key(struct found *found, const struct place *place, const char *key)
{
	char *what = xasprintf("'%s'", key);
	struct daemon *daemon = add(found, DAEMON_MISSING, what, key);

	daemon->place = place;
	daemon->key = xstrdup(key);
	daemon->label = daemon->key;
	read_record(daemon);
	return daemon;
}

static int
by_nature(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

static int
add_to_list(void *context, const char *name)
{
	struct key_list *list = context;

	if (*name == '.')
		return 0;
	if (list->count == list->room) {
		list->room = list->room == 0 ? 64 : list->room * 2;
		list->items = xreallocarray(list->items, list->room,
		    sizeof(*list->items));
	}
	list->items[list->count++] = xstrdup(name);
	return 0;
}

/* -1: it has been said that it cannot be listed. */
static int
list_keys(const struct place *place, struct key_list *list)
{
	memset(list, 0, sizeof(*list));
	if (os_each_name(place->fd, ".", add_to_list, list) == -1) {
		diag_err("cannot list state directory '%s'", place->path);
		return -1;
	}
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items),
		    by_nature);
	return 0;
}

static int
add_place(struct found *found, const char *path, int fd)
{
	struct place *place;
	struct stat st;

	if (fstat(fd, &st) == -1) {
		diag_err("cannot look at state directory '%s'", path);
		(void)close(fd);
		return -1;
	}
	place = &found->places[found->place_count++];
	place->path = xstrdup(path);
	place->fd = fd;
	place->owner = st.st_uid;
	return 0;
}

/* No directory means no daemons, and is no error. */
static int
open_place(struct found *found, const struct spec *spec)
{
	char boot[OS_BOOT_ROOM];
	char path[PATH_MAX];
	int fd;

	memset(found, 0, sizeof(*found));
	if (os_boot_id(boot) == 0)
		found->boot = xstrdup(boot);
	if (place_path(spec->identity.state_dir, path) == -1) {
		diag_errx("cannot tell where records are kept: set "
			  "--state-dir, IMP_STATE_DIR or HOME");
		return -1;
	}
	found->places = xcalloc(1, sizeof(*found->places));
	fd = place_open(path, false);
	if (fd != -1)
		return add_place(found, path, fd);
	if (errno == ENOENT)
		return 0;
	if (errno == TRUST_DOUBT)
		diag_errx("cannot use state directory '%s': it could be "
			  "somebody else's",
		    path);
	else
		diag_err("cannot open state directory '%s'", path);
	return -1;
}

/* NAME@1, NAME@2 and so on. */
static bool
is_instance(const char *key, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(key, name, length) != 0 || key[length] != '@')
		return false;
	key += length + 1;
	return *key != '\0' && key[strspn(key, "0123456789")] == '\0';
}

/* Returns how many there are now. */
static size_t
add_matches(struct found *found, const char *name, bool is_pattern)
{
	size_t before = found->count;
	const char *key;
	size_t n = 0;
	size_t i;

	for (i = 0; i < found->keys.count; i++) {
		key = found->keys.items[i];
		if (*key == '%' ||
		    (is_pattern ? fnmatch(name, key, 0) != 0
				: !is_instance(key, name)))
			continue;
		n++;
		if (is_listed(found, before, &found->places[0], key))
			continue;
		if (add_key(found, &found->places[0], key)->kind ==
		    DAEMON_MISSING) {
			/* It has just ended. */
			found->count--;
			n--;
		}
	}
	return n;
}

static void
add_missing(struct found *found, const char *name)
{
	char *what = xasprintf("'%s'", name);

	add(found, DAEMON_MISSING, what, name)->is_pattern =
	    name_is_pattern(name);
}

static bool
add_exact(struct found *found, const char *name)
{
	if (found->place_count == 0)
		return false;
	if (is_listed(found, found->count, &found->places[0], name))
		return true;
	if (add_key(found, &found->places[0], name)->kind != DAEMON_MISSING)
		return true;
	found->count--;
	return false;
}

static void
add_name(struct found *found, const char *name)
{
	bool is_pattern = name_is_pattern(name);
	bool is_there = !is_pattern && add_exact(found, name);
	size_t first = found->count;

	if (add_matches(found, name, is_pattern) == 0 && !is_there)
		add_missing(found, name);
	if (is_pattern)
		return;
	found->groups++;
	for (; first < found->count; first++)
		found->items[first].group = found->groups;
}

static void
add_foreign(struct found *found, const char *given, const char *path)
{
	char *what = xasprintf("pidfile '%s'", given);
	struct daemon *daemon = add(found, DAEMON_FOREIGN, what, given);

	daemon->pidfile = path;
	switch (pid_file_read(path, &daemon->head.main, NULL)) {
	case PIDFILE_NONE:
		daemon->kind = DAEMON_MISSING;
		break;
	case PIDFILE_NUMBER:
		break;
	case PIDFILE_GARBAGE:
		daemon->kind = DAEMON_DOUBTFUL;
		daemon->error = "it does not hold the number of a process";
		break;
	case PIDFILE_UNTRUSTED:
		daemon->kind = DAEMON_DOUBTFUL;
		daemon->error = "it cannot be trusted: somebody else may "
				"have written it";
		break;
	}
}

/* Our own record goes first: it tells more, and is believed more. */
static void
add_pidfile(struct found *found, const char *given)
{
	const char *path = path_absolute(given);
	char key[KEY_ROOM];
	struct daemon *daemon;

	if (path == NULL)
		path = given;
	place_key_of_pidfile(path, key);
	if (found->place_count > 0) {
		daemon = add_key(found, &found->places[0], key);
		daemon->what = xasprintf("pidfile '%s'", given);
		daemon->label = given;
		if (daemon->kind != DAEMON_MISSING)
			return;
		found->count--;
	}
	add_foreign(found, given, path);
}

static bool
is_same_daemon(const struct daemon *a, const struct daemon *b)
{
	const char *name = b->tail.text[RECORD_NAME];

	return a->kind == DAEMON_RECORDED && b->kind == DAEMON_RECORDED &&
	    name != NULL && strcmp(a->key, name) == 0;
}

/*
 * The same -n and -p that it was started with mean one daemon: what one of
 * them finds is it.
 */
static void
merge(struct found *found, size_t named, size_t last)
{
	struct daemon *a = &found->items[named];
	struct daemon *b = &found->items[last];

	if (last != named + 1)
		return;
	if (is_same_daemon(a, b) || b->kind == DAEMON_MISSING)
		found->count--;
	else if (a->kind == DAEMON_MISSING) {
		*a = *b;
		found->count--;
	}
}

int
find_named(struct found *found, const struct spec *spec)
{
	size_t i, named;

	if (open_place(found, spec) == -1 ||
	    (found->place_count > 0 &&
		list_keys(&found->places[0], &found->keys) == -1))
		return -1;
	for (i = 0; i < spec->operands.count; i++)
		add_name(found, spec->operands.items[i]);
	named = found->count;
	if (spec->identity.name != NULL)
		add_name(found, spec->identity.name);
	if (spec->identity.pidfile != NULL)
		add_pidfile(found, spec->identity.pidfile);
	if (spec->identity.name != NULL && spec->identity.pidfile != NULL)
		merge(found, named, found->count - 1);
	return 0;
}

/* A pidfile's key is another way to a daemon that has a name. */
static int
add_all(struct found *found, const struct place *place)
{
	struct daemon *daemon;
	struct key_list list;
	size_t i;

	if (list_keys(place, &list) == -1)
		return -1;
	for (i = 0; i < list.count; i++) {
		daemon = add_key(found, place, list.items[i]);
		if (daemon->kind == DAEMON_MISSING ||
		    (*list.items[i] == '%' &&
			daemon->tail.text[RECORD_NAME] != NULL)) {
			found->count--;
			continue;
		}
		if (*list.items[i] == '%' &&
		    daemon->tail.text[RECORD_PIDFILE] != NULL)
			daemon->label = daemon->tail.text[RECORD_PIDFILE];
	}
	return 0;
}

static int
open_user_place(void *context, const char *name)
{
	struct found *found = context;
	char *path;
	int fd;

	if (*name == '.')
		return 0;
	path = xasprintf(USERS "/%s/" USER_PLACE, name);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd != -1) {
		found->places = xreallocarray(found->places,
		    found->place_count + 1, sizeof(*found->places));
		(void)add_place(found, path, fd);
	}
	free(path);
	return 0;
}

int
find_all(struct found *found, const struct spec *spec)
{
	bool usual = spec->identity.state_dir == NULL &&
	    secure_getenv("IMP_STATE_DIR") == NULL;
	size_t i;

	if (open_place(found, spec) == -1)
		return -1;
	if (usual && geteuid() == 0)
		(void)os_each_name(AT_FDCWD, USERS, open_user_place, found);
	/* That of one user does not keep us from telling of the others. */
	for (i = 0; i < found->place_count; i++)
		if (add_all(found, &found->places[i]) == -1 && i == 0)
			return -1;
	return 0;
}
