/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/server.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "unit/scratch.h"
#include "unit/tap.h"

#define KEY   "web"
#define STEPS 20000
#define MANY  64

static struct protocol_reply reply;
static struct server_storage storage;
static struct server server;
static int place_fd;
static uint64_t now = 1000;	/* virtual milliseconds */

static void
begin(void)
{
	int dir_fd;

	(void)mkdir(KEY, 0755);
	place_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir_fd = openat(place_fd, KEY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	server_init(&server, &storage);
	if (server_open(&server, dir_fd, -1) == -1)
		abort();
}

static int
count_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	if (dir == NULL)
		return -1;
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n;
}

static int
connect_one(void)
{
	int fd = protocol_connect(place_fd, KEY);

	if (fd == -1)
		abort();
	return fd;
}

static int
ask(enum protocol_verb verb)
{
	struct protocol_request request;
	int fd = connect_one();

	protocol_request_init(&request, verb);
	if (send(fd, &request, sizeof(request), 0) != sizeof(request))
		abort();
	return fd;
}

/* What the supervisor does; how many requests there were, and the last. */
static int
turn(struct server_request *last)
{
	struct pollfd fds[SERVER_POLLFDS];
	size_t count = server_poll(&server, fds);
	int n = 0;

	(void)poll(fds, count, 0);
	while (server_handle(&server, fds, count, now, last))
		n++;
	return n;
}

/* The next reply; its length, 0 at the end, -1 if there is none. */
static ssize_t
hear(int fd)
{
	return recv(fd, &reply, sizeof(reply), MSG_DONTWAIT);
}

/* Whether it is told now that this is done. */
static bool
is_told(int fd, int status)
{
	return hear(fd) >= (ssize_t)PROTOCOL_REPLY_HEAD &&
	    reply.magic == PROTOCOL_MAGIC && reply.kind == REPLY_DONE &&
	    reply.status == status;
}

static bool
is_served(void)
{
	struct server_request request;
	int fd = ask(ASK_ROTATE);
	bool served = turn(&request) == 1 && request.verb == ASK_ROTATE;

	server_done_all(&server, ASK_ROTATE, 0, NULL);
	served = served && is_told(fd, 0);
	(void)close(fd);
	return served;
}

static void
test_schedule(void)
{
	const struct stop_schedule schedule = { 3, 1,
		{ { 15, 0 }, { 0, 10000 }, { 9, 0 } } };
	struct stop_schedule back;
	struct protocol_request request;

	protocol_request_init(&request, ASK_STOP);
	ok(protocol_take_schedule(&request, &back) == -1,
	    "without a schedule there is none");
	protocol_put_schedule(&request, &schedule);
	ok(protocol_take_schedule(&request, &back) == 0 &&
		memcmp(&back, &schedule, sizeof(back)) == 0,
	    "a schedule comes out as it was put in");
	request.steps[2].signal = 65;
	ok(protocol_take_schedule(&request, &back) == -1,
	    "a signal that there is not is none");
	protocol_put_schedule(&request, &schedule);
	request.step_count = STOP_STEPS + 1;
	ok(protocol_take_schedule(&request, &back) == -1,
	    "more steps than there is room for are none");
	protocol_put_schedule(&request, &schedule);
	request.repeat_from = 4;
	ok(protocol_take_schedule(&request, &back) == -1,
	    "nor can what is behind the end be repeated");
	ok(protocol_is_request(&request, sizeof(request)) &&
		!protocol_is_request(&request, sizeof(request) - 1) &&
		!protocol_is_request(&request, sizeof(request) + 1),
	    "a request has one length");
}

static void
test_request(void)
{
	struct server_request request;
	int fd = ask(ASK_STOP);

	ok(turn(&request) == 1 && request.verb == ASK_STOP,
	    "who has asked already is heard in the turn he is accepted");
	ok(server_has(&server, ASK_STOP) && !server_has(&server, ASK_RELOAD),
	    "and waited for");
	server_progress(&server, 15, 10);
	ok(hear(fd) == -1 && errno == EAGAIN,
	    "progress is told only to those who want it");
	server_done(&server, request.client, 7, "no");
	ok(is_told(fd, 7) && hear(fd) == 0,
	    "the answer is the last that is said");
	ok(!server_has(&server, ASK_STOP), "and then nobody waits");
	server_done(&server, request.client, 7, "no");
	(void)close(fd);
	fd = ask(ASK_STOP);
	(void)turn(&request);
	(void)close(fd);
	(void)turn(&request);
	ok(!server_has(&server, ASK_STOP), "who hangs up does not wait");
}

static void
test_progress(void)
{
	struct protocol_request wanted;
	struct server_request request;
	int fd = connect_one();

	protocol_request_init(&wanted, ASK_RESTART);
	wanted.wants_progress = 1;
	(void)send(fd, &wanted, sizeof(wanted), 0);
	(void)turn(&request);
	server_progress(&server, 15, 10);
	ok(hear(fd) == (ssize_t)PROTOCOL_REPLY_HEAD &&
		reply.kind == REPLY_PROGRESS && reply.signal == 15 &&
		reply.wait_ms == 10,
	    "progress is told to who wants it");
	server_done_all(&server, ASK_RESTART, 0, NULL);
	(void)close(fd);
}

