/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/os.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/signals.h"
#include "base/text.h"

/* Numbers that older headers lack; the same on every architecture. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef RESOLVE_NO_SYMLINKS
#define RESOLVE_NO_SYMLINKS 0x04
#endif

#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446
#endif

#define PF_EXITING    0x04	/* being ended, or a zombie */
#define PF_FORKNOEXEC 0x40	/* forked, and no exec since */

#define PROC_PATH_ROOM 64

/* /proc/PID/FILE, or /proc/self/FILE for pid 0. */
static void
put_proc_path(struct text *text, char path[PROC_PATH_ROOM], pid_t pid,
    const char *file)
{
	text_init(text, path, PROC_PATH_ROOM);
	text_put(text, "/proc/");
	if (pid == 0)
		text_put(text, "self");
	else
		text_put_number(text, (uint64_t)pid);
	text_put_char(text, '/');
	text_put(text, file);
}

/* The numbers of /proc/PID/stat behind the name; [0] is field 4, ppid. */
static int
parse_numbers(const char *p, uint64_t *numbers, size_t count)
{
	size_t i;
	char *end;

	for (i = 0; i < count; i++) {
		numbers[i] = strtoull(p, &end, 10);
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
	process->pid = (pid_t)strtol(text, NULL, 10);
	process->state = close[2];
	process->ppid = (pid_t)field[0];
	process->pgid = (pid_t)field[1];
	process->sid = (pid_t)field[2];
	/*
	 * execve(2) lets the parent of a vfork(2) go on before it clears
	 * PF_FORKNOEXEC, so that flag alone proves nothing.
	 */
	process->died_unexecuted = (field[5] & PF_FORKNOEXEC) != 0 &&
	    (field[5] & PF_EXITING) != 0;
	process->cpu_ticks = field[10] + field[11];
	process->threads = (unsigned int)field[16];
	process->start = field[18];
	process->rss_bytes = field[20] * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}

int
os_process(pid_t pid, struct os_process *process)
{
	char path[PROC_PATH_ROOM];
	char text[1024];
	struct text name;
	ssize_t n;

	put_proc_path(&name, path, pid, "stat");
	n = fdio_read_file(AT_FDCWD, path, text, sizeof(text));
	if (n == -1) {
		/* Gone, unless there is no /proc at all. */
		if (errno == ENOENT && access("/proc/self", F_OK) == 0)
			errno = ESRCH;
		return -1;
	}
	return parse_stat(text, process);
}

int
os_process_user(pid_t pid, uid_t *uid)
{
	char path[PROC_PATH_ROOM];
	struct text text;
	struct stat st;

	put_proc_path(&text, path, pid, "");
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

	put_proc_path(&text, path, pid, "exe");
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

	put_proc_path(&text, path, pid, name);
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

	put_proc_path(&text, path, pid, name);
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
	ssize_t n;

	n = fdio_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", id,
	    OS_BOOT_ROOM);
	if (n == -1)
		return -1;
	id[strcspn(id, "\n")] = '\0';
	return 0;
}

int
os_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
os_pidfd_signal(int pidfd, int signal)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

uint64_t
os_pidfd_inode(int pidfd)
{
	struct statfs fs;
	struct stat st;

	/* Before Linux 6.9 all pidfds share one anonymous inode. */
	if (fstatfs(pidfd, &fs) == -1 || fs.f_type != PID_FS_MAGIC ||
	    fstat(pidfd, &st) == -1)
		return 0;
	return (uint64_t)st.st_ino;
}

/* struct pidfd_info of Linux 6.13, as far as it is used here. */
struct pidfd_info_v1 {
	uint64_t mask;
	uint64_t cgroup_id;
	uint32_t pid, tgid, ppid;
	uint32_t ids[8];
	int32_t exit_code;
};

#define PIDFD_GET_INFO_V1 _IOWR(0xFF, 11, struct pidfd_info_v1)
#define PIDFD_INFO_HAS_EXIT (1ULL << 3)

/* How long its parent is given to take note of its end. */
#define REAP_MS 1000

/* From Linux 6.15 on, and only once it has been reaped. */
static int
status_by_ioctl(int pidfd, int *status)
{
	struct pidfd_info_v1 info;

	memset(&info, 0, sizeof(info));
	info.mask = PIDFD_INFO_HAS_EXIT;
	if (ioctl(pidfd, PIDFD_GET_INFO_V1, &info) == -1)
		return -1;
	if ((info.mask & PIDFD_INFO_HAS_EXIT) == 0) {
		errno = ENODATA;
		return -1;
	}
	*status = info.exit_code;
	return 0;
}

