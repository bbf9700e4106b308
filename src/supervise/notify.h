/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_NOTIFY_H
#define SUPERVISE_NOTIFY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * The receiving side of sd_notify(3), one socket per supervisor, and a
 * sender for our own reports.  Nothing here prints or allocates.
 */

/* As long as sun_path, and a NUL. */
#define NOTIFY_ADDRESS_MAX 109
#define NOTIFY_STATUS_MAX  256

struct notify {
	int fd;			/* poll it for input; -1: closed */
	int dir_fd;		/* borrowed; holds the socket; -1: abstract */
	char address[NOTIFY_ADDRESS_MAX];	/* for $NOTIFY_SOCKET */
	uid_t uid;		/* the target's: it, we and root may send */
	uint64_t ignored;	/* messages, for status */
};

/* A message that passed all checks.  Numbers are 0 where not given. */
struct notify_message {
	bool ready;
	bool reloading;
	bool stopping;
	bool restart_reset;
	bool has_status;		/* an empty one clears */
	bool has_errno;
	int error;			/* ERRNO= */
	pid_t main_pid;			/* MAINPID=; to be verified */
	uint64_t monotonic_us;		/* with reloading */
	uint64_t extend_us;		/* EXTEND_TIMEOUT_USEC= */
	char status[NOTIFY_STATUS_MAX];	/* one printable line of UTF-8; a
					   longer one is cut between
					   characters */
};

/*
 * Open the socket.
 *
 * dir_fd, dir  the same directory, that of the instance; dir_fd stays open
 *              as long as *notify.  The socket "notify" is made in it, mode
 *              0600, owned by uid; one that is left over is replaced.
 *              dir NULL, or a directory that uid could not enter, or a path
 *              too long for a socket: an abstract address with a random name,
 *              which also works inside of a chroot.
 * uid          of the target.
 *
 * Credentials are asked for before anybody can know the address.
 * Returns 0, or -1 with errno and *notify closed.
 */
int	notify_open(struct notify *notify, int dir_fd, const char *dir,
	    uid_t uid);

/*
 * Take the next message off the socket; never blocks.  What is not
 * acceptable is dropped (and counted), descriptors that come along are
 * closed, a BARRIER is answered.
 *
 * Returns 1 with *message filled, or 0 when there is none.  In a flood it
 * also returns 0, after some dozens of dropped ones: the socket stays
 * readable, and the loop comes back to it.
 */
int	notify_receive(struct notify *notify, struct notify_message *message);

/*
 * Parse the text of a datagram, as notify_receive() does.  Returns 0, or -1
 * if it is to be ignored as a whole.
 */
int	notify_parse(struct notify_message *message, const char *text,
	    size_t length);

/*
 * Close the socket and remove it from its directory.  Does nothing where fd
 * is -1.
 */
void	notify_close(struct notify *notify);

/*
 * Send text ("READY=1\nSTATUS=...") to address, the value of our own
 * NOTIFY_SOCKET: "/path" or "@abstract".  Does not block: a message that the
 * receiver has no room for is lost.  Returns 0, or -1 with errno.
 */
int	notify_send(const char *address, const char *text);

#endif
