/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_PIPE_H
#define OS_PIPE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the logger needs of the kernel.  As in os.h: 0 or a number, or -1
 * with errno, ENOSYS where the kernel cannot; nothing is printed or
 * allocated.
 */

/*
 * Move at most length bytes from a pipe to any descriptor, without waiting
 * for the pipe; in one call, which either happened or not when the caller is
 * killed.  *offset: where in a file, advanced; NULL: where it stands.
 * Returns the number of bytes, 0 at the end of the pipe; EAGAIN when the
 * pipe is empty or the other side takes nothing.  See splice(2).
 */
ssize_t	os_splice(int pipe_fd, int to_fd, off_t *offset, size_t length);

/* The same from pipe to pipe, and the bytes stay in the first.  tee(2). */
ssize_t	os_tee(int pipe_fd, int to_fd, size_t length);

/*
 * Have a pipe hold bytes, or as much as the system allows; it becomes no
 * smaller.  Returns what it holds.
 */
size_t	os_pipe_grow(int pipe_fd, size_t bytes);

/* The bytes that wait in a pipe. */
size_t	os_pipe_used(int pipe_fd);

/* Whether a pipe has no place left for another piece, however small. */
bool	os_pipe_is_full(int pipe_fd);

/*
 * A descriptor from which the signals in the zero-terminated list, which
 * must be blocked, are read: os_signal_take() returns one, or 0.
 */
int	os_signal_fd(const int *signals);
int	os_signal_take(int signal_fd);

/* Close every descriptor but 0 to 2 and the count in keep, which it sorts. */
int	os_close_all_but(int *keep, size_t count);

/* When a file was made, in milliseconds since the epoch. */
int	os_file_born(int fd, uint64_t *born_ms);

#endif
