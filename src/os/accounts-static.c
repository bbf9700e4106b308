/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/xalloc.h"
#include "os/getent.h"

/* A whole file in memory, with a NUL behind it. */
struct contents {
	char *data;
	size_t length;
};

/* One field of a line, up to a ':' or the end of the line. */
struct field {
	const char *start;
	size_t length;
};

#define ANY_UID ((uid_t)-1)	/* no user has this one */

#define PASSWD_FIELDS 7		/* name:pw:uid:gid:gecos:home:shell */
#define GROUP_FIELDS  4		/* name:pw:gid:members */

static int
read_text(int fd, struct contents *text)
{
	size_t room = 0;
	ssize_t n;

	text->data = NULL;
	text->length = 0;
	do {
		if (text->length == room) {
			room = room == 0 ? 4096 : room * 2;
			text->data = xreallocarray(text->data, room, 1);
		}
		n = fdio_read_full(fd, text->data + text->length,
		    room - text->length);
		if (n == -1)
			return -1;
		text->length += (size_t)n;
	} while (text->length == room);
	text->data[text->length] = '\0';
	return 0;
}

static int
read_file(const char *path, struct contents *text)
{
	int fd, rc;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	rc = read_text(fd, text);
	(void)close(fd);
	return rc;
}

/* Cut the next line of *rest into fields; false at the end. */
static bool
next_line(struct contents *rest, struct field *fields, size_t count)
{
	const char *p, *end;
	size_t i;

	if (rest->length == 0)
		return false;
	end = memchr(rest->data, '\n', rest->length);
	if (end == NULL)
		end = rest->data + rest->length;
	p = rest->data;
	for (i = 0; i < count; i++) {
		const char *colon = memchr(p, ':', (size_t)(end - p));

		fields[i].start = p;
		fields[i].length = (size_t)((colon == NULL ? end : colon) - p);
		p = colon == NULL ? end : colon + 1;
	}
	p = end + (end < rest->data + rest->length);
	rest->length -= (size_t)(p - rest->data);
	rest->data += p - rest->data;
	return true;
}

static bool
is_text(const struct field *field, const char *text)
{
	return strlen(text) == field->length &&
	    memcmp(field->start, text, field->length) == 0;
}

/* All digits, or -1. */
static long long
number_in(const struct field *field)
{
	unsigned long long n = 0;
	size_t i;

	if (field->length == 0 || field->length > 10)
		return -1;
	for (i = 0; i < field->length; i++) {
		if (field->start[i] < '0' || field->start[i] > '9')
			return -1;
		n = n * 10 + (unsigned int)(field->start[i] - '0');
	}
	return (long long)n;
}

/*
 * The files may be used at once when nsswitch.conf(5) asks them first for
 * database, or when there is no such file.  "compat" reads them, too, but
 * its lines that begin with '+' or '-' stand for something else.
 */
static bool
files_come_first(const char *database)
{
	struct contents text;
	struct field line;
	const char *p, *end;
	size_t length = strlen(database);

	if (read_file("/etc/nsswitch.conf", &text) == -1)
		return errno == ENOENT;
	while (next_line(&text, &line, 1)) {
		if (line.length != length ||
		    memcmp(line.start, database, length) != 0)
			continue;
		p = line.start + length;
		end = text.data;
		while (p < end && (*p == ':' || *p == ' ' || *p == '\t'))
			p++;
		return end - p >= 5 && memcmp(p, "files", 5) == 0;
	}
	return true;
}

static int
ask_getent(const char *database, const char *key, struct contents *answer)
{
	struct getent getent;
	int rc;

	if (getent_ask(&getent, database, key) == -1)
		return -1;
	rc = read_text(getent.fd, answer);
	return getent_end(&getent) == -1 ? -1 : rc;
}

static const char *
copy_field(const struct field *field)
{
	return xstrndup(field->start, field->length);
}

static bool
is_account(const struct field *fields, const char *name, uid_t uid)
{
	if (name != NULL)
		return is_text(&fields[0], name);
	return uid == ANY_UID || number_in(&fields[2]) == (long long)uid;
}

static int
find_account(struct contents text, const char *name, uid_t uid,
    struct account *account)
{
	struct field fields[PASSWD_FIELDS];

	while (next_line(&text, fields, PASSWD_FIELDS)) {
		if (!is_account(fields, name, uid) ||
		    number_in(&fields[2]) == -1 || number_in(&fields[3]) == -1)
			continue;
		account->name = copy_field(&fields[0]);
		account->uid = (uid_t)number_in(&fields[2]);
		account->gid = (gid_t)number_in(&fields[3]);
		account->home = copy_field(&fields[5]);
		account->shell = copy_field(&fields[6]);
		return 0;
	}
	errno = ENOENT;
	return -1;
}

/*
 * getent(1) takes what strtoul(3) reads to its end for a number, and cuts it
 * off: 4294967296 would be root.
 */
static bool
is_number_to_getent(const char *name)
{
	char *end;

	(void)strtoul(name, &end, 10);
	return *end == '\0';
}

/* name, or if that is NULL uid; key is the one of them, as text. */
static int
look_up_account(const char *name, uid_t uid, const char *key,
    struct account *account)
{
	struct contents text;