/* The number behind a pidfd; 0: it has been reaped. */
static pid_t
pidfd_pid(int pidfd)
{
	char path[PROC_PATH_ROOM];
	char info[512];
	struct text text;
	const char *line;
	long pid;

	put_proc_path(&text, path, 0, "fdinfo/");
	text_put_number(&text, (uint64_t)pidfd);
	if (fdio_read_file(AT_FDCWD, path, info, sizeof(info)) == -1)
		return 0;
	line = strstr(info, "Pid:\t");
	pid = line == NULL ? 0 : strtol(line + 5, NULL, 10);
	return pid > 0 ? (pid_t)pid : 0;
}

/*
 * The last field of /proc/PID/stat, for those who may trace it.  While it is
 * a zombie its number is its own, which is asked again afterwards.
 */
static int
status_of_zombie(int pidfd, int *status)
{
	pid_t pid = pidfd_pid(pidfd);
	char text[1024];
	const char *last;

	if (pid == 0 ||
	    os_process_file(pid, "stat", text, sizeof(text)) <= 0 ||
	    (last = strrchr(text, ')')) == NULL || last[1] != ' ' ||
	    last[2] != 'Z' || pidfd_pid(pidfd) != pid)
		return -1;
	last = strrchr(text, ' ');
	*status = (int)strtol(last, NULL, 10);
	return 0;
}

/*
 * Whoever has no right to trace it reads 0 of a zombie, so a 0 counts only
 * from the other source.
 */
int
os_pidfd_exit_status(int pidfd, int *status)
{
	struct pollfd pfd = { pidfd, 0, 0 };

	if (status_by_ioctl(pidfd, status) == 0)
		return 0;
	if (status_of_zombie(pidfd, status) == 0 &&
	    (*status != 0 || geteuid() == 0))
		return 0;
	/* POLLHUP comes when it has been reaped. */
	(void)poll(&pfd, 1, REAP_MS);
	return status_by_ioctl(pidfd, status);
}

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

/* struct clone_args of Linux 5.7. */
struct clone_args_v2 {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	    stack_size, tls, set_tid, set_tid_size, cgroup;
};

/*
 * The system call has to be inline: a child that returned from a function
 * would let its next call overwrite the return address, which its parent
 * still needs.  AddressSanitizer knows of vfork(2), but not of this.
 */
#if defined(__SANITIZE_ADDRESS__)
#define INLINE_SYSCALL(result, number, a, b) ((result) = -ENOSYS)
#elif defined(__x86_64__) && !defined(__ILP32__)
#define INLINE_SYSCALL(result, number, a, b)                                   \
	__asm__ volatile("syscall"                                             \
			 : "=a"(result)                                        \
			 : "0"((long)(number)), "D"(a), "S"(b)                 \
			 : "rcx", "r11", "memory")
#elif defined(__aarch64__)
#define INLINE_SYSCALL(result, number, a, b)                                   \
	do {                                                                   \
		register long x8_ __asm__("x8") = (number);                    \
		register long x0_ __asm__("x0") = (long)(a);                   \
		register long x1_ __asm__("x1") = (long)(b);                   \
		__asm__ volatile("svc 0"                                       \
				 : "+r"(x0_)                                   \
				 : "r"(x8_), "r"(x1_)                          \
				 : "memory");                                  \
		(result) = x0_;                                                \
	} while (0)
#else
#define INLINE_SYSCALL(result, number, a, b) ((result) = -ENOSYS)
#endif

__attribute__((__noinline__)) pid_t
os_vfork_into_cgroup(int cgroup_fd, int (*child)(void *context), void *context)
{
	const struct clone_args_v2 args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)cgroup_fd,
	};
	long pid;

	(void)args;
	INLINE_SYSCALL(pid, SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		_exit(child(context));
	if (pid > 0)
		return (pid_t)pid;
	errno = (int)-pid;
	return -1;
}

void
os_release_stack(void)
{
	enum { KEEP = 1024, RELEASE = 128 * 1024 };
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t top = (uintptr_t)__builtin_frame_address(0) - KEEP;

	top -= top % page;
	/* What is below the stack's mapping is passed over (ENOMEM). */
	(void)madvise((void *)(top - RELEASE), RELEASE, MADV_DONTNEED);
}

#if defined(__SANITIZE_ADDRESS__)
/* It keeps the return address of one vfork(2) only, and ours are nested. */
pid_t
os_vfork(int (*child)(void *context), void *context)
{
	enum { SIZE = 1 << 20 };
	char *stack;
	pid_t pid;

	stack = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED)
		return -1;
	pid = clone(child, stack + SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD,
	    context);
	(void)munmap(stack, SIZE);
	return pid;
}
#else
pid_t
os_vfork(int (*child)(void *context), void *context)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(child(context));
	return pid;
}
#endif

