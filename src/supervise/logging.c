/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/logging.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "os/vfork.h"

/* A logger that lived shorter than this is not replaced at once. */
#define SHORT_LIFE_MS 1000

/* As much of a last line is told, and looked for. */
#define LAST_LINE_MAX 240

static const struct dest *
dest_of(const struct spec *spec, int stream)
{
	return stream == LOG_STDOUT ? &spec->output.out : &spec->output.err;
}

static const struct dest *
copy_of(const struct spec *spec, int stream)
{
	return stream == LOG_STDOUT ? &spec->output.out_copy
				    : &spec->output.err_copy;
}

/* A name that cannot break a line, or a field of the journal, in two. */
static const char *
printable(const char *name)
{
	char *copy = xstrdup(name), *p;

	for (p = copy; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == '\177')
			*p = '?';
	return copy;
}

static void
fill_config(struct log_config *config, const struct plan *plan,
    const struct dest *dest)
{
	const struct spec *spec = plan->spec;

	config->dest = dest;
	if (dest->kind == DEST_FILE)
		config->path = path_absolute(dest->text);
	config->log = &spec->log;
	config->name = printable(spec->log.tag != NULL ? spec->log.tag
		: spec->identity.name != NULL	       ? spec->identity.name
						       : plan->argv[0]);
	config->instance = spec->identity.instance == 0
	    ? ""
	    : xasprintf("%u", spec->identity.instance);
	config->truncate = spec->output.truncate;
	config->forward_fd = -1;
	config->uid = plan->credentials.set_uid ? plan->credentials.uid
					       : (uid_t)-1;
	config->gid = plan->credentials.gid;
	config->as_user = spec->process.access_as_user;
}

/* The first stream of a channel, by which its input is known. */
static int
first_stream(const struct log_config *config)
{
	return config->carries[LOG_STDOUT] ? LOG_STDOUT : LOG_STDERR;
}

/*
 * A second destination is a channel of its own, which the logger of the first
 * feeds.  It is told apart by the channel that follows.
 */
static int
open_copy(struct logging *logging, const struct plan *plan,
    struct log_config *config)
{
	int stream = first_stream(config);
	const struct dest *dest = copy_of(plan->spec, stream);
	struct logger_child *logger = &logging->loggers[logging->count];
	struct log_config copy;

	if (dest->kind == DEST_UNSET)
		return 0;
	memset(&copy, 0, sizeof(copy));
	fill_config(&copy, plan, dest);
	memcpy(copy.carries, config->carries, sizeof(copy.carries));
	if (log_open(&logger->channel, &copy) == -1)
		return -1;
	logging->count++;
	logger->is_copy = true;
	config->forward_fd =
	    fcntl(log_target_fd(&logger->channel,
		      (enum log_stream_number)stream),
		F_DUPFD_CLOEXEC, 3);
	if (config->forward_fd != -1)
		return 0;
	diag_err("cannot duplicate a descriptor");
	return -1;
}

static int
open_channel(struct logging *logging, struct plan *plan, bool out, bool err)
{
	const struct spec *spec = plan->spec;
	struct logger_child *logger;
	struct log_config config;

	memset(&config, 0, sizeof(config));
	config.carries[LOG_STDOUT] = out;
	config.carries[LOG_STDERR] = err;
	fill_config(&config, plan, dest_of(spec, first_stream(&config)));
	if (spec->ready.kind == READY_LOG)
		config.match = spec->ready.text;
	if (open_copy(logging, plan, &config) == -1)
		return -1;
	logger = &logging->loggers[logging->count];
	if (log_open(&logger->channel, &config) == -1)
		return -1;
	logging->count++;
	if (out)
		plan->streams.fds[1] =
		    log_target_fd(&logger->channel, LOG_STDOUT);
	if (err)
		plan->streams.fds[2] =
		    log_target_fd(&logger->channel, LOG_STDERR);
	return 0;
}

bool
logging_serves(const struct spec *spec, int stream)
{
	return log_is_needed(dest_of(spec, stream), copy_of(spec, stream),
	    &spec->log, spec->ready.kind == READY_LOG);
}

/* Whether one channel serves both streams: our own are two. */
static bool
is_one_way(const struct spec_output *output)
{
	return log_same_dest(&output->out, &output->err) &&
	    log_same_dest(&output->out_copy, &output->err_copy) &&
	    output->out_copy.kind != DEST_INHERIT;
}

int
logging_open(struct logging *logging, struct plan *plan)
{
	bool for_out = logging_serves(plan->spec, LOG_STDOUT);
	bool for_err = logging_serves(plan->spec, LOG_STDERR);

	if (!for_out && !for_err)
		return 0;
	logging->loggers = xcalloc(LOGGING_CHANNELS, sizeof(*logging->loggers));
	if (for_out && for_err && is_one_way(&plan->spec->output))
		return open_channel(logging, plan, true, true);
	if (for_out && open_channel(logging, plan, true, false) == -1)
		return -1;
	return for_err ? open_channel(logging, plan, false, true) : 0;
}

