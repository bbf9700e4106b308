/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/protocol.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/signals.h"
#include "base/text.h"

#define SOCKET_NAME "control"
#define BACKLOG	    4096

void
protocol_request_init(struct protocol_request *request,
    enum protocol_verb verb)
{
	memset(request, 0, sizeof(*request));
	request->magic = PROTOCOL_MAGIC;
	request->version = PROTOCOL_VERSION;
	request->verb = verb;
}

void
protocol_put_schedule(struct protocol_request *request,
    const struct stop_schedule *schedule)
{
	unsigned int i;

	request->step_count = schedule->count;
	request->repeat_from = schedule->repeat_from;
	for (i = 0; i < schedule->count; i++) {
		request->steps[i].signal = schedule->steps[i].signal;
		request->steps[i].wait_ms = schedule->steps[i].wait_ms;
	}
}

int
protocol_take_schedule(const struct protocol_request *request,
    struct stop_schedule *schedule)
{
	unsigned int i;

	if (request->step_count == 0 || request->step_count > STOP_STEPS ||
	    request->repeat_from > request->step_count)
		return -1;
	memset(schedule, 0, sizeof(*schedule));
	schedule->count = request->step_count;
	schedule->repeat_from = request->repeat_from;
	for (i = 0; i < schedule->count; i++) {
		if (request->steps[i].signal < 0 ||
		    request->steps[i].signal > SIGNALS_LAST)
			return -1;
		schedule->steps[i].signal = request->steps[i].signal;
		schedule->steps[i].wait_ms = request->steps[i].wait_ms;
	}
	return 0;
}

bool
protocol_is_request(const struct protocol_request *data, size_t length)
{
	return length == sizeof(*data) && data->magic == PROTOCOL_MAGIC &&
	    data->version == PROTOCOL_VERSION && data->verb < ASK_COUNT &&
	    data->signal >= 0 && data->signal <= SIGNALS_LAST;
}

/*
 * The directory may have a long path; that of our descriptor is short.  key:
 * the one below it, or NULL.  False if that is too long after all.
 */
static bool
put_address(struct sockaddr_un *address, int dir_fd, const char *key)
{
	struct text text;

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	text_init(&text, address->sun_path, sizeof(address->sun_path));
	text_put(&text, "/proc/self/fd/");
	text_put_number(&text, (uint64_t)dir_fd);
	if (key != NULL) {
		text_put_char(&text, '/');
		text_put(&text, key);
	}
	text_put(&text, "/" SOCKET_NAME);
	return !text.overflow;
}

/*
 * Everyone who gets to the name may connect: who asks is what counts, and
 * that the kernel tells.
 */
int
protocol_listen(int dir_fd)
{
	struct sockaddr_un address;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	(void)put_address(&address, dir_fd, NULL);
	(void)unlinkat(dir_fd, SOCKET_NAME, 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
	    fchmodat(dir_fd, SOCKET_NAME, 0666, 0) == -1 ||
	    listen(fd, BACKLOG) == -1)
		fdio_close(&fd);
	return fd;
}

static int
connect_to(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int rc;

	if (fd == -1)
		return -1;
	/* Waits while the queue is full, which takes thousands of others. */
	do
		rc = connect(fd, (const struct sockaddr *)address,
		    sizeof(*address));
	while (rc == -1 && errno == EINTR);
	if (rc == -1)
		fdio_close(&fd);
	return fd;
}

int
protocol_connect(int place_fd, const char *key)
{
	struct sockaddr_un address;
	int key_fd, fd;

	if (put_address(&address, place_fd, key))
		return connect_to(&address);
	key_fd = openat(place_fd, key, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (key_fd == -1)
		return -1;
	(void)put_address(&address, key_fd, NULL);
	fd = connect_to(&address);
	fdio_close(&key_fd);
	return fd;
}
