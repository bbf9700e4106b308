/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/notify.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/tap.h"

#define PEOPLE 65534	/* some user that is not root */

static struct notify_message message;

static int
parse(const char *text)
{
	return notify_parse(&message, text, strlen(text));
}

static void
test_parse(void)
{
	ok(parse("READY=1") == 0 && message.ready && !message.reloading,
	    "READY=1");
	ok(parse("READY=1\nSTATUS=all is well\n") == 0 && message.ready &&
	    message.has_status, "several assignments");
	is_str(message.status, "all is well", "the status text");
	ok(parse("READY=0\nREADY=\nREADY=11") == 0 && !message.ready,
	    "READY is 1 or nothing");
	ok(parse("READY") == 0 && !message.ready, "a line without a value");
	ok(parse("=1\n\n\nX_MINE=1\nREADYX=1\nEADY=1\nready=1") == 0 &&
	    !message.ready, "what is not known is ignored");
	ok(parse("RELOADING=1\nMONOTONIC_USEC=123456789012") == 0 &&
	    message.reloading && message.monotonic_us == 123456789012,
	    "RELOADING with its time");
	ok(parse("STOPPING=1") == 0 && message.stopping, "STOPPING");
	ok(parse("STATUS=") == 0 && message.has_status &&
	    message.status[0] == '\0', "an empty status clears");
	ok(parse("EXTEND_TIMEOUT_USEC=5") == 0 && message.extend_us == 5,
	    "more time");
	ok(parse("ERRNO=2\nRESTART_RESET=1") == 0 && message.has_errno &&
	    message.error == 2 && message.restart_reset, "ERRNO and a reset");
}

static void
test_numbers(void)
{
	ok(parse("MAINPID=4711") == 0 && message.main_pid == 4711, "MAINPID");
	ok(parse("MAINPID=1") == 0 && message.main_pid == 0,
	    "MAINPID is never 1");
	ok(parse("MAINPID=-5\nMAINPID=+5\nMAINPID= 5\nMAINPID=0x5\nMAINPID=5 "
	    "\nMAINPID=") == 0 && message.main_pid == 0,
	    "nor anything but digits");
	ok(parse("MAINPID=2147483648") == 0 && message.main_pid == 0,
	    "nor too large");
	ok(parse("EXTEND_TIMEOUT_USEC=18446744073709551615") == 0 &&
	    message.extend_us == UINT64_MAX, "the largest number");
	ok(parse("EXTEND_TIMEOUT_USEC=18446744073709551616") == 0 &&
	    message.extend_us == 0, "one more is ignored");
	ok(parse("ERRNO=99999999999") == 0 && !message.has_errno,
	    "an ERRNO that is none");
}

static void
test_refused(void)
{
	is_int(notify_parse(&message, "", 0), -1, "an empty message");
	is_int(notify_parse(&message, "\0", 1), -1, "a lone NUL");
	is_int(notify_parse(&message, "READY=1\0X=1", 11), -1,
	    "a NUL in the middle");
	is_int(notify_parse(&message, "READY=1\0\0", 9), -1, "two NULs");
	ok(notify_parse(&message, "READY=1\0", 8) == 0 && message.ready,
	    "one NUL at the end is fine");
	is_int(parse("READY=1\nBARRIER=1"), -1,
	    "what comes with a BARRIER is dropped");
	ok(!message.ready || parse("BARRIER=1") == -1, "a BARRIER alone too");
}