static void
start_one(struct logging *logging, struct logger_child *logger,
    struct family *family)
{
	logger->began_ms = clock_ms();
	logger->pid = os_fork();
	if (logger->pid == 0) {
		title_set(logging->title, logging->label, 0, "logger");
		log_run(&logger->channel);
	}
	if (logger->pid > 0) {
		family_adopt_helper(family, logger->pid);
		return;
	}
	/* No process to be had: the pipe holds the output meanwhile. */
	diag_warn("cannot start a logger; trying again in %d s",
	    SHORT_LIFE_MS / 1000);
	logger->pid = 0;
	logger->due_ms = logger->began_ms + SHORT_LIFE_MS;
}

void
logging_start(struct logging *logging, struct family *family)
{
	uint64_t now = logging->count > 0 ? clock_ms() : 0;
	unsigned int i;

	for (i = 0; i < logging->count; i++)
		if (logging->loggers[i].pid == 0 &&
		    logging->loggers[i].due_ms <= now)
			start_one(logging, &logging->loggers[i], family);
}

uint64_t
logging_deadline(const struct logging *logging)
{
	uint64_t due = CLOCK_NEVER;
	unsigned int i;

	for (i = 0; i < logging->count; i++)
		if (logging->loggers[i].pid == 0 &&
		    logging->loggers[i].due_ms < due)
			due = logging->loggers[i].due_ms;
	return due;
}

void
logging_set_pid(struct logging *logging, pid_t pid)
{
	struct logger_child *logger;
	unsigned int i;

	for (i = 0; i < logging->count; i++) {
		logger = &logging->loggers[i];
		log_set_pid(&logger->channel, pid);
		if (logging->to_tell == 0)
			logger->tail_bytes = log_tail_bytes(&logger->channel);
	}
}

void
logging_ask(struct logging *logging, enum log_request request)
{
	unsigned int i;

	for (i = 0; i < logging->count; i++)
		log_ask(&logging->loggers[i].channel, request);
}

void
logging_drain(struct logging *logging)
{
	logging_ask(logging, LOG_ASK_DRAIN);
}

/* All that the ended runs wrote is stored, as far as it can be. */
static bool
is_drained(const struct logger_child *logger)
{
	return log_is_done(&logger->channel, LOG_ASK_DRAIN);
}

bool
logging_child_exited(struct logging *logging, pid_t pid)
{
	struct logger_child *logger;
	unsigned int i;

	for (i = 0; i < logging->count; i++) {
		logger = &logging->loggers[i];
		if (logger->pid != pid)
			continue;
		logger->pid = 0;
		logger->due_ms = 0;
		if (logging->finishing && is_drained(logger) &&
		    logger->is_copy == logger->is_last)
			logger->due_ms = CLOCK_NEVER;
		else if (clock_ms() - logger->began_ms < SHORT_LIFE_MS)
			logger->due_ms = logger->began_ms + SHORT_LIFE_MS;
		return true;
	}
	return false;
}

size_t
logging_poll(const struct logging *logging, struct pollfd *fds)
{
	unsigned int i;

	for (i = 0; i < logging->count; i++) {
		fds[i].fd = log_report_fd(&logging->loggers[i].channel);
		fds[i].events = POLLIN;
		fds[i].revents = 0;
	}
	return logging->count;
}

/* What keeps the output from where it should go, and its end. */
static void
tell_trouble(struct logging *logging, unsigned int i)
{
	struct logger_child *logger = &logging->loggers[i];
	struct log_stats stats;

	log_stats(&logger->channel, &stats);
	if (stats.compress_status != logger->told_compress) {
		logger->told_compress = stats.compress_status;
		if (stats.compress_status != 0)
			diag_warnx("%s: cannot compress the old files of '%s': "
				   "'%s' exited with status %d",
			    logging->label, logging_dest(logging, i),
			    logger->channel.config.log->compress,
			    stats.compress_status);
	}
	if (stats.error == logger->told_error)
		return;
	logger->told_error = stats.error;
	if (stats.error == 0) {
		diag_notice("%s: output goes to '%s' again", logging->label,
		    logging_dest(logging, i));
		return;
	}
	errno = stats.error;
	diag_warn("%s: cannot %s '%s'", logging->label,
	    stats.blocked ? "write output to" : "rotate or open",
	    logging_dest(logging, i));
}

/*
 * The last line in text that is not empty, cut where it is long.  Returns its
 * length, and where it is in *line.
 */
static size_t
last_line(const char *text, size_t length, const char **line)
{
	size_t begin;

	while (length > 0 && (text[length - 1] == '\n' ||
				 text[length - 1] == '\r'))
		length--;
	for (begin = length; begin > 0 && text[begin - 1] != '\n'; begin--)
		;
	*line = text + begin;
	return length - begin;
}