pid_t
os_vfork_apart(int (*child)(void *context), void *context)
{
	static char stack[1 << 18] __attribute__((__aligned__(16)));

	return clone(child, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | SIGCHLD, context);
}

/* As the kernel has it; only the first member matters without a handler. */
struct kernel_action {
#ifdef __mips__
	unsigned int flags;
#endif
	uintptr_t handler;
	unsigned long rest[8];
};

#define KERNEL_MASK_SIZE (SIGNALS_LAST / 8)

int
os_dispose_signal(int signal, bool ignore)
{
	struct kernel_action action;

	memset(&action, 0, sizeof(action));
	action.handler = (uintptr_t)(ignore ? SIG_IGN : SIG_DFL);
	return (int)syscall(SYS_rt_sigaction, signal, &action, NULL,
	    KERNEL_MASK_SIZE);
}

int
os_set_signal_mask(const sigset_t *set)
{
	/* The C library's set begins with the kernel's. */
	return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, set, NULL,
	    KERNEL_MASK_SIZE);
}

int
os_become_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int
os_set_parent_death_signal(int signal)
{
	return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

static int
cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags == -1)
		return errno == EBADF ? 0 : -1;
	return fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

/* getdents64(2) itself: opendir(3) allocates. */
struct dirent64_raw {
	uint64_t ino;
	int64_t off;
	unsigned short length;
	unsigned char type;
	char name[];
};

/* Parse a name that is all digits; -1 for any other. */
static long
parse_digits(const char *s)
{
	char *end;
	long n;

	if (*s < '0' || *s > '9')
		return -1;
	n = strtol(s, &end, 10);
	return *end == '\0' ? n : -1;
}

/* Call found for each number that names an entry of the directory fd. */
static int
each_number(int fd, int (*found)(void *context, pid_t number), void *context)
{
	char buf[4096] __attribute__((__aligned__(8)));
	const struct dirent64_raw *entry;
	long n, at;
	long number;
	int rc;

	while ((n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += entry->length) {
			entry = (const void *)(buf + at);
			number = parse_digits(entry->name);
			if (number < 0)
				continue;
			rc = found(context, (pid_t)number);
			if (rc != 0)
				return rc;
		}
	}
	return n < 0 ? -1 : 0;
}

static int
cloexec_one(void *context, pid_t number)
{
	const int *first = context;

	return (int)number >= *first && cloexec((int)number) == -1 ? -1 : 0;
}

/*
 * The last resort, with neither close_range(2) nor /proc: poll(2) tells in
 * one call which of a thousand descriptors are open.
 */
static int
cloexec_by_poll(int first)
{
	enum { BLOCK = 1024 };
	static struct pollfd block[BLOCK];
	long limit = sysconf(_SC_OPEN_MAX);
	int i, n;

	if (limit <= 0)
		limit = 1024;
	for (; first < limit; first += n) {
		n = limit - first < BLOCK ? (int)(limit - first) : BLOCK;
		for (i = 0; i < n; i++) {
			block[i].fd = first + i;
			block[i].events = 0;
		}
		if (poll(block, (nfds_t)n, 0) == -1)
			return -1;
		for (i = 0; i < n; i++)
			if ((block[i].revents & POLLNVAL) == 0 &&
			    cloexec(first + i) == -1)
				return -1;
	}
	return 0;
}

int
os_cloexec_from(int first)
{
	int fd, rc;

	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return cloexec_by_poll(first);
	rc = each_number(fd, cloexec_one, &first);
	(void)close(fd);
	return rc;
}

int
os_open_dir_without_links(const char *path)
{
	/* struct open_how of openat2(2): flags, mode, resolve. */
	const uint64_t how[3] = { O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
		RESOLVE_NO_SYMLINKS };

	return (int)syscall(SYS_openat2, AT_FDCWD, path, how, sizeof(how));
}

int
os_wait_readable(int fd, int timeout_ms)
{
	struct pollfd pfd = { fd, POLLIN, 0 };

	return poll(&pfd, 1, timeout_ms);
}

