/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * Starts of imp, each disturbed at another system call, until none is left
 * that was not.
 *
 * sweep IMP DIR SCENE MODE
 *   DIR	an empty directory that others may enter
 *   SCENE	plain, named or all: which options the starts have
 *   MODE	kill-self, kill-parent, kill-caller: at each system call of
 *		each process of a start, SIGKILL the process that is about to
 *		make it, its parent, or the process that the user started
 *		once-ERRNO, forever-ERRNO: have it fail, or it and from then
 *		on all calls of the same kind
 *
 * After each: a start that returned 0 runs, and as asked; one that returned
 * anything else said why and left nothing; the next start makes it exactly
 * one; ended by its pidfile, nothing is left of it.
 *
 * sweep --target SCENE is what is started: it looks whether all is as asked,
 * and waits.
 */
#include <config.h>

#include <sys/ptrace.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/ptrace.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail_call.h"

#define PROCESSES 16
#define NOBODY	  65534
#define MARK	  0x696d7000	/* an argument that says "all is well" */

static const char *imp, *dir;
static char self[4096], state[4096], pidfile[4096], logfile[4096];
static char errors[4096], env_file[4096];

/* A process that is traced. */
struct traced {
	pid_t pid, parent;
	bool known;	/* its parent's fork was seen */
	bool held;	/* stopped until then */
	bool in_call;	/* of the system calls, the next stop is the end */
	bool failing;	/* that call is to fail */
	bool target;	/* exec'd the target */
	bool other;	/* exec'd something else, which is not disturbed */
	bool gone;	/* ended, or left alone */
	bool ended;
};

struct disturbance {
	enum { KILL_SELF, KILL_PARENT, KILL_CALLER, FAIL } what;
	bool forever;
	int error;
	long at;	/* the number of the call, from 1 */
};

struct outcome {
	bool reached;		/* there was such a call */
	uint64_t call;
	bool killed;		/* the caller */
	int status;		/* else its exit status */
	bool well;		/* the target said so */
};

static struct traced processes[PROCESSES];
static unsigned int count;
static int failures;

/* ------------------------------------------------------------ the target */

static void
expect(bool holds, const char *what)
{
	if (holds)
		return;
	dprintf(2, "not as asked: %s\n", what);
	_exit(99);
}

static void
expect_clean(void)
{
	struct {
		uintptr_t handler;
		unsigned long rest[8];
	} action;
	uint64_t blocked = 1;
	int i;

	for (i = 3; i < 64; i++)
		expect(fcntl(i, F_GETFD) == -1, "descriptors");
	for (i = 0; i < 3; i++)
		expect(fcntl(i, F_GETFD) != -1, "0, 1 and 2");
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, 8);
	expect(blocked == 0, "signals blocked");
	for (i = 1; i <= 64; i++)
		if (syscall(SYS_rt_sigaction, i, NULL, &action, 8) == 0)
			expect(action.handler == 0, "signals ignored");
	expect(getsid(0) != getpid() && getsid(0) == getpgrp(), "session");
}

static void
expect_surroundings(void)
{
	struct rlimit limit;
	cpu_set_t cpus;
	char text[32] = "";
	int fd;

	expect(getrlimit(RLIMIT_MSGQUEUE, &limit) == 0 && limit.rlim_cur == 0 &&
	    limit.rlim_max == 4096, "limit");
	expect(getpriority(PRIO_PROCESS, 0) == 3, "nice");
	expect(syscall(SYS_ioprio_get, 1, 0) >> 13 == 3, "ionice");
	expect(sched_getscheduler(0) == SCHED_BATCH, "sched");
	expect(sched_getaffinity(0, sizeof(cpus), &cpus) == 0 &&
	    CPU_COUNT(&cpus) == 1 && CPU_ISSET(0, &cpus), "cpus");
	fd = open("/proc/self/oom_score_adj", O_RDONLY);
	expect(read(fd, text, sizeof(text) - 1) > 0 && atoi(text) == 77,
	    "oom_score_adj");
	close(fd);
	expect(strcmp(getenv("COLOUR") != NULL ? getenv("COLOUR") : "",
		   "green") == 0, "env-file");
	expect(strcmp(getenv("HOME"), "/root") != 0, "HOME");
}