/* That of standard error, if it has a log of its own and wrote to it. */
static void
tell_last(struct logging *logging)
{
	struct logger_child *logger;
	char text[LAST_LINE_MAX];
	bool told = false;
	const char *line;
	uint64_t bytes;
	unsigned int i;
	size_t length;

	for (i = logging->count; i-- > 0;) {
		logger = &logging->loggers[i];
		bytes = log_tail_bytes(&logger->channel);
		length = sizeof(text);
		if (length > bytes - logger->tail_bytes)
			length = (size_t)(bytes - logger->tail_bytes);
		logger->tail_bytes = bytes;
		if (told)
			continue;
		length = log_tail(&logger->channel, text, length, false);
		length = last_line(text, length, &line);
		if (length == 0)
			continue;
		diag_notice("%s: the last line of process %ld was '%.*s'",
		    logging->label, (long)logging->to_tell, (int)length, line);
		told = true;
	}
	logging->to_tell = 0;
}

/* Whether the loggers have stored what the ended runs wrote. */
static bool
is_idle(const struct logging *logging)
{
	unsigned int i;

	for (i = 0; i < logging->count; i++)
		if (!is_drained(&logging->loggers[i]))
			return false;
	return true;
}

void
logging_tell_last(struct logging *logging, pid_t pid)
{
	logging->to_tell = pid;
	if (is_idle(logging))
		tell_last(logging);
}

void
logging_handle(struct logging *logging)
{
	unsigned int reports, i;

	for (i = 0; i < logging->count; i++) {
		reports = log_take_reports(&logging->loggers[i].channel);
		if ((reports & LOG_SAYS_MATCHED) != 0)
			logging->matched = true;
		if ((reports & LOG_SAYS_TROUBLE) != 0)
			tell_trouble(logging, i);
	}
	if (logging->to_tell != 0 && is_idle(logging))
		tell_last(logging);
}

void
logging_finish(struct logging *logging)
{
	unsigned int i;

	if (logging->finishing)
		return;
	logging->finishing = true;
	for (i = 0; i < logging->count; i++) {
		/* One that has just died is replaced now or never. */
		if (logging->loggers[i].pid == 0)
			logging->loggers[i].due_ms = 0;
		if (!logging->loggers[i].is_copy)
			log_ask(&logging->loggers[i].channel, LOG_ASK_DRAIN);
		log_close(&logging->loggers[i].channel);
	}
}

/* A copy is complete when the logger that feeds it has no more for it. */
static void
drain_copies(struct logging *logging)
{
	struct logger_child *logger;
	unsigned int i;

	for (i = 0; i + 1 < logging->count; i++) {
		logger = &logging->loggers[i];
		if (!logger->is_copy || logger->is_last ||
		    !is_drained(&logger[1]))
			continue;
		logger->is_last = true;
		log_ask(&logger->channel, LOG_ASK_DRAIN);
	}
}

bool
logging_is_busy(struct logging *logging)
{
	struct log_stats stats;
	unsigned int i;

	drain_copies(logging);
	for (i = 0; i < logging->count; i++) {
		if (is_drained(&logging->loggers[i]))
			continue;
		/* Its pipe is only ours: another logger must have it first. */
		if (logging->loggers[i].pid == 0)
			return true;
		log_stats(&logging->loggers[i].channel, &stats);
		if (!stats.blocked)
			return true;
	}
	return false;
}

bool
logging_has_rotated(const struct logging *logging, unsigned int *i, int *error)
{
	const struct log_channel *channel;
	struct log_stats stats;
	unsigned int n;
	bool done;

	*error = 0;
	for (n = 0; n < logging->count; n++) {
		channel = &logging->loggers[n].channel;
		log_stats(channel, &stats);
		done = log_is_done(channel, LOG_ASK_ROTATE);
		/* One that is blocked does not come to it. */
		if (!done && !stats.blocked)
			return false;
		if (done == stats.blocked || stats.error == 0)
			continue;
		*i = n;
		*error = stats.error;
	}
	return true;
}

const char *
logging_dest(const struct logging *logging, unsigned int i)
{
	const struct log_config *config = &logging->loggers[i].channel.config;

	switch (config->dest->kind) {
	case DEST_FILE:
		return config->path;
	case DEST_SYSLOG:
		return "syslog";
	case DEST_JOURNAL:
		return "journal";
	case DEST_INHERIT:
		return "inherit";
	default:
		return config->dest->text;
	}
}

size_t
logging_tail(const struct logging *logging, char *buf, size_t room)
{
	/* The last one: that of standard error, if it has one of its own. */
	if (logging->count == 0)
		return 0;
	return log_tail(&logging->loggers[logging->count - 1].channel, buf,
	    room, true);
}
