/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/priority.h"

#include <sys/syscall.h>

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"

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

static int
write_oom_score_adj(int fd, int value)
{
	char digits[32];
	struct text text;

	text_init(&text, digits, sizeof(digits));
	text_put_signed(&text, value);
	return fdio_write_all(fd, text.data, text.length);
}

int
os_set_oom_score_adj(int value)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	int rc;

	if (fd == -1)
		return -1;
	rc = write_oom_score_adj(fd, value);
	fdio_close(&fd);
	return rc;
}

int
os_exchange_oom_score_adj(int value, int *before)
{
	char digits[32];
	uint64_t size;
	ssize_t n;
	int fd, rc;

	fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = read(fd, digits, sizeof(digits) - 1);
	if (n > 0) {
		digits[n] = '\0';
		(void)text_take_number(digits + (*digits == '-'), &size);
		*before = *digits == '-' ? -(int)size : (int)size;
	}
	rc = n > 0 ? write_oom_score_adj(fd, value) : -1;
	fdio_close(&fd);
	return rc;
}
