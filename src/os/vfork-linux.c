/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/vfork.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

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

pid_t
os_fork(void)
{
#ifdef HAVE__FORK
	/* Each page that fork(3) itself touches costs as much as a call. */
	return _Fork();
#else
	return fork();
#endif
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