int
os_set_no_new_privs(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int
os_caps_before_uid(uint64_t keep)
{
	/* The change of user empties the permitted set unless told not to. */
	if (keep == 0)
		return 0;
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

static int
raise_ambient(uint64_t keep)
{
	unsigned int cap;

	for (cap = 0; cap < 64; cap++)
		if ((keep & (1ULL << cap)) != 0 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) ==
			-1)
			return -1;
	return 0;
}

/* EINVAL: a kernel before 4.3, which has no ambient set to clear. */
static int
clear_ambient(void)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1 &&
	    errno != EINVAL)
		return -1;
	return 0;
}

/*
 * As root an exec would give all of the bounding set back, whatever the
 * other sets say; so what is not kept leaves the bounding set as well.
 * Needs CAP_SETPCAP, so it comes before the sets are cut.
 */
static int
cut_bounding_set(uint64_t keep)
{
	unsigned int cap;

	for (cap = 0; cap < 64; cap++) {
		if ((keep & (1ULL << cap)) != 0)
			continue;
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			return -1;
	}
	return 0;
}

int
os_caps_set(uint64_t keep)
{
	struct __user_cap_header_struct head = {
		_LINUX_CAPABILITY_VERSION_3, 0
	};
	struct __user_cap_data_struct want[2], have[2];
	int i;

	if (clear_ambient() == -1)
		return -1;
	if (geteuid() == 0 && cut_bounding_set(keep) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		want[i].permitted = (uint32_t)(keep >> (32 * i));
		want[i].effective = want[i].permitted;
		want[i].inheritable = want[i].permitted;
	}
	if (syscall(SYS_capset, &head, want) == -1 ||
	    syscall(SYS_capget, &head, have) == -1)
		return -1;
	if (memcmp(want, have, sizeof(want)) != 0) {
		errno = EPERM;
		return -1;
	}
	return raise_ambient(keep);
}

int
os_set_io_priority(enum io_class class, int level)
{
	static const int classes[] = {
		[IO_CLASS_NONE] = 0,
		[IO_CLASS_REALTIME] = 1,
		[IO_CLASS_BEST_EFFORT] = 2,
		[IO_CLASS_IDLE] = 3,
	};

	/* The level of the idle class is ignored, but must be valid. */
	return (int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0,
	    classes[class] << 13 | level);
}

int
os_set_scheduler(enum sched_class class, int priority)
{
	static const int policies[] = {
		[SCHED_CLASS_OTHER] = SCHED_OTHER,
		[SCHED_CLASS_BATCH] = SCHED_BATCH,
		[SCHED_CLASS_IDLE] = SCHED_IDLE,
		[SCHED_CLASS_FIFO] = SCHED_FIFO,
		[SCHED_CLASS_RR] = SCHED_RR,
	};
	struct sched_param param;

	memset(&param, 0, sizeof(param));
	param.sched_priority = priority;
	/* The system call: musl's sched_setscheduler() is a stub. */
	return (int)syscall(SYS_sched_setscheduler, 0, policies[class],
	    &param);
}

int
os_set_cpus(const uint64_t bits[CPU_SETS])
{
	return syscall(SYS_sched_setaffinity, 0,
		   CPU_SETS * sizeof(bits[0]), bits) == -1
	    ? -1
	    : 0;
}

int
os_set_oom_score_adj(int value)
{
	char digits[32];
	struct text text;
	int fd, rc;

	text_init(&text, digits, sizeof(digits));
	text_put_signed(&text, value);
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	rc = fdio_write_all(fd, text.data, text.length);
	fdio_close(&fd);
	return rc;
}

int
os_get_oom_score_adj(int *value)
{
	char text[32];

	if (fdio_read_file(AT_FDCWD, "/proc/self/oom_score_adj", text,
		sizeof(text)) == -1)
		return -1;
	*value = (int)strtol(text, NULL, 10);
	return 0;
}

int
os_each_process(int (*found)(void *context, pid_t pid), void *context)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (fd == -1)
		return -1;
	rc = each_number(fd, found, context);
	(void)close(fd);
	return rc;
}

struct child_search {
	pid_t parent;
	int (*found)(void *context, pid_t pid);
	void *context;
};

static int
found_process(void *context, pid_t pid)
{
	const struct child_search *search = context;
	struct os_process process;

	if (os_process(pid, &process) == -1 ||
	    process.ppid != search->parent)
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

	put_proc_path(&text, path, threads->pid, "task/");
	text_put_number(&text, (uint64_t)tid);
	text_put(&text, "/children");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
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
	int fd, rc;

	/* CONFIG_PROC_CHILDREN may be off. */
	if (access("/proc/thread-self/children", R_OK) == -1)
		return os_each_process(found_process, &search);
	put_proc_path(&text, path, pid, "task");
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	rc = each_number(fd, found_thread, &threads);
	(void)close(fd);
	return rc;
}
