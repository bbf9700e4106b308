/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/notify.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "os/message.h"

#define SOCKET_NAME   "notify"
#define PAYLOAD_MAX   4096
#define DROPS_AT_ONCE 64
#define RANDOM_BYTES  16

/*
 * The socket address for "/path" or "@name".  An abstract name has a NUL in
 * front and none behind: its length counts.
 */
static int
make_address(struct sockaddr_un *address, socklen_t *size, const char *text)
{
	size_t length = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || length < 2) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	if (length >= sizeof(address->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, text, length);
	if (text[0] == '@')
		address->sun_path[0] = '\0';
	*size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length +
	    (text[0] == '/'));
	return 0;
}

static int
bind_to(int fd, const char *text)
{
	struct sockaddr_un address;
	socklen_t size;
	mode_t mask;
	int rc;

	if (make_address(&address, &size, text) == -1)
		return -1;
	mask = umask(0177);
	rc = bind(fd, (struct sockaddr *)&address, size);
	(void)umask(mask);
	return rc;
}

static bool
can_enter(const char *dir, uid_t uid)
{
	struct stat st;

	if (stat(dir, &st) == -1)
		return false;
	return (st.st_mode & (st.st_uid == uid ? S_IXUSR : S_IXOTH)) != 0;
}

/* Whether a process of uid gets through each directory to the socket. */
static bool
can_reach(const char *dir, uid_t uid)
{
	char part[NOTIFY_ADDRESS_MAX];
	const char *end = dir;

	if (uid == 0 || uid == geteuid())
		return true;
	do {
		end = strchr(end + 1, '/');
		if (end == NULL)
			end = dir + strlen(dir);
		if ((size_t)(end - dir) >= sizeof(part))
			return false;
		memcpy(part, dir, (size_t)(end - dir));
		part[end - dir] = '\0';
		if (!can_enter(part, uid))
			return false;
	} while (*end != '\0');
	return true;
}