static void
test_nonsense(void)
{
	struct protocol_request wrong[5];
	struct server_request request;
	int i, fd;

	for (i = 0; i < 5; i++)
		protocol_request_init(&wrong[i], ASK_STOP);
	wrong[0].magic++;
	wrong[1].version++;
	wrong[2].verb = ASK_COUNT;
	wrong[3].signal = 65;
	wrong[4].step_count = 1000;
	for (i = 0; i < 5; i++) {
		fd = connect_one();
		(void)send(fd, &wrong[i], sizeof(wrong[i]), 0);
		/* The last is understood, and no schedule. */
		ok(turn(&request) == 0 &&
			is_told(fd, i < 4 ? EX_BADUSAGE : EX_FAILED),
		    "nonsense is refused, and said to be that");
		(void)close(fd);
	}
}

static void
test_silence(void)
{
	struct server_request request;
	int fds[SERVER_CLIENTS];
	int i, fd;

	for (i = 0; i < SERVER_CLIENTS - 1; i++) {
		fds[i] = connect_one();
		(void)turn(&request);
		now++;
	}
	ok(is_served(), "the last place serves who speaks");
	ok(server_deadline(&server) <= now + 5000,
	    "those that are silent have a time limit");
	fds[i] = connect_one();
	(void)turn(&request);
	fd = ask(ASK_LOGS);
	ok(turn(&request) == 0, "without a place one has to wait");
	now = server_deadline(&server);
	ok(turn(&request) == 0 && hear(fds[0]) == 0 &&
		hear(fds[1]) == -1,
	    "who was silent for longest gives his up");
	ok(turn(&request) == 1 && request.verb == ASK_LOGS,
	    "to who speaks");
	server_done(&server, request.client, 0, NULL);
	now += 5000;
	(void)turn(&request);
	ok(hear(fds[SERVER_CLIENTS - 1]) == 0 &&
		server_deadline(&server) == CLOCK_NEVER,
	    "in the end all that are silent are hung up on");
	for (i = 0; i < SERVER_CLIENTS; i++)
		(void)close(fds[i]);
	(void)close(fd);
}

static void
test_status(void)
{
	static const struct status status = { .state = "up" };
	struct server_request request;
	int fd = ask(ASK_STATUS);

	(void)turn(&request);
	server_done_status(&server, request.client, &status);
	ok(is_told(fd, EX_DONE) && strstr(reply.text, "state=up\n") != NULL,
	    "the status comes with the last word");
	(void)close(fd);
}