	if (files_come_first("passwd") &&
	    read_file("/etc/passwd", &text) == 0 &&
	    find_account(text, name, uid, account) == 0)
		return 0;
	if (name != NULL && is_number_to_getent(name)) {
		errno = ENOENT;
		return -1;
	}
	if (ask_getent("passwd", key, &text) == -1)
		return -1;
	/* One line; a name service may spell the name in its own way. */
	return find_account(text, NULL, ANY_UID, account);
}

int
accounts_user(const char *name, struct account *account)
{
	return look_up_account(name, 0, name, account);
}

int
accounts_uid(uid_t uid, struct account *account)
{
	return look_up_account(NULL, uid,
	    xasprintf("%lu", (unsigned long)uid), account);
}

static int
find_group(struct contents text, const char *name, gid_t *gid)
{
	struct field fields[GROUP_FIELDS];

	while (next_line(&text, fields, GROUP_FIELDS)) {
		if (!is_text(&fields[0], name) || number_in(&fields[2]) == -1)
			continue;
		*gid = (gid_t)number_in(&fields[2]);
		return 0;
	}
	errno = ENOENT;
	return -1;
}

int
accounts_group(const char *name, gid_t *gid)
{
	struct contents text;

	if (files_come_first("group") && read_file("/etc/group", &text) == 0 &&
	    find_group(text, name, gid) == 0)
		return 0;
	if (ask_getent("group", name, &text) == -1)
		return -1;
	return find_group(text, name, gid);
}

struct group_list {
	gid_t *gids;
	size_t count;
	size_t room;
};

static void
add_group(struct group_list *list, gid_t gid)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->gids[i] == gid)
			return;
	if (list->count == list->room) {
		list->room = list->room == 0 ? 16 : list->room * 2;
		list->gids = xreallocarray(list->gids, list->room,
		    sizeof(*list->gids));
	}
	list->gids[list->count++] = gid;
}

static bool
is_member(const struct field *members, const char *name)
{
	const char *p = members->start;
	const char *end = p + members->length;
	const char *comma;
	struct field member;

	for (; p < end; p += member.length + 1) {
		comma = memchr(p, ',', (size_t)(end - p));
		member.start = p;
		member.length = (size_t)((comma == NULL ? end : comma) - p);
		if (is_text(&member, name))
			return true;
	}
	return false;
}

static void
add_from_file(struct group_list *list, struct contents text, const char *name)
{
	struct field fields[GROUP_FIELDS];

	while (next_line(&text, fields, GROUP_FIELDS))
		if (number_in(&fields[2]) != -1 && is_member(&fields[3], name))
			add_group(list, (gid_t)number_in(&fields[2]));
}

/* "name      4 24 27": getent initgroups. */
static void
add_from_answer(struct group_list *list, const struct contents *answer)
{
	char *text = xstrndup(answer->data, answer->length);
	char *p = text + strcspn(text, " \t\n");
	char *end;
	unsigned long gid;

	for (;; p = end) {
		gid = strtoul(p, &end, 10);
		if (end == p)
			break;
		add_group(list, (gid_t)gid);
	}
	free(text);
}

/*
 * Whether systemd's own name service, which Debian and others put behind the
 * files, could add anything to them: it answers from these directories.
 */
static bool
systemd_has_a_say(void)
{
	static const char *const sources[] = { "/run/systemd/userdb",
		"/etc/userdb", "/run/userdb", "/usr/lib/userdb" };
	size_t i;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (access(sources[i], F_OK) == 0)
			return true;
	return false;
}

/* Whether the services in line are "files", and nothing that adds to them. */
static bool
names_only_files(const char *p)
{
	size_t length;
	bool found = false;

	for (;; p += length) {
		p += strspn(p, " \t");
		length = strcspn(p, " \t\n#");
		if (length == 0)
			return found;
		if (length == 5 && memcmp(p, "files", 5) == 0)
			found = true;
		else if (length != 7 || memcmp(p, "systemd", 7) != 0 ||
		    systemd_has_a_say())
			return false;
	}
}

/*
 * With files alone the file is the whole answer; with anything behind them
 * the others have a say, and getent asks all.
 */
static bool
groups_are_only_files(void)
{
	struct contents text;
	struct field line;

	if (read_file("/etc/nsswitch.conf", &text) == -1)
		return errno == ENOENT;
	while (next_line(&text, &line, 1))
		if ((is_text(&line, "group") || is_text(&line, "initgroups")) &&
		    !names_only_files(line.start + line.length + 1))
			return false;
	return true;
}

int
accounts_groups(const char *name, gid_t gid, gid_t **groups)
{
	struct group_list list = { NULL, 0, 0 };
	struct contents text;

	add_group(&list, gid);
	if (groups_are_only_files()) {
		if (read_file("/etc/group", &text) == 0)
			add_from_file(&list, text, name);
		else if (errno != ENOENT)
			return -1;
	} else if (ask_getent("initgroups", name, &text) == 0)
		add_from_answer(&list, &text);
	else if (errno != ENOENT)
		return -1;
	*groups = list.gids;
	return (int)list.count;
}
