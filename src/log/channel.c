/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/channel.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "log/ledger.h"
#include "log/logger.h"
#include "log/match.h"
#include "log/rotate.h"
#include "log/stamp.h"
#include "log/tail.h"
#include "os/pipe.h"
#include "os/trust.h"

bool
log_is_needed(const struct dest *dest, const struct dest *copy,
    const struct spec_log *log, bool has_match)
{
	if (copy->kind != DEST_UNSET)
		return true;
	switch (dest->kind) {
	case DEST_SYSLOG:
	case DEST_JOURNAL:
	case DEST_COMMAND:
		return true;
	case DEST_FILE:
		break;
	default:
		return false;
	}
	return has_match || log->rotate || log->compress != NULL ||
	       log->stamp != LOG_STAMP_NONE || log->prefix != NULL ||
	       log->full != LOG_FULL_BLOCK || log->rate.count != 0 ||
	       log->reopen_signal != 0;
}

bool
log_same_dest(const struct dest *a, const struct dest *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == DEST_SYSLOG || a->kind == DEST_JOURNAL)
		return a->facility == b->facility && a->priority == b->priority;
	if (a->text == NULL || b->text == NULL)
		return a->text == b->text;
	return strcmp(a->text, b->text) == 0;
}

/* "syslog", "'/var/log/x'", ...: for messages. */
static const char *
what(const struct log_channel *channel)
{
	const struct log_config *config = &channel->config;

	switch (config->dest->kind) {
	case DEST_SYSLOG:
		return "syslog";
	case DEST_JOURNAL:
		return "journal";
	case DEST_COMMAND:
		return config->dest->text;
	case DEST_INHERIT:
		return "our own output";
	default:
		return config->path;
	}
}

static int
make_pipe(struct log_pipe *new, size_t bytes)
{
	int fds[2];

	if (fdio_pipe(fds) == -1)
		return -1;
	new->read_fd = fds[0];
	new->write_fd = fds[1];
	if (bytes > 0)
		(void)os_pipe_grow(fds[0], bytes);
	return 0;
}

