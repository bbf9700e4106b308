/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/process.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "os/proc.h"

#define PF_EXITING    0x04	/* being ended, or a zombie */
#define PF_FORKNOEXEC 0x40	/* forked, and no exec since */

/* The numbers of /proc/PID/stat behind the name; [0] is field 4, ppid. */
static int
parse_numbers(const char *p, uint64_t *numbers, size_t count)
{
	const char *end;
	size_t i;

	for (i = 0; i < count; i++) {
		p += *p == ' ';
		/* Of what may be negative nothing is used. */
		p += *p == '-';
		end = text_take_number(p, &numbers[i]);
		if (end == p)
			return -1;
		p = end;
	}
	return 0;
}

/*
 * The name is in parentheses and may hold any byte, parentheses, blanks and
 * newlines included: the last ')' ends it.
 */
static int
parse_stat(const char *text, struct os_process *process)
{
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')');
	uint64_t field[21];
	uint64_t pid;
	size_t length;

	if (open == NULL || close == NULL || close < open ||
	    close[1] != ' ' || close[2] == '\0' ||
	    parse_numbers(close + 3, field, 21) == -1) {
		errno = EINVAL;
		return -1;
	}
	length = (size_t)(close - open) - 1;
	if (length >= sizeof(process->comm))
		length = sizeof(process->comm) - 1;
	memcpy(process->comm, open + 1, length);
	process->comm[length] = '\0';
	(void)text_take_number(text, &pid);
	process->pid = (pid_t)pid;
	process->state = close[2];
	process->ppid = (pid_t)field[0];
	process->pgid = (pid_t)field[1];
	process->sid = (pid_t)field[2];
	process->unexecuted = (field[5] & PF_FORKNOEXEC) != 0;
	process->ending = (field[5] & PF_EXITING) != 0;
	process->cpu_ticks = field[10] + field[11];
	process->threads = (unsigned int)field[16];
	process->start = field[18];
	process->rss_bytes = field[20] * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}

