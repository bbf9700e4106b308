/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "launch/start.h"

#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "launch/child.h"
#include "launch/detach.h"
#include "launch/failure.h"
#include "os/process.h"
#include "os/trust.h"
#include "record/doorway.h"
#include "spec/dest.h"
#include "spec/field.h"
#include "spec/stop_schedule.h"

static const char *
what(const struct spec *spec)
{
	if (spec->identity.name != NULL)
		return xasprintf("'%s'", spec->identity.name);
	if (spec->identity.pidfile != NULL)
		return xasprintf("pidfile '%s'", spec->identity.pidfile);
	if (spec->identity.supervisor_pidfile != NULL)
		return xasprintf(
		    "pidfile '%s'", spec->identity.supervisor_pidfile);
	return xasprintf("lock file '%s'", spec->identity.lockfile);
}

static const char *
when(uint64_t wall_ms)
{
	static const char format[] = "%Y-%m-%d %H:%M:%S";
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;
	char text[32];

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), format, &tm) == 0)
		return "?";
	return xstrdup(text);
}

/* What a letter after '%' stands for. */
struct blank {
	char letter;
	long long number;
};

/* The dialect's own words, with the blanks filled in. */
static const char *
in_words(const char *format, const struct blank *blanks, size_t count)
{
	struct strbuf text = { 0 };
	size_t i;

	strbuf_add(&text, "");
	for (; *format != '\0'; format++) {
		if (*format != '%') {
			strbuf_add_bytes(&text, format, 1);
			continue;
		}
		format++;
		for (i = 0; i < count && blanks[i].letter != *format;)
			i++;
		if (i < count)
			strbuf_addf(&text, "%lld", blanks[i].number);
		else
			strbuf_add_bytes(&text, format, 1);
	}
	return text.bytes;
}

int
start_refuse(const struct spec *spec, pid_t pid, const char *text)
{
	const struct spec_manners *manners = &spec->manners;
	const struct blank blank = { 'p', pid };

	if (manners->refusal != NULL)
		text = in_words(manners->refusal, &blank, 1);
	if (manners->refusal_on_stdout)
		diag_plain("%s", text);
	else if (spec->identity.idempotent)
		diag_notice("%s", text);
	else
		diag_errx("%s", text);
	return spec->identity.idempotent ? START_SATISFIED : EX_RUNNING;
}

/* A daemon of another name holds what else was asked for. */
static const char *
held_by(const struct spec *spec, const struct record *holder)
{
	const char *name = holder->tail.text[RECORD_NAME];

	if (spec->identity.name != NULL && spec->identity.pidfile != NULL &&
	    holder->head.first_wall_ms != 0 &&
	    (name == NULL || strcmp(name, spec->identity.name) != 0))
		return xasprintf("pidfile '%s'", spec->identity.pidfile);
	return what(spec);
}

static int
tell_holder(const struct spec *spec, const struct record *holder)
{
	const struct record_head *head = &holder->head;
	const char *held = held_by(spec, holder);
	/* That is whose number the file has. */
	bool is_supervisors = spec->identity.name == NULL &&
	    spec->identity.pidfile == NULL &&
	    spec->identity.supervisor_pidfile != NULL;

	if (head->main.pid != 0 && !is_supervisors)
		return start_refuse(spec, head->main.pid,
		    xasprintf("%s is already running as process %ld since %s",
			held, (long)head->main.pid,
			when(head->since_wall_ms)));
	if (head->supervisor.pid != 0)
		return start_refuse(spec, head->supervisor.pid,
		    xasprintf("%s is already supervised by process %ld since "
			      "%s",
			held, (long)head->supervisor.pid,
			when(head->first_wall_ms)));
	return start_refuse(spec, -1,
	    xasprintf("%s is being started by another imp", held));
}

