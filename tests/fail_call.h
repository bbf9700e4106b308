/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef FAIL_CALL_H
#define FAIL_CALL_H

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * For a tracer: a system call that does not happen, and returns what it is
 * told to.
 */

/* The number of a call that begins, or the value of one that ends. */
#if defined(__x86_64__)
#define CAN_FAIL 1
static inline void
set_call(pid_t pid, long value, bool entering)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs) == -1)
		return;
	if (entering)
		regs.orig_rax = (unsigned long long)value;
	else
		regs.rax = (unsigned long long)value;
	ptrace(PTRACE_SETREGS, pid, 0, &regs);
}
#elif defined(__aarch64__)
#define CAN_FAIL 1
static inline void
set_call(pid_t pid, long value, bool entering)
{
	struct user_regs_struct regs;
	int number = (int)value;
	struct iovec iov = { &regs, sizeof(regs) };

	if (entering) {
		iov.iov_base = &number;
		iov.iov_len = sizeof(number);
		ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &iov);
		return;
	}
	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) == -1)
		return;
	regs.regs[0] = (unsigned long long)value;
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
}
#else
#define CAN_FAIL 0
static inline void
set_call(pid_t pid, long value, bool entering)
{
	(void)pid;
	(void)value;
	(void)entering;
}
#endif

/*
 * Calls that do not return, or whose failure is no negative number, or that a
 * sanitizer makes and does not survive.
 */
static inline bool
cannot_fail(uint64_t call)
{
	return call == SYS_exit || call == SYS_exit_group || call == SYS_brk ||
	    call == SYS_umask || call == SYS_sigaltstack;
}

/* At the beginning of a call, and once more, with the error, at its end. */
static inline void
begin_failing(pid_t pid, uint64_t call)
{
	/* Linux closes even what it cannot close without an error. */
	if (call != SYS_close)
		set_call(pid, -1, true);
}

static inline void
end_failing(pid_t pid, int error)
{
	set_call(pid, -error, false);
}

#endif