static int
bind_in_directory(struct notify *notify, int dir_fd, const char *dir)
{
	int length = snprintf(notify->address, sizeof(notify->address),
	    "%s/" SOCKET_NAME, dir);

	if (length < 0 || (size_t)length >= sizeof(notify->address)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (unlinkat(dir_fd, SOCKET_NAME, 0) == -1 && errno != ENOENT)
		return -1;
	if (bind_to(notify->fd, notify->address) == -1)
		return -1;
	notify->dir_fd = dir_fd;
	if (notify->uid == geteuid())
		return 0;
	return fchownat(dir_fd, SOCKET_NAME, notify->uid, (gid_t)-1,
	    AT_SYMLINK_NOFOLLOW);
}

static int
bind_abstract(struct notify *notify)
{
	unsigned char random[RANDOM_BYTES];
	size_t used;
	size_t i;

	if (getentropy(random, sizeof(random)) == -1)
		return -1;
	used = strlen(strcpy(notify->address, "@imp-"));
	for (i = 0; i < sizeof(random); i++, used += 2)
		(void)snprintf(notify->address + used,
		    sizeof(notify->address) - used, "%02x", random[i]);
	return bind_to(notify->fd, notify->address);
}

static int
bind_somewhere(struct notify *notify, int dir_fd, const char *dir)
{
	if (dir == NULL || !can_reach(dir, notify->uid))
		return bind_abstract(notify);
	if (bind_in_directory(notify, dir_fd, dir) == 0)
		return 0;
	return errno == ENAMETOOLONG ? bind_abstract(notify) : -1;
}

int
notify_open(struct notify *notify, int dir_fd, const char *dir, uid_t uid)
{
	int error;

	*notify = (struct notify){ .fd = -1, .dir_fd = -1, .uid = uid };
	notify->fd = socket(AF_UNIX,
	    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (notify->fd == -1)
		return -1;
	/* Credentials are attached when a message is sent, so ask first. */
	if (message_ask_sender(notify->fd) == 0 &&
	    bind_somewhere(notify, dir_fd, dir) == 0)
		return 0;
	error = errno;
	notify_close(notify);
	errno = error;
	return -1;
}

static bool
may_send(const struct notify *notify, const struct message *from)
{
	return from->has_sender &&
	    (from->uid == 0 || from->uid == geteuid() ||
		from->uid == notify->uid);
}

int
notify_receive(struct notify *notify, struct notify_message *message)
{
	char text[PAYLOAD_MAX];
	struct message from;
	int i;

	for (i = 0; i < DROPS_AT_ONCE; i++) {
		if (message_receive(notify->fd, text, sizeof(text), &from) ==
		    -1)
			return 0;
		/* To answer a BARRIER is to close its descriptor. */
		message_close(&from);
		if (!from.cut && may_send(notify, &from) &&
		    notify_parse(message, text, from.length) == 0)
			return 1;
		notify->ignored++;
	}
	return 0;
}

/* The length of the UTF-8 sequence at s, of at most room bytes; 0: none. */
static size_t
utf8_length(const unsigned char *s, size_t room)
{
	static const struct {
		unsigned char mask, lead;
		unsigned int least;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};
	unsigned int code;
	size_t n, i;

	for (n = 0; n < 4; n++)
		if ((s[0] & forms[n].mask) == forms[n].lead)
			break;
	if (n == 4 || n >= room)
		return 0;
	code = s[0] & ~(unsigned int)forms[n].mask;
	for (i = 1; i <= n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < forms[n].least || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return n + 1;
}

/* C0, DEL and C1, which could drive a terminal. */
static bool
is_control(const unsigned char *s, size_t length)
{
	if (length == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	return length == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

static void
take_status(struct notify_message *message, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	char status[NOTIFY_STATUS_MAX];
	bool full = false;
	size_t used = 0;
	size_t n;

	for (; length > 0; s += n, length -= n) {
		n = utf8_length(s, length);
		if (n == 0)
			return;
		full = full || used + n >= sizeof(status);
		if (full)
			continue;
		if (is_control(s, n))
			status[used++] = '?';
		else {
			memcpy(status + used, s, n);
			used += n;
		}
	}
	status[used] = '\0';
	memcpy(message->status, status, used + 1);
	message->has_status = true;
}

/* A decimal number of nothing but digits, no greater than max. */
static bool
take_number(const char *text, size_t length, uint64_t max, uint64_t *number)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (n > (max - (uint64_t)(text[i] - '0')) / 10)
			return false;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	if (length > 0)
		*number = n;
	return length > 0;
}

enum key {
	KEY_ERRNO,
	KEY_EXTEND,
	KEY_MAINPID,
	KEY_MONOTONIC,
	KEY_READY,
	KEY_RELOADING,
	KEY_RESTART_RESET,
	KEY_STATUS,
	KEY_STOPPING,
	KEY_COUNT
};

static enum key
find_key(const char *name, size_t length)
{
	static const char *const names[KEY_COUNT] = {
		[KEY_ERRNO] = "ERRNO",
		[KEY_EXTEND] = "EXTEND_TIMEOUT_USEC",
		[KEY_MAINPID] = "MAINPID",
		[KEY_MONOTONIC] = "MONOTONIC_USEC",
		[KEY_READY] = "READY",
		[KEY_RELOADING] = "RELOADING",
		[KEY_RESTART_RESET] = "RESTART_RESET",
		[KEY_STATUS] = "STATUS",
		[KEY_STOPPING] = "STOPPING",
	};
	enum key key;

	for (key = 0; key < KEY_COUNT; key++)
		if (strlen(names[key]) == length &&
		    memcmp(names[key], name, length) == 0)
			break;
	return key;
}

static bool
is_text(const char *value, size_t length, const char *text)
{
	return length == strlen(text) && memcmp(value, text, length) == 0;
}

static void
take_main_pid(struct notify_message *message, const char *value, size_t length)
{
	uint64_t n;

	if (take_number(value, length, INT_MAX, &n) && n > 1)
		message->main_pid = (pid_t)n;
}

static void
take_error(struct notify_message *message, const char *value, size_t length)
{
	uint64_t n;

	if (!take_number(value, length, INT_MAX, &n))
		return;
	message->error = (int)n;
	message->has_errno = true;
}

static void
take_value(struct notify_message *message, enum key key, const char *value,
    size_t length)
{
	bool is_one = is_text(value, length, "1");

	switch (key) {
	case KEY_ERRNO:
		take_error(message, value, length);
		break;
	case KEY_EXTEND:
		(void)take_number(value, length, UINT64_MAX,
		    &message->extend_us);
		break;
	case KEY_MAINPID:
		take_main_pid(message, value, length);
		break;
	case KEY_MONOTONIC:
		(void)take_number(value, length, UINT64_MAX,
		    &message->monotonic_us);
		break;
	case KEY_READY:
		message->ready |= is_one;
		break;
	case KEY_RELOADING:
		message->reloading |= is_one;
		break;
	case KEY_RESTART_RESET:
		message->restart_reset |= is_one;
		break;
	case KEY_STATUS:
		take_status(message, value, length);
		break;
	case KEY_STOPPING:
		message->stopping |= is_one;
		break;
	case KEY_COUNT:
		break;
	}
}

static void
take_assignment(struct notify_message *message, const char *line,
    size_t length)
{
	const char *equals = memchr(line, '=', length);
	size_t name_length;

	if (equals == NULL)
		return;
	name_length = (size_t)(equals - line);
	take_value(message, find_key(line, name_length), equals + 1,
	    length - name_length - 1);
}

int
notify_parse(struct notify_message *message, const char *text, size_t length)
{
	const char *end;
	size_t line;

	memset(message, 0, sizeof(*message));
	if (length > 0 && text[length - 1] == '\0')
		length--;
	if (length == 0 || memchr(text, '\0', length) != NULL)
		return -1;
	for (; length > 0; text += line, length -= line) {
		end = memchr(text, '\n', length);
		line = end == NULL ? length : (size_t)(end - text);
		if (is_text(text, line, "BARRIER=1"))
			return -1;
		take_assignment(message, text, line);
		line += end != NULL;
	}
	return 0;
}

void
notify_close(struct notify *notify)
{
	if (notify->fd == -1)
		return;
	fdio_close(&notify->fd);
	if (notify->dir_fd != -1)
		(void)unlinkat(notify->dir_fd, SOCKET_NAME, 0);
	notify->dir_fd = -1;
	notify->address[0] = '\0';
}

int
notify_send(const char *address, const char *text)
{
	struct sockaddr_un to;
	socklen_t size;
	ssize_t sent;
	int fd;

	if (make_address(&to, &size, address) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	sent = sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&to, size);
	fdio_close(&fd);
	return sent == -1 ? -1 : 0;
}
