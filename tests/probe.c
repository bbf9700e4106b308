/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

/*
 * A target that reports what it inherited, as sorted-by-topic key=value lines,
 * and then behaves as asked.  Everything is asked of the kernel directly, so
 * that the report is right in a chroot and for signals that libc hides.
 *
 * probe [OPTION...]
 *   --report FILE	write the report to FILE, which appears complete
 *   --no-report	write none (the default with --out, --err, --exit and
 *			--signal; else it goes to stdout)
 *   --pidfile FILE	write our own pid to FILE
 *   --ignore SIGNAL	ignore it
 *   --fork N		fork N children that wait
 *   --orphans N	leave N orphans behind that end at once
 *   --daemonize	go to the background by ourselves first
 *   --steal-tty	try to acquire a controlling terminal
 *   --out TEXT		write TEXT to stdout, as it is
 *   --err TEXT		write TEXT to stderr, as it is
 *   --wait		wait for SIGTERM, then exit 0
 *   --signal SIGNAL	end by SIGNAL
 *   --exit N		exit with N
 *
 * SIGNAL is a number.  Actions take place in the order of this list, except
 * that --out and --err keep their own.
 */
#include <config.h>

#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HIGHEST_FD  (1 << 20)
#define LAST_SIGNAL 64
#define CPUS	    1024
#define GROUPS	    65536

extern char **environ;

struct options {
	const char *report;
	const char *pidfile;
	bool no_report, steal_tty, daemonize, wait;
	int children, orphans, ignored, last_signal, status;
};

/* A line; control characters, backslash and bytes above 126 as \xNN. */
static void
put(FILE *to, const char *key, const char *value)
{
	fprintf(to, "%s=", key);
	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;

		if (c < ' ' || c > '~' || c == '\\')
			fprintf(to, "\\x%02x", c);
		else
			putc(c, to);
	}
	putc('\n', to);
}

static void
put_int(FILE *to, const char *key, long value)
{
	fprintf(to, "%s=%ld\n", key, value);
}

static void
put_link(FILE *to, const char *key, const char *path)
{
	char text[4096];
	ssize_t n = readlink(path, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	put(to, key, n > 0 ? text : "?");
}

/* One number from a file of /proc. */
static void
put_file(FILE *to, const char *key, const char *path)
{
	char text[128] = "?";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n >= 0)
		text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	put(to, key, text);
	if (fd != -1)
		close(fd);
}

