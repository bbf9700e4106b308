/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/pidfd.h"

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "os/proc.h"
#include "os/process.h"

/* Numbers that older headers lack; the same on every architecture. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446
#endif

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

int
os_pidfd_has_inode(int pidfd, uint64_t inode)
{
	struct stat st;

	if (fstat(pidfd, &st) == -1)
		return -1;
	return (uint64_t)st.st_ino == inode;
}

/*
 * pidfd_open(2) sees processes only.  The owner of a file is any number that
 * is in use, and ESRCH says that this one is not (from Linux 4.14 on).
 */
bool
os_is_number_taken(pid_t number)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	bool is_free;

	if (fd == -1)
		return true;
	is_free = fcntl(fd, F_SETOWN, number) == -1 && errno == ESRCH;
	(void)close(fd);
	return !is_free;
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

	proc_put_path(&text, path, 0, "fdinfo/");
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