/* What the kernel makes in one piece is there after one read(2). */
static ssize_t
read_once(const char *path, char *buf, size_t room)
{
	int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return -1;
	do
		n = read(fd, buf, room - 1);
	while (n == -1 && errno == EINTR);
	fdio_close(&fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

int
os_process(pid_t pid, struct os_process *process)
{
	char path[PROC_PATH_ROOM];
	char text[1024];
	struct text name;

	proc_put_path(&name, path, pid, "stat");
	if (read_once(path, text, sizeof(text)) == -1) {
		/* Gone, unless there is no /proc at all. */
		if (errno == ENOENT && access("/proc/self", F_OK) == 0)
			errno = ESRCH;
		return -1;
	}
	return parse_stat(text, process);
}

/* To open this file is to wait for a lock that exec holds to its end. */
void
os_process_await_name(pid_t pid)
{
	char path[PROC_PATH_ROOM];
	struct text text;
	int fd;

	proc_put_path(&text, path, pid, "environ");
	fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	fdio_close(&fd);
}

int
os_process_user(pid_t pid, uid_t *uid)
{
	char path[PROC_PATH_ROOM];
	struct text text;
	struct stat st;

	proc_put_path(&text, path, pid, "");
	if (stat(path, &st) == -1)
		return -1;
	*uid = st.st_uid;
	return 0;
}

int
os_process_exec(pid_t pid, dev_t *dev, ino_t *ino)
{
	static const char deleted[] = " (deleted)";
	char path[PROC_PATH_ROOM];
	char target[PATH_MAX];
	struct text text;
	struct stat st;
	ssize_t n;

	proc_put_path(&text, path, pid, "exe");
	n = os_process_link(pid, "exe", target, sizeof(target));
	if (n == -1)
		return -1;
	n -= (ssize_t)sizeof(deleted) - 1;
	if (n > 0 && strcmp(target + n, deleted) == 0) {
		target[n] = '\0';
		if (stat(target, &st) == -1)
			return -1;
	} else if (stat(path, &st) == -1)
		return -1;
	*dev = st.st_dev;
	*ino = st.st_ino;
	return 0;
}

ssize_t
os_process_file(pid_t pid, const char *name, char *buf, size_t room)
{
	char path[PROC_PATH_ROOM];
	struct text text;
	ssize_t n;
	int fd;

	proc_put_path(&text, path, pid, name);
	fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = fdio_read_full(fd, buf, room - 1);
	(void)close(fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

ssize_t
os_process_link(pid_t pid, const char *name, char *buf, size_t room)
{
	char path[PROC_PATH_ROOM];
	struct text text;
	ssize_t n;

	proc_put_path(&text, path, pid, name);
	n = readlink(path, buf, room - 1);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

bool
os_process_is_over(const struct os_process *process)
{
	return process->state == 'X' ||
	    (process->state == 'Z' && process->threads <= 1);
}

int
os_boot_id(char id[OS_BOOT_ROOM])
{
	if (read_once("/proc/sys/kernel/random/boot_id", id, OS_BOOT_ROOM) ==
	    -1)
		return -1;
	id[strcspn(id, "\n")] = '\0';
	return 0;
}

int
os_each_process(int (*found)(void *context, pid_t pid), void *context)
{
	return proc_each_number("/proc", found, context);
}

struct child_search {
	pid_t parent;
	int (*found)(void *context, pid_t pid);
	void *context;
};

/* It has gone, or is hidden from us; else it was us who failed. */
static int
skip_unseen(void)
{
	return errno == ESRCH || errno == ENOENT || errno == EACCES ||
		errno == EPERM
	    ? 0
	    : -1;
}

static int
found_process(void *context, pid_t pid)
{
	const struct child_search *search = context;
	struct os_process process;

	if (os_process(pid, &process) == -1)
		return skip_unseen();
	if (process.ppid != search->parent)
		return 0;
	return search->found(search->context, pid);
}

/* The numbers in text, each ended by a blank; *rest: an unfinished one. */
static int
each_listed(char *text, int (*found)(void *context, pid_t pid), void *context,
    size_t *rest)
{
	char *p = text;
	char *end;
	long pid;
	int rc;

	while ((end = strchr(p, ' ')) != NULL) {
		pid = strtol(p, NULL, 10);
		p = end + 1;
		rc = found(context, (pid_t)pid);
		if (rc != 0)
			return rc;
	}
	*rest = strlen(p);
	memmove(text, p, *rest + 1);
	return 0;
}

static int
each_child_of_thread(int fd, int (*found)(void *context, pid_t pid),
    void *context)
{
	char text[1024];
	size_t kept = 0;
	ssize_t n;
	int rc;

	while ((n = read(fd, text + kept, sizeof(text) - 1 - kept)) > 0) {
		text[kept + (size_t)n] = '\0';
		rc = each_listed(text, found, context, &kept);
		if (rc != 0)
			return rc;
	}
	return n < 0 ? -1 : 0;
}

struct thread_search {
	const struct child_search *search;
	pid_t pid;
};

static int
found_thread(void *context, pid_t tid)
{
	const struct thread_search *threads = context;
	char path[PROC_PATH_ROOM];
	struct text text;
	int fd, rc;

	proc_put_path(&text, path, threads->pid, "task/");
	text_put_number(&text, (uint64_t)tid);
	text_put(&text, "/children");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return skip_unseen();
	rc = each_child_of_thread(fd, threads->search->found,
	    threads->search->context);
	(void)close(fd);
	return rc;
}

int
os_each_child(pid_t pid, int (*found)(void *context, pid_t pid), void *context)
{
	struct child_search search = { pid, found, context };
	struct thread_search threads = { &search, pid };
	char path[PROC_PATH_ROOM];
	struct text text;
	int rc;

	/* CONFIG_PROC_CHILDREN may be off. */
	if (access("/proc/thread-self/children", R_OK) == -1)
		return os_each_process(found_process, &search);
	proc_put_path(&text, path, pid, "task");
	rc = proc_each_number(path, found_thread, &threads);
	/* Gone: nobody's parent any more. */
	return rc == -1 && errno == ENOENT ? 0 : rc;
}
