/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/channel.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "log/command.h"
#include "log/compress.h"
#include "log/drop.h"
#include "log/ending.h"
#include "log/logger.h"
#include "log/send.h"
#include "log/stage.h"
#include "log/store.h"
#include "os/pipe.h"

/* Steps between two looks at signals and requests while there is work. */
#define STEPS_AT_ONCE 16

/* At most, to store a note of what is lost: compose, store, send, drop. */
#define LAST_STEPS 8

/* How often it is looked whether a command has read all there ever was. */
#define LAST_LOOK_MS 50

/*
 * Output that comes more often than this, and in small pieces, is waited for
 * a little, so that one wake-up serves many lines.
 */
#define GATHER_US    200
#define GATHER_BYTES (16 * 1024)

/* What the loop waits for. */
enum wait_slot {
	WAIT_SIGNAL,
	WAIT_BELL,
	WAIT_COMMAND,
	WAIT_SEND,
	WAIT_MAIN,
	WAIT_SLOTS = WAIT_MAIN + LOG_STREAMS
};

static uint64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void
ignore_message(void *context, int priority, const char *line)
{
	(void)context, (void)priority, (void)line;
}

/* Keep what is the channel's, close the rest. */
static int
close_others(struct log_channel *channel)
{
	const struct log_pipe *pipes[] = { &channel->main[0], &channel->main[1],
		&channel->stage[0], &channel->stage[1], &channel->scratch,
		&channel->out, &channel->command, &channel->bell,
		&channel->report };
	int keep[2 * sizeof(pipes) / sizeof(pipes[0]) + 3];
	size_t count = 0, i;

	log_close(channel);
	for (i = 0; i < sizeof(pipes) / sizeof(pipes[0]); i++) {
		keep[count++] = pipes[i]->read_fd;
		keep[count++] = pipes[i]->write_fd;
	}
	keep[count++] = channel->null_fd;
	keep[count++] = channel->dir_fd;
	keep[count++] = channel->config.forward_fd;
	for (i = 0; i < 3; i++)
		if (dup2(channel->null_fd, (int)i) == -1)
			return -1;
	return os_close_all_but(keep, count);
}

static int
block_signals(void)
{
	struct sigaction action;
	sigset_t all;

	/* An ignored SIGCHLD would take the status from us. */
	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_DFL;
	(void)sigfillset(&all);
	if (sigaction(SIGCHLD, &action, NULL) == -1)
		return -1;
	return sigprocmask(SIG_SETMASK, &all, NULL);
}

/* In the user's own directory be the user. */
static int
become_user(const struct log_config *config)
{
	if (setgroups(1, &config->gid) == -1 ||
	    setresgid(config->gid, config->gid, config->gid) == -1 ||
	    setresuid(config->uid, config->uid, config->uid) == -1)
		return -1;
	return 0;
}

/* What a predecessor looked at is still in stage. */
static void
empty_scratch(struct logger *logger)
{
	int fd = logger->channel->scratch.read_fd;

	stage_skip(logger, fd, os_pipe_used(fd));
}

/*
 * A user who has many pipes gets no more large ones, and in the end such as
 * hold two pages only.
 */
static void
measure_pipes(struct logger *logger)
{
	const struct log_channel *channel = logger->channel;
	size_t holds;
	unsigned int i;

	logger->scratch_bytes = os_pipe_grow(channel->scratch.read_fd, 0);
	if (logger->scratch_bytes > IN_BYTES)
		logger->scratch_bytes = IN_BYTES;
	logger->stage_bytes = STAGE_BYTES;
	for (i = 0; i < channel->pipes; i++) {
		holds = os_pipe_grow(channel->stage[i].read_fd, 0);
		if (logger->stage_bytes > holds)
			logger->stage_bytes = holds;
	}
	if (logger->scratch_bytes > logger->stage_bytes)
		logger->scratch_bytes = logger->stage_bytes;
	logger->out_bytes = OUT_BYTES;
	if (channel->out.read_fd != -1)
		logger->out_bytes = os_pipe_grow(channel->out.read_fd, 0);
	if (logger->out_bytes > OUT_BYTES)
		logger->out_bytes = OUT_BYTES;
}