static void
expect_nobody(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];
	uid_t uid[3];
	gid_t gid[3], group;

	getresuid(&uid[0], &uid[1], &uid[2]);
	getresgid(&gid[0], &gid[1], &gid[2]);
	expect(uid[0] == NOBODY && uid[1] == NOBODY && uid[2] == NOBODY,
	    "user");
	expect(gid[0] == NOBODY && gid[1] == NOBODY && gid[2] == NOBODY,
	    "group");
	expect(getgroups(1, &group) == 1 && group == 1, "groups");
	expect(syscall(SYS_capget, &header, data) == 0 &&
	    (data[0].permitted | data[1].permitted | data[0].effective |
		data[0].inheritable) == 0, "capabilities");
	expect(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no_new_privs");
}

/* The caller's are files: what was not replaced shows. */
static void
expect_stream(int fd, const char *end)
{
	char path[64], text[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	expect(n >= (ssize_t)strlen(end) &&
	    strcmp(text + n - strlen(end), end) == 0, "0, 1 or 2");
}

static void
be_target(const char *scene)
{
	bool all = strcmp(scene, "all") == 0;
	char cwd[4096];
	mode_t mask = umask(0);

	umask(mask);
	expect_clean();
	expect_stream(0, "/dev/null");
	expect_stream(1, all ? "/log" : "/dev/null");
	expect_stream(2, all ? "/log" : "/dev/null");
	expect(mask == (all ? 027 : 022), "umask");
	expect(getcwd(cwd, sizeof(cwd)) != NULL &&
	    strcmp(cwd, all ? "/usr" : "/") == 0, "directory");
	if (all) {
		expect_nobody();
		expect_surroundings();
	}
	syscall(SYS_getpgid, MARK);
	for (;;)
		pause();
}

/* --------------------------------------------------------- the commands */

/* What a start of this scene is; command replaces the target. */
static void
exec_imp(const char *scene, const char *command)
{
	const char *argv[64];
	int n = 0;

#define ADD(...) \
	do { \
		const char *more[] = { __VA_ARGS__ }; \
		memcpy(argv + n, more, sizeof(more)); \
		n += (int)(sizeof(more) / sizeof(more[0])); \
	} while (0)
	ADD(imp);
	if (strcmp(scene, "plain") != 0)
		ADD("-n", "x", "-p", pidfile);
	if (strcmp(scene, "all") == 0)
		ADD("-u", "nobody:65534", "--groups", "daemon",
		    "--no-new-privs", "-c", "/usr", "--umask", "027",
		    "--env-file", env_file, "--limit", "msgqueue=0:4096",
		    "--nice", "3", "--ionice", "idle", "--sched", "batch",
		    "--cpus", "0", "--oom-score-adj", "77", "-l", logfile);
	ADD(command != NULL ? command : self, "--target", scene, NULL);
	execv(imp, (char **)(uintptr_t)argv);
	_exit(99);
}

/* stderr to a file that is empty at first. */
static void
redirect(void)
{
	int fd = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
}

/* A start that nobody disturbs; its exit status. */
static int
start(const char *scene, const char *command)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		redirect();
		exec_imp(scene, command);
	}
	while (waitpid(pid, &status, 0) == -1)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

/* ------------------------------------------------------------- tracing */

static struct traced *
find(pid_t pid)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (processes[i].pid == pid)
			return &processes[i];
	if (count == PROCESSES)
		errx(1, "too many processes");
	memset(&processes[count], 0, sizeof(processes[count]));
	processes[count].pid = pid;
	return &processes[count++];
}

static void
go_on(struct traced *p, int signal)
{
	if (ptrace(PTRACE_SYSCALL, p->pid, 0, signal) == -1 && errno != ESRCH)
		err(1, "PTRACE_SYSCALL");
}

static void
leave_alone(struct traced *p)
{
	ptrace(PTRACE_DETACH, p->pid, 0, 0);
	p->gone = true;
}

static bool
has_ended(pid_t pid)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (processes[i].pid == pid)
			return processes[i].ended;
	return false;
}