static void
put_fd(FILE *to, int fd, int flags)
{
	static const char *const modes[] = { "r", "w", "rw", "?" };
	char key[32], path[32];

	snprintf(key, sizeof(key), "fd.%d", fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	put_link(to, key, path);
	fprintf(to, "fd.%d.mode=%s%s%s%s\n", fd,
	    (flags & O_PATH) != 0 ? "path" : modes[flags & O_ACCMODE],
	    (flags & O_APPEND) != 0 ? ",append" : "",
	    (flags & O_NONBLOCK) != 0 ? ",nonblock" : "",
	    (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 ? ",cloexec" : "");
}

static void
add_open_fd(FILE *to, FILE *list, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return;
	fprintf(list, " %d", fd);
	put_fd(to, fd, flags);
}

/* The number of a name in /proc/self/fd, or -1. */
static int
fd_number(const char *name)
{
	return isdigit((unsigned char)name[0]) ? atoi(name) : -1;
}

static int
compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static void
add_listed_fds(FILE *to, FILE *list, DIR *dir)
{
	static int fds[65536];
	struct dirent *entry;
	size_t n = 0;

	while ((entry = readdir(dir)) != NULL && n < 65536) {
		fds[n] = fd_number(entry->d_name);
		if (fds[n] != -1 && fds[n] != dirfd(dir))
			n++;
	}
	qsort(fds, n, sizeof(fds[0]), compare_ints);
	for (size_t i = 0; i < n; i++)
		add_open_fd(to, list, fds[i]);
}

/* Descriptors and what they point to; must come before we open any. */
static void
report_fds(FILE *to)
{
	char *numbers;
	size_t size;
	FILE *list = open_memstream(&numbers, &size);
	DIR *dir = opendir("/proc/self/fd");

	if (dir != NULL) {
		add_listed_fds(to, list, dir);
		closedir(dir);
	} else {
		for (int fd = 0; fd < HIGHEST_FD; fd++)
			add_open_fd(to, list, fd);
	}
	fclose(list);
	put(to, "fds", numbers[0] == ' ' ? numbers + 1 : numbers);
	free(numbers);
}

static void
put_signals(FILE *to, const char *key, uint64_t set)
{
	const char *space = "";

	fprintf(to, "%s=", key);
	for (int i = 1; i <= LAST_SIGNAL; i++)
		if ((set >> (i - 1) & 1) != 0) {
			fprintf(to, "%s%d", space, i);
			space = " ";
		}
	putc('\n', to);
}

static void
report_signals(FILE *to)
{
	/* As the kernel has it; only the first member is looked at. */
	struct {
		uintptr_t handler;
		unsigned long rest[8];
	} action;
	uint64_t blocked = 0, pending = 0, ignored = 0, handled = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, 8);
	syscall(SYS_rt_sigpending, &pending, 8);
	for (int i = 1; i <= LAST_SIGNAL; i++) {
		if (syscall(SYS_rt_sigaction, i, NULL, &action, 8) == -1)
			continue;
		if (action.handler == (uintptr_t)SIG_IGN)
			ignored |= (uint64_t)1 << (i - 1);
		else if (action.handler != (uintptr_t)SIG_DFL)
			handled |= (uint64_t)1 << (i - 1);
	}
	put_signals(to, "signal.blocked", blocked);
	put_signals(to, "signal.handled", handled);
	put_signals(to, "signal.ignored", ignored);
	put_signals(to, "signal.pending", pending);
}

static void
report_groups(FILE *to)
{
	static gid_t groups[GROUPS];
	int n = getgroups(GROUPS, groups);

	fprintf(to, "groups=");
	for (int i = 0; i < n; i++)
		fprintf(to, "%s%ld", i == 0 ? "" : " ", (long)groups[i]);
	putc('\n', to);
}

static void
report_ids(FILE *to)
{
	uid_t uid[3];
	gid_t gid[3];

	getresuid(&uid[0], &uid[1], &uid[2]);
	getresgid(&gid[0], &gid[1], &gid[2]);
	fprintf(to, "uid=%ld %ld %ld %ld\n", (long)uid[0], (long)uid[1],
	    (long)uid[2], (long)setfsuid((uid_t)-1));
	fprintf(to, "gid=%ld %ld %ld %ld\n", (long)gid[0], (long)gid[1],
	    (long)gid[2], (long)setfsgid((gid_t)-1));
	report_groups(to);
}

static void
report_caps(FILE *to)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = { { 0 } };
	uint64_t bounding = 0, ambient = 0;

	syscall(SYS_capget, &header, data);
	for (int i = 0; i < 64; i++) {
		if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) == 1)
			bounding |= (uint64_t)1 << i;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1)
			ambient |= (uint64_t)1 << i;
	}
	fprintf(to, "caps.ambient=%016jx\n", (uintmax_t)ambient);
	fprintf(to, "caps.bounding=%016jx\n", (uintmax_t)bounding);
	fprintf(to, "caps.effective=%08x%08x\n", data[1].effective,
	    data[0].effective);
	fprintf(to, "caps.inheritable=%08x%08x\n", data[1].inheritable,
	    data[0].inheritable);
	fprintf(to, "caps.permitted=%08x%08x\n", data[1].permitted,
	    data[0].permitted);
	put_int(to, "securebits", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
	put_int(to, "no_new_privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	put_int(to, "keepcaps", prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0));
}

static void
report_process(FILE *to)
{
	int death_signal = 0, subreaper = 0;
	char name[16 + 1] = "";

	prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
	prctl(PR_GET_CHILD_SUBREAPER, &subreaper, 0, 0, 0);
	prctl(PR_GET_NAME, name, 0, 0, 0);
	put(to, "comm", name);
	put_link(to, "exe", "/proc/self/exe");
	put_int(to, "pid", getpid());
	put_int(to, "ppid", getppid());
	put_int(to, "pgid", getpgrp());
	put_int(to, "sid", getsid(0));
	put_int(to, "death_signal", death_signal);
	put_int(to, "subreaper", subreaper);
}

static void
report_place(FILE *to)
{
	char cwd[4096];
	mode_t mask = umask(0);

	umask(mask);
	put(to, "cwd", getcwd(cwd, sizeof(cwd)) != NULL ? cwd : "?");
	put_link(to, "root", "/proc/self/root");
	fprintf(to, "umask=%04o\n", (unsigned int)mask);
}

/* "none", or that there is one; does not acquire one. */
static void
report_tty(FILE *to)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	put(to, "tty", fd != -1 ? "yes" : errno == ENXIO ? "none" :
	    strerror(errno));
	if (fd != -1)
		close(fd);
}