static void
init(struct logger *logger, struct log_channel *channel)
{
	static const int signals[] = { SIGHUP, SIGUSR1, SIGALRM, SIGCHLD, 0 };
	const struct log_config *config = &channel->config;

	logger->channel = channel;
	logger->shared = channel->shared;
	logger->now = *ledger_current(channel->shared);
	logger->signal_fd = os_signal_fd(signals);
	if (logger->signal_fd == -1)
		logger_die();
	logger->send_fd = -1;
	logger->command_fd = -1;
	/* Where a predecessor was blocked, we try at once. */
	logger->retry_ms = logger->now.stats.blocked ? 0 : CLOCK_NEVER;
	logger->patience_ms = CLOCK_NEVER;
	logger->give_up_ms = CLOCK_NEVER;
	logger->least_left = SIZE_MAX;
	logger->offset_at = UINT64_MAX;
	file_init(&logger->file, channel);
	logger->file.was_shared = logger->now.shares_file;
	measure_pipes(logger);
	empty_scratch(logger);
	archive_init(
	    &logger->archive, channel->dir_fd, channel->file, config->log);
	/* log_open() has tried it. */
	if (config->match != NULL &&
	    match_init(&logger->match, config->match) == -1)
		logger_die();
	if (logger_has_file(logger)) {
		compress_init(logger);
		compress_start(logger);
	}
	send_init(logger);
	command_init(logger);
	command_start(logger);
}

static void
is_done(struct logger *logger, enum log_request request, unsigned int asked)
{
	atomic_store(&logger->shared->done[request], asked);
	logger_say(logger, LOG_SAYS_DONE);
}

static void
reopen(struct logger *logger)
{
	file_close(&logger->file);
	fdio_close(&logger->send_fd);
	if (logger_has_file(logger))
		(void)file_find_dir(&logger->file);
	/* The new file is there as soon as it was asked for. */
	if (logger_has_file(logger) && file_begin(&logger->file) == 0)
		file_end(&logger->file);
}

/* Rotate, or do what stands for it where somebody else rotates. */
static void
want_rotate(struct logger *logger)
{
	if (!logger_has_file(logger) || !logger->channel->config.log->rotate) {
		reopen(logger);
		return;
	}
	logger->want_rotate = true;
	logger->rotate_ms = 0;
}

static void
take_signals(struct logger *logger)
{
	int signal;

	while ((signal = os_signal_take(logger->signal_fd)) != 0) {
		if (signal == SIGHUP)
			reopen(logger);
		else if (signal == SIGCHLD)
			compress_reap(logger);
		else
			want_rotate(logger);
	}
}

/*
 * What a process has left behind ends where the pipe ends now; others may
 * go on writing.
 */
static void
begin_drain(struct logger *logger)
{
	unsigned int i;

	logger->draining = true;
	logger->drain_asked =
	    atomic_load(&logger->shared->asked[LOG_ASK_DRAIN]);
	logger->drain_until = logger->taken;
	for (i = 0; i < logger->channel->pipes; i++)
		logger->drain_until +=
		    os_pipe_used(logger->channel->main[i].read_fd);
}

static void
take_requests(struct logger *logger)
{
	struct log_shared *shared = logger->shared;
	unsigned int asked;

	asked = atomic_load(&shared->asked[LOG_ASK_REOPEN]);
	if (asked != atomic_load(&shared->done[LOG_ASK_REOPEN])) {
		reopen(logger);
		is_done(logger, LOG_ASK_REOPEN, asked);
	}
	asked = atomic_load(&shared->asked[LOG_ASK_ROTATE]);
	if (asked != logger->rotate_asked &&
	    asked != atomic_load(&shared->done[LOG_ASK_ROTATE])) {
		logger->rotate_asked = asked;
		want_rotate(logger);
	}
	if (!logger->draining && !log_is_done(logger->channel, LOG_ASK_DRAIN))
		begin_drain(logger);
}