/* A call that is to be disturbed begins. */
static void
disturb(const struct disturbance *d, struct traced *p, uint64_t call,
    struct outcome *o)
{
	pid_t victim = p->pid;

	if (d->what == FAIL) {
		begin_failing(p->pid, call);
		p->failing = true;
		return;
	}
	if (d->what == KILL_PARENT)
		victim = p->parent != 0 ? p->parent : p->pid;
	else if (d->what == KILL_CALLER)
		victim = processes[0].pid;
	if (victim == processes[0].pid)
		o->killed = true;
	/* Once it has ended its number may be somebody else's. */
	if (!has_ended(victim))
		kill(victim, SIGKILL);
}

static void
enter_call(const struct disturbance *d, struct traced *p, uint64_t call,
    uint64_t argument, long *calls, struct outcome *o)
{
	if (p->target && call == SYS_getpgid && argument == MARK) {
		o->well = true;
		leave_alone(p);
		return;
	}
	if (p->target || p->other)
		return;
	++*calls;
	if (*calls == d->at) {
		o->reached = true;
		o->call = call;
	}
	if (d->what == FAIL && cannot_fail(call))
		return;
	if (*calls == d->at ||
	    (d->forever && *calls > d->at && call == o->call))
		disturb(d, p, call, o);
}

static void
stop_at_call(const struct disturbance *d, struct traced *p, long *calls,
    struct outcome *o)
{
	struct ptrace_syscall_info info = { 0 };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		enter_call(d, p, info.entry.nr, info.entry.args[0], calls, o);
	} else if (p->failing) {
		end_failing(p->pid, d->error);
		p->failing = false;
	}
}

static void
stop_at_exec(struct traced *p)
{
	char path[64], exe[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)p->pid);
	n = readlink(path, exe, sizeof(exe) - 1);
	exe[n > 0 ? n : 0] = '\0';
	p->target = strcmp(exe, self) == 0;
	p->other = !p->target && p != &processes[0];
}

static void
stop_at_fork(struct traced *parent)
{
	unsigned long pid = 0;
	struct traced *child;

	ptrace(PTRACE_GETEVENTMSG, parent->pid, 0, &pid);
	child = find((pid_t)pid);
	child->parent = parent->pid;
	child->known = true;
	if (child->held)
		go_on(child, 0);
	child->held = false;
}

static void
see_stop(const struct disturbance *d, struct traced *p, int status,
    long *calls, struct outcome *o)
{
	int signal = WSTOPSIG(status);
	int event = status >> 16;

	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE)
		stop_at_fork(p);
	else if (event == PTRACE_EVENT_EXEC)
		stop_at_exec(p);
	else if (signal == (SIGTRAP | 0x80))
		stop_at_call(d, p, calls, o);
	else if (event == 0 && signal == SIGSTOP && !p->known) {
		p->held = true;
		return;
	} else if (event == 0 && signal != SIGSTOP) {
		go_on(p, signal);
		return;
	}
	if (!p->gone)
		go_on(p, 0);
}

static bool
all_gone(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!processes[i].gone)
			return false;
	return true;
}

static void
trace_caller(const char *scene)
{
	pid_t pid = fork();
	int status;

	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		redirect();
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		exec_imp(scene, NULL);
	}
	waitpid(pid, &status, 0);
	if (ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD |
		PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
		PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		PTRACE_O_EXITKILL) == -1)
		err(1, "PTRACE_SETOPTIONS");
	/* Its first calls, up to the exec, are ours. */
	ptrace(PTRACE_CONT, pid, 0, 0);
	waitpid(pid, &status, 0);
	count = 0;
	find(pid)->known = true;
	go_on(&processes[0], 0);
}

static struct outcome
disturbed_start(const char *scene, const struct disturbance *d)
{
	struct outcome o = { .status = -1 };
	struct traced *p;
	long calls = 0;
	int status;
	pid_t pid;

	trace_caller(scene);
	while (!all_gone()) {
		pid = waitpid(-1, &status, __WALL);
		if (pid == -1)
			break;
		p = find(pid);
		if (WIFSTOPPED(status)) {
			see_stop(d, p, status, &calls, &o);
			continue;
		}
		p->gone = p->ended = true;
		if (p == &processes[0])
			o.status = WIFEXITED(status) ? WEXITSTATUS(status) :
				128 + WTERMSIG(status);
	}
	return o;
}