static void
report_limits(FILE *to)
{
	static const struct {
		const char *name;
		int number;
	} limits[] = {
		{ "as", RLIMIT_AS },
		{ "core", RLIMIT_CORE },
		{ "cpu", RLIMIT_CPU },
		{ "data", RLIMIT_DATA },
		{ "fsize", RLIMIT_FSIZE },
		{ "locks", RLIMIT_LOCKS },
		{ "memlock", RLIMIT_MEMLOCK },
		{ "msgqueue", RLIMIT_MSGQUEUE },
		{ "nice", RLIMIT_NICE },
		{ "nofile", RLIMIT_NOFILE },
		{ "nproc", RLIMIT_NPROC },
		{ "rss", RLIMIT_RSS },
		{ "rtprio", RLIMIT_RTPRIO },
		{ "rttime", RLIMIT_RTTIME },
		{ "sigpending", RLIMIT_SIGPENDING },
		{ "stack", RLIMIT_STACK },
	};
	struct rlimit r;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		getrlimit((unsigned int)limits[i].number, &r);
		fprintf(to, r.rlim_cur == RLIM_INFINITY ?
		    "limit.%s=unlimited" : "limit.%s=%ju", limits[i].name,
		    (uintmax_t)r.rlim_cur);
		fprintf(to, r.rlim_max == RLIM_INFINITY ?
		    ":unlimited\n" : ":%ju\n", (uintmax_t)r.rlim_max);
	}
}

static void
report_cpus(FILE *to)
{
	cpu_set_t set[CPUS / CPU_SETSIZE];
	const char *space = "";

	CPU_ZERO_S(sizeof(set), set);
	sched_getaffinity(0, sizeof(set), set);
	fprintf(to, "cpus=");
	for (int i = 0; i < CPUS; i++)
		if (CPU_ISSET_S((size_t)i, sizeof(set), set)) {
			fprintf(to, "%s%d", space, i);
			space = " ";
		}
	putc('\n', to);
}

static void
report_scheduling(FILE *to)
{
	static const char *const policies[] = { "other", "fifo", "rr", "batch",
		"?", "idle", "deadline" };
	struct sched_param param = { 0 };
	/* Not the libc functions: musl has none that asks. */
	long policy = syscall(SYS_sched_getscheduler, 0);
	long io = syscall(SYS_ioprio_get, 1, 0);

	syscall(SYS_sched_getparam, 0, &param);
	fprintf(to, "sched=%s:%d\n", policy >= 0 && policy < 7 ?
	    policies[policy] : "?", param.sched_priority);
	put_int(to, "nice", getpriority(PRIO_PROCESS, 0));
	fprintf(to, "ioprio=%ld:%ld\n", io >> 13, io & 7);
	put_file(to, "oom_score_adj", "/proc/self/oom_score_adj");
	report_cpus(to);
}

static void
report_arguments(FILE *to, int argc, char *argv[])
{
	char key[32];

	put_int(to, "argc", argc);
	for (int i = 0; i < argc; i++) {
		snprintf(key, sizeof(key), "argv.%d", i);
		put(to, key, argv[i]);
	}
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the environment in place; nobody minds. */
static void
report_environment(FILE *to)
{
	size_t n = 0;

	while (environ[n] != NULL)
		n++;
	qsort(environ, n, sizeof(environ[0]), compare_strings);
	for (size_t i = 0; i < n; i++)
		put(to, "env", environ[i]);
}

static void
steal_tty(FILE *to)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave = -1, tty;

	if (master != -1 && grantpt(master) == 0 && unlockpt(master) == 0)
		slave = open(ptsname(master), O_RDWR);
	tty = open("/dev/tty", O_RDWR | O_NOCTTY);
	/* The terminal's end is a hang-up for its session. */
	signal(SIGHUP, SIG_IGN);
	put(to, "tty.stolen", slave == -1 ? "?" : tty != -1 ? "yes" : "no");
	close(tty);
	close(slave);
	close(master);
}

static void
collect(FILE *to, int argc, char *argv[])
{
	report_fds(to);
	report_signals(to);
	report_ids(to);
	report_caps(to);
	report_process(to);
	report_place(to);
	report_tty(to);
	report_limits(to);
	report_scheduling(to);
	report_arguments(to, argc, argv);
	report_environment(to);
}

/* Make a file appear with all of its contents. */
static void
publish(const char *path, const char *text, size_t size)
{
	char draft[4096];
	FILE *file;

	snprintf(draft, sizeof(draft), "%s.%ld", path, (long)getpid());
	file = fopen(draft, "wxe");
	if (file == NULL || fwrite(text, 1, size, file) != size ||
	    fclose(file) != 0 || rename(draft, path) == -1)
		err(99, "cannot write '%s'", path);
}