static void
test_status(void)
{
	char text[600] = "STATUS=";
	size_t i;

	(void)parse("STATUS=gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
	is_str(message.status, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac "
	    "\xf0\x9f\x98\x80", "a status is UTF-8");
	(void)parse("STATUS=a\033[31m\tb\x7f" "c\xc2\x9b" "d");
	is_str(message.status, "a?[31m?b?c?d", "control characters are not");
	ok(parse("STATUS=ok\nSTATUS=\xff") == 0, "invalid UTF-8");
	is_str(message.status, "ok", "is ignored");
	(void)parse("STATUS=ok\nSTATUS=\xc0\xaf");
	is_str(message.status, "ok", "so is an overlong form");
	(void)parse("STATUS=ok\nSTATUS=\xed\xa0\x80");
	is_str(message.status, "ok", "a surrogate");
	(void)parse("STATUS=ok\nSTATUS=\xf4\x90\x80\x80");
	is_str(message.status, "ok", "what is beyond Unicode");
	(void)parse("STATUS=ok\nSTATUS=x\xe2\x82");
	is_str(message.status, "ok", "and a cut sequence");
	strcat(text, "x");
	for (i = 0; i < 200; i++)
		strcat(text, "\xc3\xbc");
	(void)parse(text);
	is_int((intmax_t)strlen(message.status), 255,
	    "a long status is cut between characters");
}

/* Descriptors that are open now. */
static int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
connect_to(int fd, const char *address)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t length = strlen(address);

	memcpy(to.sun_path, address, length);
	if (address[0] == '@')
		to.sun_path[0] = '\0';
	if (connect(fd, (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) == -1)
		perror("# connect");
}

static int
client(const struct notify *notify)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	connect_to(fd, notify->address);
	return fd;
}

/* Send text with count copies of a descriptor. */
static void
send_fds(int fd, const char *text, int passed_fd, size_t count)
{
	union {
		struct cmsghdr align;
		char data[CMSG_SPACE(sizeof(int) * 253)];
	} control;
	struct iovec iov;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *header;
	size_t i;

	memset(&control, 0, sizeof(control));
	iov.iov_base = strdup(text);
	iov.iov_len = strlen(text);
	msg.msg_control = &control;
	msg.msg_controllen = CMSG_SPACE(sizeof(int) * count);
	header = CMSG_FIRSTHDR(&msg);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * count);
	for (i = 0; i < count; i++)
		memcpy(CMSG_DATA(header) + i * sizeof(int), &passed_fd,
		    sizeof(int));
	if (sendmsg(fd, &msg, 0) == -1)
		perror("# sendmsg");
	free(iov.iov_base);
}