/* ------------------------------------------------------------- judging */

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	return at->level == 0 ? 0 : remove(path);
}

static void
empty(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char found[4096];

static int
note_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	if (at->level > 0)
		snprintf(found, sizeof(found), "%s", path);
	return 0;
}

/* What a start left: a path, or NULL. */
static const char *
left(void)
{
	char run[4096];

	snprintf(run, sizeof(run), "%s/run", dir);
	found[0] = '\0';
	nftw(state, note_one, 16, FTW_PHYS);
	nftw(run, note_one, 16, FTW_PHYS);
	return found[0] != '\0' ? found : NULL;
}

/* The orphans of starts are our children; those that live, the last of them
 * in *last. */
static int
living(pid_t *last)
{
	char path[64], text[4096];
	const char *p = text;
	int n = 0, fd;
	ssize_t size;
	char *end;

	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
	    (long)getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);
	if (size == -1)
		err(1, "%s", path);
	close(fd);
	text[size] = '\0';
	for (;; p = end) {
		long pid = strtol(p, &end, 10);

		if (end == p)
			return n;
		*last = (pid_t)pid;
		n++;
	}
}

static pid_t
pid_in_file(void)
{
	FILE *file = fopen(pidfile, "re");
	long pid = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%ld", &pid) != 1)
		pid = -1;
	fclose(file);
	return (pid_t)pid;
}