/* One step of storing or sending, from whatever state it is in. */
static enum work
next_step(struct logger *logger)
{
	bool has_file = logger_has_file(logger);

	switch (logger->now.phase) {
	case LEDGER_STORED:
		if (!stage_release(logger))
			return WORK_WAITED;
		logger->now.phase =
		    logger->now.out_bytes > 0 ? LEDGER_SENDING : LEDGER_IDLE;
		logger_commit(logger);
		return WORK_DONE;
	case LEDGER_STORING:
		return store_resume(logger);
	case LEDGER_SENDING:
		return send_some(logger);
	case LEDGER_DROPPING:
		drop_out(logger);
		return WORK_DONE;
	default:
		return has_file ? store_next(logger) : send_next(logger);
	}
}

/* Store the ends of the lines that are left; done when nothing is. */
static enum work
last_step(struct logger *logger)
{
	enum work step = WORK_NONE;
	unsigned int i;

	for (i = 0; i < logger->channel->pipes && step == WORK_NONE; i++)
		step = logger_has_file(logger) ? store_last(logger, i)
					       : send_last(logger, i);
	return step;
}

static enum work
drain_step(struct logger *logger)
{
	enum work step = next_step(logger);

	if (step == WORK_BLOCKED || logger->now.phase != LEDGER_IDLE ||
	    (step == WORK_DONE && logger->taken < logger->drain_until))
		return step;
	step = last_step(logger);
	if (step != WORK_NONE)
		return step;
	if (logger_has_file(logger))
		store_tail(logger);
	logger->draining = false;
	is_done(logger, LOG_ASK_DRAIN, logger->drain_asked);
	return WORK_DONE;
}

static bool
has_ended(const struct logger *logger)
{
	unsigned int i;

	for (i = 0; i < logger->channel->pipes; i++)
		if (!logger->has_end[i] || stage_used(logger, i) > 0)
			return false;
	return logger->now.phase == LEDGER_IDLE;
}

/* Returns false at the end of everything. */
static bool
step_on(struct logger *logger, enum work *step)
{
	take_requests(logger);
	*step = logger->draining ? drain_step(logger) : next_step(logger);
	if (logger->rotate_asked !=
		atomic_load(&logger->shared->done[LOG_ASK_ROTATE]) &&
	    logger->rotate_asked != 0 &&
	    (!logger->want_rotate || logger->rotate_ms != 0))
		is_done(logger, LOG_ASK_ROTATE, logger->rotate_asked);
	if (*step == WORK_BLOCKED || !command_has_read(logger))
		return true;
	return *step != WORK_NONE || !has_ended(logger);
}