static void
print_report(const struct options *o, const char *text, size_t size)
{
	if (o->report != NULL)
		publish(o->report, text, size);
	else if (!o->no_report)
		fwrite(text, 1, size, stdout);
	fflush(stdout);
}

static void
write_pidfile(const char *path)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	publish(path, text, (size_t)n);
}

/* Write as it is, in one call where that is possible. */
static void
say(int fd, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n == -1 && errno != EINTR)
			err(99, "cannot write to %d", fd);
		if (n > 0) {
			text += n;
			length -= (size_t)n;
		}
	}
}

static void
go_to_background(void)
{
	if (fork() != 0)
		_exit(0);
	setsid();
	if (fork() != 0)
		_exit(0);
}

static void
fork_children(int n)
{
	while (n-- > 0)
		if (fork() == 0)
			for (;;)
				pause();
}

/* In hundreds: a process in between forks them and ends. */
static void
leave_orphans(int n)
{
	int i;

	for (; n > 0; n -= 100) {
		if (fork() == 0) {
			for (i = 0; i < 100 && i < n; i++)
				if (fork() == 0)
					_exit(0);
			_exit(0);
		}
		wait(NULL);
	}
}

static volatile sig_atomic_t got_term;

static void
on_term(int signal)
{
	(void)signal;
	got_term = 1;
}

/*
 * Have SIGTERM wait for wait_for_term(), even when it comes early.  That it is
 * caught from now on is what tests look for.
 */
static void
hold_term(void)
{
	struct sigaction action = { .sa_handler = on_term };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static void
wait_for_term(void)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	sigdelset(&set, SIGTERM);
	while (!got_term)
		sigsuspend(&set);
}

static const char *
next(char ***argv)
{
	if ((*argv)[1] == NULL)
		errx(98, "%s needs a value", (*argv)[0]);
	return *++*argv;
}

static bool
is(const char *given, const char *option)
{
	return strcmp(given, option) == 0;
}

/* An option that changes what the report is; whether it was one. */
static bool
parse_report(struct options *o, char ***argv)
{
	if (is(**argv, "--report"))
		o->report = next(argv);
	else if (is(**argv, "--no-report"))
		o->no_report = true;
	else if (is(**argv, "--pidfile"))
		o->pidfile = next(argv);
	else if (is(**argv, "--steal-tty"))
		o->steal_tty = true;
	else
		return false;
	return true;
}

static void
parse_behaviour(struct options *o, char ***argv)
{
	if (is(**argv, "--ignore"))
		o->ignored = atoi(next(argv));
	else if (is(**argv, "--fork"))
		o->children = atoi(next(argv));
	else if (is(**argv, "--orphans"))
		o->orphans = atoi(next(argv));
	else if (is(**argv, "--daemonize"))
		o->daemonize = true;
	else if (is(**argv, "--wait"))
		o->wait = true;
	else if (is(**argv, "--signal"))
		o->last_signal = atoi(next(argv));
	else if (is(**argv, "--exit"))
		o->status = atoi(next(argv));
	else if (is(**argv, "--out") || is(**argv, "--err"))
		next(argv);
	else
		errx(98, "unknown option '%s'", **argv);
}

static struct options
parse(char *argv[])
{
	struct options o = { .status = -1 };

	if (*argv == NULL)
		return o;
	while (*++argv != NULL) {
		if (is(*argv, "--out") || is(*argv, "--err") ||
		    is(*argv, "--exit") || is(*argv, "--signal"))
			o.no_report = true;
		if (!parse_report(&o, &argv))
			parse_behaviour(&o, &argv);
	}
	return o;
}

static void
say_all(char *argv[])
{
	for (; *argv != NULL; argv++) {
		if (is(*argv, "--out"))
			say(1, *++argv);
		else if (is(*argv, "--err"))
			say(2, *++argv);
	}
}

static void
end(const struct options *o)
{
	if (o->wait)
		wait_for_term();
	if (o->last_signal != 0)
		raise(o->last_signal);
	exit(o->status != -1 ? o->status : 0);
}

int
main(int argc, char *argv[])
{
	struct options o = parse(argv);
	char *text;
	size_t size;
	FILE *report;

	if (o.daemonize)
		go_to_background();
	report = open_memstream(&text, &size);
	if (report == NULL)
		err(99, "no memory");
	collect(report, argc, argv);
	if (o.steal_tty)
		steal_tty(report);
	fclose(report);
	if (o.ignored != 0)
		signal(o.ignored, SIG_IGN);
	fork_children(o.children);
	leave_orphans(o.orphans);
	if (o.wait)
		hold_term();
	if (o.pidfile != NULL)
		write_pidfile(o.pidfile);
	print_report(&o, text, size);
	say_all(argv);
	end(&o);
}