static void
print_errors(void)
{
	char text[1024];
	int fd = open(errors, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	printf("    it said: %s\n", text);
}

static bool
judge(bool holds, const struct disturbance *d, const struct outcome *o,
    const char *what)
{
	if (holds)
		return true;
	printf("call %ld (number %llu), status %d%s: %s\n", d->at,
	    (unsigned long long)o->call, o->status,
	    o->killed ? ", caller killed" : "", what);
	print_errors();
	failures++;
	return false;
}

static bool
said_something(void)
{
	struct stat st;

	return stat(errors, &st) == 0 && st.st_size > 0;
}

/* A message that cannot be written cannot be missed. */
static bool
could_speak(const struct disturbance *d, const struct outcome *o)
{
	return d->what != FAIL || o->call != SYS_write;
}

/*
 * What cannot be unlinked stays.  Nor may a lock be removed that could not be
 * locked, or of which nobody knows whether it is still the one in use.
 */
static bool
could_not_remove(const struct disturbance *d, const struct outcome *o)
{
	return d->what == FAIL &&
	    (o->call == SYS_unlinkat || o->call == SYS_flock ||
		o->call == SYS_newfstatat);
}

static bool
judge_outcome(const char *scene, const struct disturbance *d,
    const struct outcome *o, int running, pid_t pid)
{
	const char *leftover = left();
	char text[4200];
	bool named = strcmp(scene, "plain") != 0;

	if (o->killed)
		return judge(running <= 1, d, o, "more than one runs") &&
		    judge(running == 0 || o->well, d, o,
			"it runs, but not as asked") &&
		    judge(running == 0 || !named || pid_in_file() == pid, d,
			o, "it runs without a pidfile");
	if (o->status == 0)
		return judge(running == 1, d, o, "it does not run") &&
		    judge(o->well, d, o, "it runs, but not as asked") &&
		    judge(!named || pid_in_file() == pid, d, o,
			"the pidfile is wrong");
	snprintf(text, sizeof(text), "left behind: %s", leftover);
	return judge(o->status == 125 || o->status == 126 ||
		   o->status == 127, d, o, "the status means something else") &&
	    judge(running == 0, d, o, "it failed, but something runs") &&
	    judge(leftover == NULL || could_not_remove(d, o), d, o, text) &&
	    judge(!could_speak(d, o) || said_something(), d, o,
		"it failed without a word");
}

static void
stop_all(void)
{
	pid_t pid;

	while (living(&pid) > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static void
judge_after(const char *scene, const struct disturbance *d,
    const struct outcome *o, int running)
{
	bool named = strcmp(scene, "plain") != 0;
	const char *leftover;
	char text[4200];
	pid_t pid = 0;
	int status = start(scene, NULL);

	snprintf(text, sizeof(text), "the next start returns %d", status);
	if (!judge(status == (named && running ? 75 : 0), d, o, text))
		return;
	if (!judge(living(&pid) == (named ? 1 : running + 1), d, o,
		"then it is not exactly one"))
		return;
	if (named) {
		if (!judge(pid_in_file() == pid, d, o,
			"then the pidfile is wrong"))
			return;
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
		if (!judge(living(&pid) == 0, d, o,
			"something cannot be stopped"))
			return;
	}
	stop_all();
	status = start(scene, "/nonexistent/command");
	leftover = left();
	snprintf(text, sizeof(text), "status %d, and in the end there is %s",
	    status, leftover != NULL ? leftover : "nothing");
	judge(status == 127 && leftover == NULL, d, o, text);
}

static bool
try_one(const char *scene, const struct disturbance *d)
{
	struct outcome o;
	pid_t pid = 0;
	int running;

	alarm(60);
	empty(state);
	snprintf(found, sizeof(found), "%s/run", dir);
	empty(found);
	o = disturbed_start(scene, d);
	running = living(&pid);
	if (judge_outcome(scene, d, &o, running, pid))
		judge_after(scene, d, &o, running);
	stop_all();
	return o.reached;
}

static struct disturbance
parse_mode(const char *mode)
{
	static const struct {
		const char *name;
		struct disturbance d;
	} modes[] = {
		{ "kill-self", { KILL_SELF, false, 0, 0 } },
		{ "kill-parent", { KILL_PARENT, false, 0, 0 } },
		{ "kill-caller", { KILL_CALLER, false, 0, 0 } },
		{ "once-EIO", { FAIL, false, EIO, 0 } },
		{ "once-ENOMEM", { FAIL, false, ENOMEM, 0 } },
		{ "once-EPERM", { FAIL, false, EPERM, 0 } },
		{ "forever-EMFILE", { FAIL, true, EMFILE, 0 } },
		{ "forever-ENOSYS", { FAIL, true, ENOSYS, 0 } },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(mode, modes[i].name) == 0)
			return modes[i].d;
	errx(2, "unknown mode '%s'", mode);
}

static void
set_up(void)
{
	static char variable[4200];
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	FILE *file;

	self[n > 0 ? n : 0] = '\0';
	snprintf(state, sizeof(state), "%s/state", dir);
	snprintf(path, sizeof(path), "%s/run", dir);
	mkdir(state, 0755);
	mkdir(path, 0755);
	snprintf(pidfile, sizeof(pidfile), "%s/run/p", dir);
	snprintf(logfile, sizeof(logfile), "%s/log", dir);
	snprintf(errors, sizeof(errors), "%s/errors", dir);
	snprintf(env_file, sizeof(env_file), "%s/env", dir);
	snprintf(variable, sizeof(variable), "IMP_STATE_DIR=%s", state);
	putenv(variable);
	file = fopen(env_file, "we");
	if (file == NULL || fputs("COLOUR=green\n", file) == EOF ||
	    fclose(file) == EOF)
		err(1, "%s", env_file);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		err(1, "PR_SET_CHILD_SUBREAPER");
}

int
main(int argc, char *argv[])
{
	struct disturbance d;

	if (argc == 3 && strcmp(argv[1], "--target") == 0)
		be_target(argv[2]);
	if (argc != 5)
		errx(2, "usage: sweep IMP DIR SCENE MODE");
	setvbuf(stdout, NULL, _IOLBF, 0);
	imp = argv[1];
	dir = argv[2];
	d = parse_mode(argv[4]);
	if (d.what == FAIL && !CAN_FAIL) {
		printf("not on this architecture\n");
		return 77;
	}
	set_up();
	for (d.at = 1; try_one(argv[3], &d); d.at++)
		continue;
	printf("%ld calls, %d failures\n", d.at - 1, failures);
	return failures != 0 || d.at < 20;
}