/* The same file twice is one key.  Returns how many there are now. */
static unsigned int
add_key(char keys[CLAIM_KEYS][KEY_ROOM], unsigned int count, const char *path)
{
	unsigned int i;

	if (path == NULL)
		return count;
	place_key_of_pidfile(path, keys[count]);
	for (i = 0; i < count; i++)
		if (strcmp(keys[i], keys[count]) == 0)
			return count;
	return count + 1;
}

static int
take_claim(struct start *start, const struct spec *spec)
{
	/* Large, and seldom needed: on the stack it would cost page faults. */
	static struct record holder;
	char keys[CLAIM_KEYS][KEY_ROOM];
	const char *list[CLAIM_KEYS] = { keys[0], keys[1], keys[2], keys[3] };
	char path[PATH_MAX];
	unsigned int count = 0;

	if (spec->identity.name != NULL)
		place_key_of_name(spec->identity.name, keys[count++]);
	count = add_key(keys, count, start->plan.pidfile.path);
	count = add_key(keys, count, start->plan.supervisor_pidfile);
	count = add_key(keys, count, start->plan.lockfile);
	if (place_path(spec->identity.state_dir, path) == -1) {
		diag_errx("cannot tell where to keep records: set --state-dir, "
			  "IMP_STATE_DIR or HOME");
		return EX_SETUP;
	}
	start->state_dir = xstrdup(path);
	if (plan_make_absolute(&start->state_dir) == -1)
		return EX_SETUP;
	if (claim_take(&start->claim, start->state_dir, list, count,
		&holder) == 0) {
		start->plan.pidfile.mark = claim_mark(&start->claim);
		return 0;
	}
	if (errno == EEXIST)
		return tell_holder(spec, &holder);
	if (errno == EAGAIN)
		diag_errx("cannot tell whether %s is running (is /proc there?)",
		    what(spec));
	else if (errno == TRUST_DOUBT)
		diag_errx("cannot use state directory '%s': others may write "
			  "to it",
		    path);
	else
		diag_err("cannot keep a record in '%s'", path);
	return EX_SETUP;
}

/*
 * Others lock the file itself, and keep it locked by a descriptor that the
 * daemon inherits.  Ours has no such descriptor: the record tells.
 */