/* The last that is said, by what has room for it: how much is lost. */
static void
tell_loss(struct logger *logger)
{
	enum work step = WORK_DONE;
	int steps;

	logger->retry_ms = 0;
	for (steps = 0; steps < LAST_STEPS && step == WORK_DONE &&
			(logger->now.drop.bytes > 0 ||
			    logger->now.phase != LEDGER_IDLE);
	     steps++)
		step = next_step(logger);
	send_loss(logger);
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When a file is due for its age, on the monotonic clock. */
static uint64_t
age_ms(const struct logger *logger)
{
	uint64_t wall = clock_wall_ms();
	uint64_t due;

	if (!logger_has_file(logger) || logger->file.fd == -1 ||
	    logger->file.bytes == 0)
		return CLOCK_NEVER;
	due = rotate_due_ms(logger->channel->config.log, logger->file.born_ms);
	/* If it is due and still there, it waits for the end of a line. */
	if (due == CLOCK_NEVER || due <= wall)
		return CLOCK_NEVER;
	return clock_ms() + (due - wall);
}

/* Until when to wait; mostly for ever. */
static uint64_t
deadline(const struct logger *logger, enum work step)
{
	const struct log_config *config = &logger->channel->config;
	uint64_t at = age_ms(logger);

	if (logger->now.stats.blocked)
		at = earlier(at, logger->retry_ms);
	else
		at = earlier(at,
		    flood_report_ms(&logger->now.flood, &config->log->rate));
	at = earlier(at, logger->patience_ms);
	at = earlier(at, logger->give_up_ms);
	/* That nobody writes any more is not waited for, but looked at. */
	if (step == WORK_BLOCKED)
		at = earlier(at, clock_ms() + RETRY_MS);
	if (config->dest->kind == DEST_COMMAND && logger->command_fd == -1)
		at = earlier(at, logger->command_ms);
	/* Nor is that the command has read the last. */
	if (step == WORK_NONE && has_ended(logger))
		at = earlier(at, clock_ms() + LAST_LOOK_MS);
	return at;
}

static void
fill_slots(const struct logger *logger, enum work step,
    struct pollfd slots[WAIT_SLOTS])
{
	bool wants_input =
	    step == WORK_NONE ||
	    (step == WORK_DONE && logger->now.phase == LEDGER_IDLE) ||
	    (logger_drops(logger) && logger->now.phase == LEDGER_IDLE);
	unsigned int i;

	for (i = 0; i < WAIT_SLOTS; i++) {
		slots[i].fd = -1;
		slots[i].events = POLLIN;
		slots[i].revents = 0;
	}
	slots[WAIT_SIGNAL].fd = logger->signal_fd;
	slots[WAIT_BELL].fd = logger->channel->bell.read_fd;
	slots[WAIT_COMMAND].fd = logger->command_fd;
	if (logger->now.phase == LEDGER_SENDING && !logger->now.stats.blocked) {
		slots[WAIT_SEND].fd = send_poll_fd(logger);
		slots[WAIT_SEND].events = POLLOUT;
	}
	for (i = 0; i < logger->channel->pipes; i++)
		if (wants_input && !logger->has_end[i])
			slots[WAIT_MAIN + i].fd =
			    logger->channel->main[i].read_fd;
}

/*
 * Lines that come one by one, and faster than we are: sleep a little, so that
 * one batch serves many of them.  One that comes after a pause is stored at
 * once.
 */
static void
gather(struct logger *logger, enum work step)
{
	static const struct timespec span = { 0, GATHER_US * 1000 };
	uint64_t length = logger->taken - logger->gathered;
	uint64_t now;
	bool is_often;

	logger->gathered = logger->taken;
	if (step != WORK_DONE || length == 0 || length >= GATHER_BYTES)
		return;
	now = now_us();
	is_often = now - logger->batch_us < 2 * GATHER_US;
	logger->batch_us = now;
	if (is_often && !logger->draining)
		(void)ppoll(NULL, 0, &span, NULL);
}

/* Wait for work, or with step WORK_DONE only look for signals. */
static void
wait_for_work(struct logger *logger, enum work step)
{
	struct pollfd slots[WAIT_SLOTS];
	char bells[64];
	int timeout = 0;

	fill_slots(logger, step, slots);
	if (step != WORK_DONE && step != WORK_WAITED)
		timeout =
		    clock_poll_timeout(clock_ms(), deadline(logger, step));
	if (poll(slots, WAIT_SLOTS, timeout) <= 0) {
		command_start(logger);
		return;
	}
	if (slots[WAIT_SIGNAL].revents != 0)
		take_signals(logger);
	if (slots[WAIT_BELL].revents != 0)
		(void)!read(
		    logger->channel->bell.read_fd, bells, sizeof(bells));
	if (slots[WAIT_COMMAND].revents != 0)
		command_ended(logger);
	command_start(logger);
}

void
log_run(struct log_channel *channel)
{
	struct logger *logger = &channel->work->logger;
	enum work step = WORK_NONE;
	unsigned int steps = 0;

	(void)setsid();
	diag_set_sink(ignore_message, NULL);
	if (block_signals() == -1 || close_others(channel) == -1 ||
	    (channel->as_user && become_user(&channel->config) == -1))
		logger_die();
	init(logger, channel);
	while (step_on(logger, &step)) {
		if (!logger->gives_up && ending_is_in_vain(logger, step))
			ending_give_up(logger);
		steps = step == WORK_DONE ? steps + 1 : 0;
		if (steps % STEPS_AT_ONCE == 0)
			wait_for_work(logger, step);
		gather(logger, step);
	}
	tell_loss(logger);
	_exit(0);
}
