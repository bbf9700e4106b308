/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/server.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "os/message.h"

/* Who has connected and says nothing: at most, and while others wait. */
#define SILENCE_MS	 5000
#define SHORT_SILENCE_MS 100
#define RETRY_MS	 1000

#define NAME "control"

static void
open_spare(struct server *server)
{
	if (server->spare_fd == -1)
		server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void
server_init(struct server *server, struct server_storage *storage)
{
	memset(server, 0, sizeof(*server));
	server->fd = server->spare_fd = -1;
	server->clients = storage->clients;
	server->reply = &storage->reply;
}

int
server_open(struct server *server, int dir_fd, int second_fd)
{
	int saved;

	server->fd = protocol_listen(dir_fd);
	if (server->fd == -1)
		return -1;
	open_spare(server);
	if (second_fd == -1)
		return 0;
	(void)unlinkat(second_fd, NAME, 0);
	if (linkat(dir_fd, NAME, second_fd, NAME, 0) == 0)
		return 0;
	saved = errno;
	server_close(server);
	errno = saved;
	return -1;
}

static void
drop(struct server *server, struct server_client *client)
{
	(void)close(client->fd);
	client->state = CLIENT_NONE;
	open_spare(server);
	server->stalled = false;
}

/* Send it and what is in text; who does not read is dropped. */
static bool
send_reply(struct server *server, struct server_client *client,
    enum reply_kind kind, size_t length)
{
	size_t size = PROTOCOL_REPLY_HEAD + length;

	server->reply->magic = PROTOCOL_MAGIC;
	server->reply->kind = kind;
	if (send(client->fd, server->reply, size,
		MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size)
		return true;
	drop(server, client);
	return false;
}

/* With what is in text, in one message, so that the client wakes up once. */
static void
send_last(struct server *server, struct server_client *client, int status,
    size_t length)
{
	server->reply->status = status;
	server->reply->signal = 0;
	server->reply->wait_ms = 0;
	if (send_reply(server, client, REPLY_DONE, length))
		drop(server, client);
}

static void
finish(struct server *server, struct server_client *client, int status,
    const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);

	if (length > PROTOCOL_TEXT_MAX)
		length = PROTOCOL_TEXT_MAX;
	if (length > 0)
		memcpy(server->reply->text, text, length);
	send_last(server, client, status, length);
}

/* NULL: all are taken. */
static struct server_client *
free_place(const struct server *server)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].state == CLIENT_NONE)
			return &server->clients[i];
	return NULL;
}

/* Who has been silent for longest; -1: nobody is. */
static int
most_silent(const struct server *server)
{
	const struct server_client *clients = server->clients;
	int i, found = -1;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (clients[i].state == CLIENT_SILENT &&
		    (found == -1 ||
			clients[i].since_ms < clients[found].since_ms))
			found = i;
	return found;
}

static uint64_t
patience(const struct server *server)
{
	return free_place(server) == NULL ? SHORT_SILENCE_MS : SILENCE_MS;
}

size_t
server_poll(const struct server *server, struct pollfd *fds)
{
	size_t count = 0;
	int i;

	if (server->fd == -1)
		return 0;
	if (!server->stalled && free_place(server) != NULL)
		fds[count++] = (struct pollfd){ server->fd, POLLIN, 0 };
	for (i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].state != CLIENT_NONE)
			fds[count++] = (struct pollfd){
				server->clients[i].fd, POLLIN, 0 };
	return count;
}

uint64_t
server_deadline(const struct server *server)
{
	int silent = most_silent(server);
	uint64_t deadline = CLOCK_NEVER;

	if (silent != -1)
		deadline =
		    server->clients[silent].since_ms + patience(server);
	if (server->stalled && server->retry_ms < deadline)
		deadline = server->retry_ms;
	return deadline;
}

/* Without a descriptor left, the one that is kept for this. */
static int
accept_one(struct server *server, uint64_t now_ms)
{
	int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd == -1 && (errno == EMFILE || errno == ENFILE) &&
	    server->spare_fd != -1) {
		fdio_close(&server->spare_fd);
		fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC);
	}
	if (fd == -1 && errno != EAGAIN && errno != ECONNABORTED &&
	    errno != EINTR) {
		server->stalled = true;
		server->retry_ms = now_ms + RETRY_MS;
	}
	return fd;
}

static void
accept_all(struct server *server, uint64_t now_ms)
{
	struct server_client *client;
	uid_t uid;
	int fd;

	while ((client = free_place(server)) != NULL) {
		fd = accept_one(server, now_ms);
		if (fd == -1)
			return;
		client->state = CLIENT_NEW;
		client->fd = fd;
		client->id = ++server->last_id;
		client->since_ms = now_ms;
		client->may_act = message_peer(fd, &uid) == 0 &&
		    (uid == 0 || uid == geteuid());
	}
}

static bool
take_request(struct server *server, struct server_client *client,
    const struct protocol_request *asked, struct server_request *request)
{
	client->state = CLIENT_WAITING;
	client->verb = (enum protocol_verb)asked->verb;
	client->wants_progress = asked->wants_progress != 0;
	if (!client->may_act && client->verb != ASK_STATUS) {
		finish(server, client, EX_FAILED, "not permitted");
		return false;
	}
	memset(request, 0, sizeof(*request));
	request->client = client->id;
	request->verb = client->verb;
	request->signal = asked->signal;
	request->has_schedule = asked->step_count != 0;
	if (request->has_schedule &&
	    protocol_take_schedule(asked, &request->schedule) == -1) {
		finish(server, client, EX_FAILED, "invalid stop schedule");
		return false;
	}
	return true;
}