static void
test_data(void)
{
	static char data[PROTOCOL_TEXT_MAX * 2 + 100];
	static char got[sizeof(data)];
	struct server_request request;
	size_t i, length = 0;
	ssize_t n;
	int fd = ask(ASK_LOGS);

	for (i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	(void)turn(&request);
	server_done_data(&server, request.client, data, sizeof(data));
	while ((n = hear(fd)) > 0 && reply.kind == REPLY_TEXT) {
		n -= (ssize_t)PROTOCOL_REPLY_HEAD;
		memcpy(got + length, reply.text, (size_t)n);
		length += (size_t)n;
	}
	ok(length == sizeof(data) && memcmp(data, got, length) == 0,
	    "a long answer comes whole, in pieces");
	(void)close(fd);
	fd = ask(ASK_LOGS);
	(void)turn(&request);
	for (i = 0; i < 1000 && server_has(&server, ASK_LOGS); i++)
		server_done_data(&server, request.client, data, sizeof(data));
	ok(!server_has(&server, ASK_LOGS), "who does not read is dropped");
	(void)close(fd);
}

static void
test_descriptors(void)
{
	struct server_request request;
	struct rlimit limit, before;
	int fds[3], i, spare;

	for (i = 0; i < 3; i++)
		fds[i] = ask(ASK_STATUS);
	(void)getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	spare = dup(0);
	(void)close(spare);
	limit.rlim_cur = (rlim_t)spare;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	ok(turn(&request) == 1,
	    "without a descriptor left the spare one serves");
	ok(server_deadline(&server) == now + 1000,
	    "the others are tried again in a second");
	server_done(&server, request.client, 0, NULL);
	ok(turn(&request) == 1, "or when it is free again");
	server_done(&server, request.client, 0, NULL);
	(void)setrlimit(RLIMIT_NOFILE, &before);
	ok(turn(&request) == 1, "and all are in the end");
	server_done(&server, request.client, 0, NULL);
	for (i = 0; i < 3; i++)
		(void)close(fds[i]);
	ok(server.spare_fd != -1, "the spare one is there again");
}

static void
test_long_key(void)
{
	char key[201];
	int dir_fd, fd = -1;
	static struct server_storage room;
	struct server other;

	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	(void)mkdir(key, 0755);
	dir_fd = openat(place_fd, key, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	server_init(&other, &room);
	ok(server_open(&other, dir_fd, -1) == 0 &&
		(fd = protocol_connect(place_fd, key)) != -1,
	    "a long name is no obstacle");
	(void)close(fd);
	server_close(&other);
	(void)close(dir_fd);
	ok(protocol_connect(place_fd, "nobody") == -1 && errno == ENOENT,
	    "where nobody listens there is no connection");
}

/* xorshift64 */
static uint64_t seed;

static unsigned int
draw(unsigned int below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed >> 33) % below;
}

/* Sometimes right, mostly almost. */
static size_t
compose(unsigned char *data, size_t room)
{
	struct protocol_request request;
	size_t length = sizeof(request);
	unsigned int i;

	protocol_request_init(&request, (enum protocol_verb)draw(ASK_COUNT));
	request.signal = (int32_t)draw(70);
	request.step_count = draw(3) == 0 ? draw(20) : 0;
	for (i = 0; i < STOP_STEPS; i++) {
		request.steps[i].signal = (int32_t)draw(70) - 2;
		request.steps[i].wait_ms = draw(9);
	}
	memcpy(data, &request, sizeof(request));
	for (i = draw(4); i > 0; i--)
		data[draw((unsigned int)length)] = (unsigned char)draw(256);
	if (draw(4) == 0)
		length = draw((unsigned int)room);
	if (draw(8) == 0)
		for (i = 0; i < length; i++)
			data[i] = (unsigned char)draw(256);
	return length;
}

static void
send_with_descriptors(int fd, void *data, size_t length)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(3 * sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec vector = { data, length };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	const int fds[3] = { 0, 1, 2 };

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(&control.head), fds, sizeof(fds));
	(void)sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
disturb(int *fd)
{
	unsigned char data[1024] = { 0 };
	size_t length;

	if (*fd == -1) {
		*fd = connect_one();
		return;
	}
	switch (draw(8)) {
	case 0:
		(void)close(*fd);
		*fd = -1;
		break;
	case 1:
		(void)shutdown(*fd, (int)draw(3));
		break;
	case 2:
		send_with_descriptors(*fd, data, compose(data, sizeof(data)));
		break;
	default:
		length = compose(data, sizeof(data));
		(void)send(*fd, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	}
}

static bool
is_sound(const struct server_request *request)
{
	unsigned int i;

	if (request->verb >= ASK_COUNT || request->signal < 0 ||
	    request->signal > 64)
		return false;
	if (!request->has_schedule)
		return true;
	for (i = 0; i < request->schedule.count; i++)
		if (i >= STOP_STEPS || request->schedule.steps[i].signal < 0 ||
		    request->schedule.steps[i].signal > 64)
			return false;
	return request->schedule.count > 0 &&
	    request->schedule.repeat_from <= request->schedule.count;
}

/* Some are answered at once, some with all of their kind, some never. */
static bool
serve(void)
{
	static const struct status status = { .state = "up" };
	struct pollfd fds[SERVER_POLLFDS];
	size_t count = server_poll(&server, fds);
	struct server_request request;
	bool sound = true;

	(void)poll(fds, count, 0);
	while (server_handle(&server, fds, count, now, &request)) {
		sound = sound && is_sound(&request);
		switch (draw(5)) {
		case 0:
			server_done_all(&server, request.verb, 0, "all");
			break;
		case 1:
			server_done_status(&server, request.client, &status);
			break;
		case 2:
			server_progress(&server, 15, 3);
			break;
		case 3:
			server_done_data(&server, request.client, "data", 4);
			break;
		default:
			break;
		}
	}
	return sound;
}

static void
test_fuzz(void)
{
	const char *given = getenv("SEED");
	int clients[MANY];
	int before = count_open();
	bool sound = true;
	int i;

	seed = given != NULL ? strtoull(given, NULL, 10) : 20261129;
	printf("# SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < MANY; i++)
		clients[i] = -1;
	for (i = 0; i < STEPS && sound; i++) {
		disturb(&clients[draw(MANY)]);
		if (draw(3) == 0)
			sound = serve();
		now += draw(20);
	}
	ok(sound, "only sound requests come through, whatever is sent");
	for (i = 0; i < MANY; i++)
		if (clients[i] != -1)
			(void)close(clients[i]);
	for (i = 0; i < 2 * MANY; i++) {
		(void)serve();
		now += 5000;
	}
	is_int(count_open(), before, "no descriptor is left open");
	ok(is_served(), "and who asks is served");
}

int
main(void)
{
	scratch_begin();
	begin();
	test_schedule();
	test_request();
	test_progress();
	test_nonsense();
	test_silence();
	test_status();
	test_data();
	test_descriptors();
	test_long_key();
	test_fuzz();
	server_close(&server);
	return tap_done();
}