static void
test_paths(const char *dir, int dir_fd)
{
	struct notify notify;
	struct stat st;
	char want[200];
	int leftover;

	(void)snprintf(want, sizeof(want), "%s/notify", dir);
	leftover = open(want, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
	close(leftover);
	is_int(notify_open(&notify, dir_fd, dir, geteuid()), 0,
	    "the socket is opened in a directory");
	is_str(notify.address, want, "under the name notify");
	ok(stat(want, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    (st.st_mode & 07777) == 0600,
	    "with mode 0600, in place of what was left over");
	ok((fcntl(notify.fd, F_GETFD) & FD_CLOEXEC) != 0, "close-on-exec");
	notify_close(&notify);
	ok(notify.fd == -1 && stat(want, &st) == -1, "and removed again");
	leftover = open(want, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
	close(leftover);
	notify.dir_fd = dir_fd;
	notify_close(&notify);
	is_int(stat(want, &st), 0, "closed a second time nothing is removed");
	(void)unlink(want);

	is_int(notify_open(&notify, -1, NULL, geteuid()), 0,
	    "without a directory it is opened, too");
	ok(strncmp(notify.address, "@imp-", 5) == 0, "as an abstract one");
	notify_close(&notify);
	is_int(notify_open(&notify, dir_fd, "/0123456789012345678901234567890"
	    "1234567890123456789012345678901234567890123456789012345678901234"
	    "56789", geteuid()), 0, "a path that is too long");
	is_int(notify.address[0], '@', "becomes an abstract one");
	notify_close(&notify);
}

static void
test_other_user(const char *dir, int dir_fd)
{
	struct notify notify;
	struct stat st;

	if (geteuid() != 0) {
		ok(true, "another user's socket # SKIP needs root");
		return;
	}
	(void)chmod(dir, 0700);
	(void)notify_open(&notify, dir_fd, dir, PEOPLE);
	is_int(notify.address[0], '@',
	    "a directory that the target cannot enter is not used");
	notify_close(&notify);
	(void)chmod(dir, 0755);
	(void)notify_open(&notify, dir_fd, dir, PEOPLE);
	if (notify.address[0] == '/')
		ok(stat(notify.address, &st) == 0 && st.st_uid == PEOPLE &&
		    (st.st_mode & 07777) == 0600,
		    "else the socket is the target's");
	else
		ok(true, "the socket is the target's # SKIP unreachable");
	notify_close(&notify);
}

static void
test_messages(struct notify *notify)
{
	int fd = client(notify);

	is_int(notify_receive(notify, &message), 0, "no message: 0");
	(void)send(fd, "READY=1", 7, 0);
	(void)send(fd, "STOPPING=1", 10, 0);
	ok(notify_receive(notify, &message) == 1 && message.ready,
	    "a message");
	ok(notify_receive(notify, &message) == 1 && message.stopping &&
	    !message.ready, "messages come in order");
	is_int(notify_receive(notify, &message), 0, "and then no more");
	is_int(notify_send(notify->address, "STATUS=up\nREADY=1"), 0,
	    "our own sender");
	ok(notify_receive(notify, &message) == 1 && message.ready &&
	    strcmp(message.status, "up") == 0, "reaches it");
	close(fd);
}

/* Send READY=1 from a child with another user id. */
static void
send_as(const struct notify *notify, uid_t uid)
{
	int fd = client(notify);
	pid_t pid = fork();

	if (pid == 0)
		_exit(setresuid(uid, uid, uid) == -1 ||
		    send(fd, "READY=1", 7, 0) != 7);
	(void)waitpid(pid, NULL, 0);
	close(fd);
}

static void
test_users(struct notify *notify)
{
	if (geteuid() != 0) {
		ok(true, "messages of other users # SKIP needs root");
		return;
	}
	send_as(notify, PEOPLE - 1);
	is_int(notify_receive(notify, &message), 0,
	    "a stranger's message is ignored");
	send_as(notify, notify->uid);
	is_int(notify_receive(notify, &message), 1,
	    "the target's user may send");
}

static void
test_hostile(struct notify *notify)
{
	static char big[8192];
	int before = count_fds();
	int fd = client(notify);
	uint64_t ignored = notify->ignored;
	struct pollfd far = { .events = 0 };
	int ends[2];

	memset(big, 'X', sizeof(big));
	(void)send(fd, "", 0, 0);
	(void)send(fd, big, sizeof(big), 0);
	(void)send(fd, "READY=1\0READY=1", 15, 0);
	send_fds(fd, "READY", STDIN_FILENO, 253);
	send_fds(fd, "FDSTORE=1\nFDNAME=x", STDIN_FILENO, 17);
	ok(notify_receive(notify, &message) == 1 && !message.ready,
	    "empty, oversized and NUL-ridden messages are skipped");
	is_int((intmax_t)(notify->ignored - ignored), 3, "and counted");
	is_int(notify_receive(notify, &message), 1,
	    "descriptors do not get in the way");
	is_int(notify_receive(notify, &message), 0, "that was all");

	if (pipe(ends) == -1)
		perror("# pipe");
	send_fds(fd, "BARRIER=1", ends[1], 1);
	close(ends[1]);
	far.fd = ends[0];
	is_int(poll(&far, 1, 0), 0, "a barrier holds");
	is_int(notify_receive(notify, &message), 0, "is no message");
	ok(poll(&far, 1, 0) == 1 && (far.revents & POLLHUP) != 0,
	    "and is answered");
	close(ends[0]);
	close(fd);
	is_int(count_fds(), before, "no descriptor is left behind");
}

/* With no number free for it a descriptor does not arrive. */
static void
test_no_descriptors(struct notify *notify)
{
	struct rlimit limit, none;
	int fd = client(notify);

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = 0;
	send_fds(fd, "READY=1", STDIN_FILENO, 1);
	(void)setrlimit(RLIMIT_NOFILE, &none);
	is_int(notify_receive(notify, &message), 0,
	    "a message whose descriptors were cut off is ignored");
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	(void)send(fd, "READY=1", 7, 0);
	is_int(notify_receive(notify, &message), 1, "the next is not");
	close(fd);
}

/* 0 if a message from outside of its pid name space is ignored there. */
static int
receive_inside(int to_fd, int from_fd)
{
	struct notify notify;
	char go;

	if (notify_open(&notify, -1, NULL, 0) == -1 ||
	    write(to_fd, notify.address, sizeof(notify.address)) == -1 ||
	    read(from_fd, &go, 1) != 1)
		return 1;
	return notify_receive(&notify, &message) != 0 ||
	    notify.ignored != 1;
}

static void
test_foreign_sender(void)
{
	char address[NOTIFY_ADDRESS_MAX];
	int to[2], from[2];
	int status;
	pid_t pid;

	if (pipe(to) == -1 || pipe(from) == -1)
		return;
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWPID) == -1)
			_exit(77);
		pid = fork();
		if (pid == 0)
			_exit(receive_inside(to[1], from[0]));
		(void)waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	close(to[1]);
	if (read(to[0], address, sizeof(address)) == sizeof(address)) {
		(void)notify_send(address, "READY=1");
		(void)!write(from[1], "g", 1);
	}
	(void)waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		ok(true, "foreign senders # SKIP needs root");
	else
		is_int(WEXITSTATUS(status), 0,
		    "a sender that has no number here is ignored");
	close(to[0]);
	close(from[0]);
	close(from[1]);
}

/* The queue is short: the kernel, not we, holds a flood back. */
static void
test_flood(struct notify *notify)
{
	int fd = client(notify);
	int got = 0;
	int round, i;

	for (round = 0; round < 200; round++) {
		for (i = 0; i < 20; i++)
			(void)send(fd, round % 2 ? "" : "STATUS=x",
			    round % 2 ? 0 : 8, MSG_DONTWAIT);
		while (notify_receive(notify, &message) == 1)
			got++;
	}
	ok(got >= 100, "a flood is read");
	(void)send(fd, "READY=1", 7, MSG_DONTWAIT);
	ok(notify_receive(notify, &message) == 1 && message.ready,
	    "and what comes after it is heard");
	close(fd);
}

static uint32_t
draw(uint64_t *random)
{
	*random = *random * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(*random >> 32);
}

static bool
is_clean(const char *status)
{
	const unsigned char *s = (const unsigned char *)status;

	for (; *s != '\0'; s++)
		if (*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

/* Pieces of messages and bytes in between, in all orders. */
static void
test_fuzz(void)
{
	static const char *const pieces[] = { "READY=1", "STATUS=", "\n",
		"MAINPID=", "99999999999999999999", "\xe2\x82\xac", "\xc3",
		"BARRIER=1", "ERRNO=-1", "=", "WATCHDOG_USEC=", "4", "\033",
		"EXTEND_TIMEOUT_USEC=18446744073709551615" };
	uint64_t random = 3;
	char *text;
	int round;
	int bad = 0;

	for (round = 0; round < 200000; round++) {
		char draft[512];
		size_t length = 0;
		size_t want = draw(&random) % 400;

		while (length < want) {
			const char *piece = pieces[draw(&random) % 14];

			if (draw(&random) % 4 == 0)
				draft[length++] = (char)draw(&random);
			else {
				memcpy(draft + length, piece, strlen(piece));
				length += strlen(piece);
			}
		}
		/* Exactly as long: a sanitizer sees a step beyond. */
		text = malloc(length + (length == 0));
		memcpy(text, draft, length);
		if (notify_parse(&message, text, length) == 0)
			bad += message.main_pid < 0 || message.main_pid == 1 ||
			    message.error < 0 || !is_clean(message.status) ||
			    strlen(message.status) >= NOTIFY_STATUS_MAX;
		free(text);
	}
	is_int(bad, 0, "no garbage gets through the parser");
}

static void
test_send(void)
{
	ok(notify_send("", "READY=1") == -1 && errno == EAFNOSUPPORT,
	    "an empty address is refused");
	ok(notify_send("vsock:2:1", "READY=1") == -1 && errno == EAFNOSUPPORT,
	    "so is one of another kind");
	ok(notify_send("/does/not/exist", "READY=1") == -1 && errno == ENOENT,
	    "nobody there is an error");
}

int
main(void)
{
	char dir[] = "/tmp/imp-notify-XXXXXX";
	struct notify notify;
	int dir_fd;

	if (mkdtemp(dir) == NULL)
		return 1;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	test_parse();
	test_numbers();
	test_refused();
	test_status();
	test_paths(dir, dir_fd);
	test_other_user(dir, dir_fd);
	is_int(notify_open(&notify, -1, NULL, PEOPLE), 0, "a socket to try");
	test_messages(&notify);
	test_users(&notify);
	test_hostile(&notify);
	test_no_descriptors(&notify);
	test_foreign_sender();
	test_flood(&notify);
	notify_close(&notify);
	test_fuzz();
	test_send();
	close(dir_fd);
	(void)rmdir(dir);
	return tap_done();
}