/* What a client sends that waits, and the end of one, are its end here. */
static bool
hear(struct server *server, struct server_client *client,
    struct server_request *request)
{
	struct protocol_request asked;
	ssize_t n;

	do
		n = recv(client->fd, &asked, sizeof(asked),
		    MSG_DONTWAIT | MSG_TRUNC);
	while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN)
		return false;
	if (n <= 0 || client->state == CLIENT_WAITING) {
		drop(server, client);
		return false;
	}
	if (!protocol_is_request(&asked, (size_t)n)) {
		finish(server, client, EX_BADUSAGE,
		    "the request is none that this imp understands");
		return false;
	}
	return take_request(server, client, &asked, request);
}

/* Most have asked already when they are accepted. */
static bool
hear_new(struct server *server, struct server_request *request)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++) {
		if (server->clients[i].state != CLIENT_NEW)
			continue;
		server->clients[i].state = CLIENT_SILENT;
		if (hear(server, &server->clients[i], request))
			return true;
	}
	return false;
}

/*
 * Those whose time is over, unless they have spoken since we were woken: we
 * may have been kept from running for longer than they took.
 */
static bool
drop_silent(struct server *server, uint64_t now_ms,
    struct server_request *request)
{
	struct server_client *client;
	int i;

	while ((i = most_silent(server)) != -1) {
		client = &server->clients[i];
		if (client->since_ms + patience(server) > now_ms)
			break;
		if (hear(server, client, request))
			return true;
		if (client->state == CLIENT_SILENT)
			drop(server, client);
	}
	return false;
}

static struct server_client *
client_of_fd(struct server *server, int fd)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].state != CLIENT_NONE &&
		    server->clients[i].fd == fd)
			return &server->clients[i];
	return NULL;
}

/*
 * Clients before the listening socket: an entry of a dropped one must not be
 * taken for that of another, who has got its descriptor since.
 */
bool
server_handle(struct server *server, struct pollfd *fds, size_t count,
    uint64_t now_ms, struct server_request *request)
{
	struct server_client *client;
	struct pollfd *listening = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (fds[i].revents == 0)
			continue;
		if (fds[i].fd == server->fd) {
			listening = &fds[i];
			continue;
		}
		client = client_of_fd(server, fds[i].fd);
		fds[i].revents = 0;
		if (client != NULL && hear(server, client, request))
			return true;
	}
	if (drop_silent(server, now_ms, request))
		return true;
	if (server->stalled && server->retry_ms <= now_ms)
		server->stalled = false;
	if (listening != NULL) {
		listening->revents = 0;
		accept_all(server, now_ms);
	}
	return hear_new(server, request);
}

static struct server_client *
client_of_id(struct server *server, unsigned int id)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].state == CLIENT_WAITING &&
		    server->clients[i].id == id)
			return &server->clients[i];
	return NULL;
}

void
server_done(struct server *server, unsigned int id, int status,
    const char *text)
{
	struct server_client *client = client_of_id(server, id);

	if (client != NULL)
		finish(server, client, status, text);
}

static bool
waits_for(const struct server_client *client, enum protocol_verb verb)
{
	return client->state == CLIENT_WAITING && client->verb == verb;
}

void
server_done_all(struct server *server, enum protocol_verb verb, int status,
    const char *text)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (waits_for(&server->clients[i], verb))
			finish(server, &server->clients[i], status, text);
}

bool
server_has(const struct server *server, enum protocol_verb verb)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (waits_for(&server->clients[i], verb))
			return true;
	return false;
}

void
server_progress(struct server *server, int signal, uint64_t wait_ms)
{
	struct server_client *client;
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++) {
		client = &server->clients[i];
		if (!client->wants_progress ||
		    (!waits_for(client, ASK_STOP) &&
			!waits_for(client, ASK_RESTART)))
			continue;
		server->reply->status = 0;
		server->reply->signal = signal;
		server->reply->wait_ms = wait_ms;
		(void)send_reply(server, client, REPLY_PROGRESS, 0);
	}
}

void
server_done_data(struct server *server, unsigned int id, const char *data,
    size_t length)
{
	struct server_client *client = client_of_id(server, id);
	size_t part;

	for (; client != NULL && length > 0; length -= part) {
		part = length < PROTOCOL_TEXT_MAX ? length
						  : PROTOCOL_TEXT_MAX;
		memcpy(server->reply->text, data, part);
		data += part;
		if (!send_reply(server, client, REPLY_TEXT, part))
			return;
	}
	if (client != NULL)
		finish(server, client, EX_DONE, NULL);
}

void
server_done_status(struct server *server, unsigned int id,
    const struct status *status)
{
	struct server_client *client = client_of_id(server, id);
	size_t length;

	if (client == NULL)
		return;
	length = status_format(status, server->reply->text,
	    sizeof(server->reply->text));
	send_last(server, client, EX_DONE, length);
}

void
server_close(struct server *server)
{
	int i;

	for (i = 0; i < SERVER_CLIENTS; i++)
		if (server->clients[i].state != CLIENT_NONE)
			drop(server, &server->clients[i]);
	fdio_close(&server->fd);
	fdio_close(&server->spare_fd);
}
