/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_SERVER_H
#define SUPERVISE_SERVER_H

#include <sys/types.h>

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/protocol.h"
#include "record/status.h"
#include "spec/stop.h"

/*
 * The supervisor's side of the control socket: takes requests, and answers
 * them when the supervisor says so.  Nothing blocks, prints or allocates.
 * A client that says nothing, says nonsense or does not read its answer is
 * dropped; those that find all places taken wait in the kernel's queue, and
 * a client who has waited for long for nothing gives its place up first.
 *
 *	count = server_poll(&server, fds); poll
 *	while (server_handle(&server, fds, count, now, &request)) act on it,
 *	    then or later answer with server_done() or server_done_all()
 */

#define SERVER_CLIENTS 32
#define SERVER_POLLFDS (SERVER_CLIENTS + 1)

enum server_client_state {
	CLIENT_NONE,
	CLIENT_NEW,		/* connected, not yet listened to */
	CLIENT_SILENT,		/* connected, has not asked yet */
	CLIENT_WAITING		/* has asked, and is owed an answer */
};

struct server_client {
	enum server_client_state state;
	int fd;
	unsigned int id;
	bool may_act;		/* root or the owner */
	enum protocol_verb verb;
	bool wants_progress;
	uint64_t since_ms;
};

struct server {
	int fd;			/* -1: closed */
	int spare_fd;		/* given up for accept(2) when there are no
				   descriptors left */
	bool stalled;		/* no descriptor could be had */
	uint64_t retry_ms;
	unsigned int last_id;
	struct server_client *clients;	/* of the storage, as are */
	struct protocol_reply *reply;	/* the one being put together */
};

/* Apart from the server, because a daemon that nobody asks never touches it. */
struct server_storage {
	struct server_client clients[SERVER_CLIENTS];
	struct protocol_reply reply;
};

/* A closed server, with storage that is all zero and outlives it. */
void	server_init(struct server *server, struct server_storage *storage);

/* A request of somebody who may make it. */
struct server_request {
	unsigned int client;	/* for server_done() and so on */
	enum protocol_verb verb;
	int signal;		/* ASK_SIGNAL, 0 to 64; ASK_RELOAD, 0: as
				   started */
	bool has_schedule;	/* ASK_STOP, ASK_RESTART: not the daemon's
				   own */
	struct stop_schedule schedule;
};

/*
 * Make the socket "control" in the directory dir_fd and a hard link to it in
 * second_fd, if that is not -1.  Returns 0, or -1 with errno and *server
 * closed.
 */
int	server_open(struct server *server, int dir_fd, int second_fd);

/* Fill in what to poll(2) for, at most SERVER_POLLFDS.  Returns how many. */
size_t	server_poll(const struct server *server, struct pollfd *fds);

/* When to call server_handle() at the latest, monotonic, or CLOCK_NEVER. */
uint64_t	server_deadline(const struct server *server);

/*
 * After each poll(2), with the entries from server_poll(): take the next
 * request.  Returns whether there was one; call again until there is none.
 * What needs no decision (no permission, nonsense, time limits) is seen to.
 */
bool	server_handle(struct server *server, struct pollfd *fds, size_t count,
	    uint64_t now_ms, struct server_request *request);

/*
 * Answer one client: its request is done.  status is the exit status of its
 * process; text says what went wrong (NULL or "": nothing).  A client that is
 * no longer there is no error.
 */
void	server_done(struct server *server, unsigned int client, int status,
	    const char *text);

/* The same for all that wait for this verb. */
void	server_done_all(struct server *server, enum protocol_verb verb,
	    int status, const char *text);

/* Whether anybody waits for this verb. */
bool	server_has(const struct server *server, enum protocol_verb verb);

/*
 * Tell all that wait for ASK_STOP or ASK_RESTART, and want to know, that
 * signal was sent (0: none) and how long it is until the next step
 * (UINT64_MAX: none is due).
 */
void	server_progress(struct server *server, int signal, uint64_t wait_ms);

/* Answer ASK_STATUS. */
void	server_done_status(struct server *server, unsigned int client,
	    const struct status *status);

/* Answer ASK_LOGS with length bytes. */
void	server_done_data(struct server *server, unsigned int client,
	    const char *data, size_t length);

/*
 * Close all connections and the socket.  The name in the directory goes
 * with claim_release().  To be called after the last answer, which is best
 * sent when the claim has been given up: then whoever waits for it can start
 * anew at once.
 */
void	server_close(struct server *server);

#endif