static int
take_lockfile(struct start *start, const struct spec *spec)
{
	const char *name;
	int dir_fd;

	if (start->plan.lockfile == NULL)
		return 0;
	dir_fd = trust_open_parent(start->plan.lockfile, &name);
	if (dir_fd != -1)
		start->lock_fd = openat(dir_fd, name,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		    0600);
	fdio_close(&dir_fd);
	if (start->lock_fd == -1) {
		diag_err("cannot open lock file '%s'",
		    spec->identity.lockfile);
		return EX_SETUP;
	}
	if (flock(start->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return start_refuse(spec, -1,
	    xasprintf("%s is locked by another process", what(spec)));
}

/*
 * A pidfile that somebody else wrote, and whose process lives, says that the
 * daemon runs already, though not that it was imp who started it.
 */
static int
check_foreign_pidfile(const struct start *start, const struct spec *spec)
{
	struct identity identity;
	pid_t number;

	if (start->plan.pidfile.path == NULL ||
	    match_is_given(&spec->match) ||
	    pid_file_read(start->plan.pidfile.path, &identity, &number) !=
		PIDFILE_NUMBER ||
	    identity.pid == 0)
		return 0;
	return start_refuse(spec, number,
	    xasprintf("already running as process %ld, says pidfile '%s'",
		(long)number, spec->identity.pidfile));
}

/* The command, its arguments escaped so that blanks separate them. */
static const char *
command_text(const struct strlist *operands)
{
	struct text text;
	char *data;
	size_t room = 1;
	size_t i, from;

	for (i = 0; i < operands->count; i++)
		room += text_escaped_length(operands->items[i]) + 1;
	data = xcalloc(room, 1);
	text_init(&text, data, room);
	for (i = 0; i < operands->count; i++) {
		if (i > 0)
			text_put_char(&text, ' ');
		from = text.length;
		text_put_escaped(&text, operands->items[i]);
		for (; from < text.length; from++)
			if (data[from] == ' ')
				data[from] = '\t';
	}
	return data;
}

/* Where an output goes, as --logs will want to know; a file's path whole. */
static const char *
dest_text(const struct dest *dest)
{
	struct strbuf text = { NULL, 0, 0 };

	if (dest->kind == DEST_FILE)
		return path_absolute(dest->text);
	return dest_print(dest, &text) ? text.bytes : NULL;
}

/* What --stop goes by when there is no supervisor, unless it is told. */
static void
prepare_stop(struct start *start, const struct spec *spec)
{
	struct strbuf schedule = { NULL, 0, 0 };
	struct strbuf kill = { NULL, 0, 0 };
	const char *word;
	int length;

	if (spec_given(spec, FIELD_STOP_SCHEDULE) &&
	    stop_schedule_print(&spec->stop.schedule, &schedule))
		start->tail.text[RECORD_SCHEDULE] = schedule.bytes;
	if (!spec_given(spec, FIELD_KILL))
		return;
	word = parse_nth_word(spec_fields[FIELD_KILL].choices,
	    spec->stop.kill, &length);
	strbuf_add_bytes(&kill, word, (size_t)length);
	start->tail.text[RECORD_KILL] = kill.bytes;
}

/* The same of --reload; a command is for its supervisor alone to run. */
static void
prepare_reload(struct start *start, const struct spec *spec)
{
	if (spec_given(spec, FIELD_RELOAD_COMMAND))
		start->tail.text[RECORD_RELOAD] = "command";
	else if (spec_given(spec, FIELD_RELOAD_SIGNAL))
		start->tail.text[RECORD_RELOAD] =
		    xasprintf("%d", spec->control.reload_signal);
}

static void
prepare_record(struct start *start, const struct spec *spec)
{
	struct record_head *head = &start->head;

	head->mode = spec->supervise ? RECORD_SUPERVISED : RECORD_EXEC;
	head->state = spec->supervise ? RECORD_STARTING : RECORD_UP;
	head->last_status = -1;
	head->since_wall_ms = head->first_wall_ms = clock_wall_ms();
	start->tail.text[RECORD_NAME] = spec->identity.name;
	start->tail.text[RECORD_PIDFILE] = start->plan.pidfile.path;
	start->tail.text[RECORD_SUPERVISOR_PIDFILE] =
	    start->plan.supervisor_pidfile;
	start->tail.text[RECORD_COMMAND] = command_text(&spec->operands);
	start->tail.text[RECORD_STDOUT] = dest_text(&spec->output.out);
	start->tail.text[RECORD_STDERR] = dest_text(&spec->output.err);
	prepare_stop(start, spec);
	prepare_reload(start, spec);
	start->has_record = true;
}

void
start_init(struct start *start, const struct spec *spec)
{
	start->record_fd = -1;
	start->lock_fd = -1;
	plan_init(&start->plan, spec);
	claim_init(&start->claim);
}

int
start_prepare(struct start *start)
{
	const struct spec *spec = start->plan.spec;
	int rc;

	rc = plan_prepare(&start->plan);
	if (rc != 0 ||
	    (spec->identity.name == NULL && start->plan.pidfile.path == NULL &&
		start->plan.supervisor_pidfile == NULL &&
		start->plan.lockfile == NULL))
		return rc;
	rc = take_claim(start, spec);
	if (rc == 0)
		rc = take_lockfile(start, spec);
	if (rc == 0)
		rc = check_foreign_pidfile(start, spec);
	if (rc == 0)
		prepare_record(start, spec);
	return rc;
}

static int
write_record(struct start *start, struct report *report)
{
	size_t length;

	report->stage = STAGE_IDENTITY;
	if (identity_of(0, &start->head.main) == -1)
		return -1;
	/* In the foreground the session is that of whoever called us. */
	start->head.session = start->plan.detached ? getsid(0) : 0;
	report->stage = STAGE_RECORD;
	length =
	    record_format(&start->head, &start->tail, start->record_text);
	if (claim_write_record(&start->claim, start->record_text, length,
		NULL) == -1)
		return -1;
	report->stage = STAGE_PIDFILE;
	return pid_file_write(&start->plan.pidfile, start->head.main.pid);
}

/*
 * Write the record and then the pidfile, with the identity of the calling
 * process as the main process: the record callback of a plan, between fork
 * and exec.
 */
static int
record_start(void *context, struct report *report)
{
	struct start *start = context;

	if (start->has_record && write_record(start, report) == -1)
		return -1;
	if (start->guard == NULL)
		return 0;
	/* Whoever gets the claim after us sees that we are on our way. */
	(void)doorway_enter(start->guard->keys[0].name);
	claim_release(start->guard);
	return 0;
}

void
start_undo(struct start *start)
{
	pid_file_remove(&start->plan.pidfile);
	claim_release(&start->claim);
	fdio_close(&start->lock_fd);
	plan_fini(&start->plan);
}

/* What --test says in another dialect. */
static int
tell_would(const struct plan *plan)
{
	const struct blank blanks[] = {
		{ 'u', plan->credentials.uid },
		{ 'g', plan->credentials.gid },
	};

	diag_plain("%s", in_words(plan->spec->manners.would, blanks, 2));
	return EX_DONE;
}

/* In a new root, who knows. */
int
start_check_command(const struct start *start)
{
	const struct plan *plan = &start->plan;
	struct report report = { STAGE_EXEC, ENOENT, 0, 0 };
	int i;

	if (plan->spec->manners.would != NULL)
		return tell_would(plan);
	for (i = 0; plan->chroot == NULL && plan->paths[i] != NULL; i++) {
		if (access(plan->paths[i], X_OK) == 0)
			return EX_DONE;
		if (errno == EACCES)
			report.error = EACCES;
	}
	return plan->chroot != NULL ? EX_DONE : failure_tell(plan, &report);
}

static int
start_detached(struct start *start, const struct claim *guard)
{
	struct report report;

	if (!detach_exec(&start->plan, &report))
		return failure_tell(&start->plan, &report);
	/* Who gets the claim after us may look for it by its name. */
	if (guard != NULL)
		os_process_await_name(report.pid);
	diag_verbose("started as process %ld", (long)report.pid);
	return EX_DONE;
}

/* Our own standard error may be the target's by the time a step fails. */
static int
become(struct start *start)
{
	struct report report;
	int stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	report.error = 0;
	report.pid = getpid();
	child_become(&start->plan, &report);
	if (stderr_fd != -1)
		(void)dup2(stderr_fd, STDERR_FILENO);
	return failure_tell(&start->plan, &report);
}

int
start_exec(const struct spec *spec, const sigset_t *blocked, uint64_t ignored,
    struct claim *guard)
{
	static struct start start;
	int rc;

	start_init(&start, spec);
	rc = start_prepare(&start);
	if (rc != 0 || spec->test) {
		if (rc == 0)
			rc = start_check_command(&start);
		start_undo(&start);
		return rc == START_SATISFIED ? EX_DONE : rc;
	}
	if (start.has_record)
		start.record_text = xcalloc(record_room(&start.tail), 1);
	start.plan.record = record_start;
	start.plan.record_context = &start;
	/* Once the user has changed, there is no undoing the pidfile. */
	if (spec->in_place)
		rc = start_check_command(&start);
	if (rc != 0) {
		start_undo(&start);
		return rc;
	}
	if (spec->foreground) {
		start.plan.blocked = blocked;
		start.plan.ignored = ignored;
		start.guard = guard;
		rc = become(&start);
	} else
		rc = start_detached(&start, guard);
	if (rc != EX_DONE)
		start_undo(&start);
	return rc;
}