/* A pipe that carries no data but wakes somebody up. */
static int
make_bell(struct log_pipe *bell)
{
	if (make_pipe(bell, 0) == -1 ||
	    fcntl(bell->read_fd, F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(bell->write_fd, F_SETFL, O_NONBLOCK) == -1)
		return -1;
	return 0;
}

static bool
tells_streams_apart(const struct log_config *config)
{
	const char *p;

	if (!config->carries[LOG_STDOUT] || !config->carries[LOG_STDERR] ||
	    config->log->prefix == NULL)
		return false;
	for (p = config->log->prefix; (p = strchr(p, '%')) != NULL; p++) {
		if (p[1] == 's')
			return true;
		if (p[1] == '%')
			p++;
	}
	return false;
}

static int
make_pipes(struct log_channel *channel)
{
	unsigned int i;

	channel->pipes = tells_streams_apart(&channel->config) ? 2 : 1;
	for (i = 0; i < channel->pipes; i++)
		if (make_pipe(&channel->main[i], MAIN_BYTES) == -1 ||
		    make_pipe(&channel->stage[i], STAGE_BYTES) == -1)
			return -1;
	if (make_pipe(&channel->scratch, STAGE_BYTES) == -1 ||
	    make_bell(&channel->bell) == -1 ||
	    make_bell(&channel->report) == -1)
		return -1;
	if (channel->config.dest->kind == DEST_FILE && !channel->is_device)
		return 0;
	if (make_pipe(&channel->out, OUT_BYTES) == -1)
		return -1;
	if (channel->config.dest->kind == DEST_COMMAND)
		return make_pipe(&channel->command, 0);
	return 0;
}

static void *
map(size_t bytes, int flags)
{
	void *memory = mmap(
	    NULL, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int
make_memory(struct log_channel *channel)
{
	const struct log_config *config = &channel->config;
	size_t tail_room = (size_t)config->log->tail_bytes;

	channel->shared_bytes = sizeof(*channel->shared) + tail_room;
	channel->shared = map(channel->shared_bytes, MAP_SHARED);
	if (channel->shared == NULL)
		return -1;
	channel->shared->tail_room = tail_room;
	channel->work = map(sizeof(*channel->work), MAP_PRIVATE);
	return channel->work == NULL ? -1 : 0;
}

/* A file in a directory of the target's user is opened as that user. */
static int
begin_as_user(const struct log_channel *channel)
{
	const struct log_config *config = &channel->config;

	if (!channel->as_user)
		return 0;
	if (setegid(config->gid) == -1)
		return -1;
	if (seteuid(config->uid) == 0)
		return 0;
	(void)!setegid(getgid());
	return -1;
}

static int
end_as_user(const struct log_channel *channel)
{
	if (!channel->as_user)
		return 0;
	if (seteuid(getuid()) == -1 || setegid(getgid()) == -1)
		return -1;
	return 0;
}

static int
open_file(struct log_channel *channel)
{
	const struct log_config *config = &channel->config;
	enum trust_refusal why;
	struct stat st;
	int fd, error;

	/* A device may be writable only. */
	if (fstatat(channel->dir_fd, channel->file, &st, AT_SYMLINK_NOFOLLOW) ==
		0 &&
	    S_ISCHR(st.st_mode))
		channel->is_device = true;
	fd = trust_open_output(channel->dir_fd, channel->file,
	    (channel->is_device ? O_WRONLY : O_RDWR) |
		(config->truncate ? O_TRUNC : 0),
	    config->log->mode, config->uid, &why);
	if (fd == -1) {
		error = errno;
		(void)end_as_user(channel);
		diag_errx("cannot open '%s': %s", config->path,
		    trust_explain(why, error));
		return -1;
	}
	/* The logger opens the file itself; a device it gets from here. */
	if (channel->is_device)
		channel->command.write_fd = fd;
	else
		(void)close(fd);
	return 0;
}

/* Our own stream is written to as it is, wherever it goes. */
static int
open_own(struct log_channel *channel)
{
	int own_fd =
	    channel->config.carries[LOG_STDOUT] ? STDOUT_FILENO : STDERR_FILENO;

	channel->is_device = true;
	channel->command.write_fd = fcntl(own_fd, F_DUPFD_CLOEXEC, 3);
	if (channel->command.write_fd != -1)
		return 0;
	diag_err("cannot duplicate descriptor %d", own_fd);
	return -1;
}

static int
open_dest(struct log_channel *channel)
{
	const struct log_config *config = &channel->config;
	struct stat st;
	int rc;

	if (config->dest->kind == DEST_INHERIT)
		return open_own(channel);
	if (config->dest->kind != DEST_FILE)
		return 0;
	channel->dir_fd = trust_open_parent(config->path, &channel->file);
	if (channel->dir_fd == -1 || fstat(channel->dir_fd, &st) == -1) {
		diag_err("cannot open '%s'", config->path);
		return -1;
	}
	if (strlen(channel->file) > NAME_MAX - ROTATE_NAME_EXTRA) {
		diag_errx(
		    "cannot rotate '%s': its name is too long", config->path);
		return -1;
	}
	channel->as_user = geteuid() == 0 && config->uid != (uid_t)-1 &&
			   config->uid != 0 &&
			   (config->as_user || st.st_uid == config->uid);
	if (begin_as_user(channel) == -1) {
		diag_err("cannot become user %lu for '%s'",
		    (unsigned long)config->uid, config->path);
		return -1;
	}
	rc = open_file(channel);
	if (end_as_user(channel) == -1) {
		diag_err("cannot become ourselves again");
		return -1;
	}
	return rc;
}

/* What can be wrong with the texts is said now, not by the logger. */
static int
check_texts(const struct log_config *config)
{
	const struct stamp_words words = { config->name, config->instance,
		"stdout", INT_MAX };
	char head[HEAD_ROOM - STAMP_ROOM];
	struct match match;

	if (config->match != NULL) {
		if (match_init(&match, config->match) == -1)
			return -1;
		match_fini(&match);
	}
	if (config->log->prefix != NULL &&
	    stamp_prefix(head, sizeof(head), config->log->prefix, &words) ==
		sizeof(head)) {
		diag_errx("log prefix '%s' is too long", config->log->prefix);
		return -1;
	}
	return 0;
}

static void
init_pipe(struct log_pipe *unset)
{
	unset->read_fd = -1;
	unset->write_fd = -1;
}

static void
init(struct log_channel *channel, const struct log_config *config)
{
	unsigned int i;

	memset(channel, 0, sizeof(*channel));
	channel->config = *config;
	for (i = 0; i < LOG_STREAMS; i++) {
		init_pipe(&channel->main[i]);
		init_pipe(&channel->stage[i]);
	}
	init_pipe(&channel->scratch);
	init_pipe(&channel->out);
	init_pipe(&channel->command);
	init_pipe(&channel->bell);
	init_pipe(&channel->report);
	channel->dir_fd = -1;
	channel->null_fd = -1;
	channel->file = "";
}

int
log_open(struct log_channel *channel, const struct log_config *config)
{
	init(channel, config);
	if (check_texts(config) == -1 || open_dest(channel) == -1)
		goto fail;
	channel->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (channel->null_fd == -1 || make_pipes(channel) == -1 ||
	    make_memory(channel) == -1) {
		diag_err("cannot prepare the log to '%s'", what(channel));
		goto fail;
	}
	/* Read the time zone now: later nothing is allocated. */
	(void)stamp_utc_offset(0);
	return 0;
fail:
	log_fini(channel);
	return -1;
}

int
log_target_fd(const struct log_channel *channel, enum log_stream_number stream)
{
	if (!channel->config.carries[stream])
		return -1;
	return channel->main[channel->pipes == 1 ? 0 : stream].write_fd;
}

void
log_set_pid(struct log_channel *channel, pid_t pid)
{
	atomic_store(&channel->shared->pid, (int)pid);
}

void
log_ask(struct log_channel *channel, enum log_request request)
{
	struct log_shared *shared = channel->shared;

	if (request == LOG_ASK_DRAIN)
		atomic_store(&shared->ended_pid, atomic_load(&shared->pid));
	(void)atomic_fetch_add(&shared->asked[request], 1);
	(void)!write(channel->bell.write_fd, "", 1);
}

int
log_report_fd(const struct log_channel *channel)
{
	return channel->report.read_fd;
}

unsigned int
log_take_reports(struct log_channel *channel)
{
	char bytes[256];

	while (read(channel->report.read_fd, bytes, sizeof(bytes)) ==
	       (ssize_t)sizeof(bytes))
		;
	return atomic_exchange(&channel->shared->says, 0);
}

bool
log_is_done(const struct log_channel *channel, enum log_request request)
{
	const struct log_shared *shared = channel->shared;

	return atomic_load(&shared->asked[request]) ==
	       atomic_load(&shared->done[request]);
}

void
log_stats(const struct log_channel *channel, struct log_stats *stats)
{
	*stats = ledger_current(channel->shared)->stats;
}

size_t
log_tail(
    const struct log_channel *channel, char *buf, size_t room, bool at_line)
{
	uint64_t all = ledger_current(channel->shared)->tail_bytes;
	size_t used = tail_get(channel->shared, buf, room);

	return used == all || !at_line ? used : tail_begin_at_line(buf, used);
}

uint64_t
log_tail_bytes(const struct log_channel *channel)
{
	return ledger_current(channel->shared)->tail_bytes;
}

void
log_close(struct log_channel *channel)
{
	unsigned int i;

	for (i = 0; i < LOG_STREAMS; i++)
		fdio_close(&channel->main[i].write_fd);
}

static void
close_pipe(struct log_pipe *open)
{
	fdio_close(&open->read_fd);
	fdio_close(&open->write_fd);
}

void
log_fini(struct log_channel *channel)
{
	unsigned int i;

	for (i = 0; i < LOG_STREAMS; i++) {
		close_pipe(&channel->main[i]);
		close_pipe(&channel->stage[i]);
	}
	close_pipe(&channel->scratch);
	close_pipe(&channel->out);
	close_pipe(&channel->command);
	close_pipe(&channel->bell);
	close_pipe(&channel->report);
	fdio_close(&channel->null_fd);
	fdio_close(&channel->dir_fd);
	fdio_close(&channel->config.forward_fd);
	if (channel->shared != NULL)
		(void)munmap(channel->shared, channel->shared_bytes);
	if (channel->work != NULL)
		(void)munmap(channel->work, sizeof(*channel->work));
	channel->shared = NULL;
	channel->work = NULL;
}
