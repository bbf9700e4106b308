/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_FDIO_H
#define BASE_FDIO_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Descriptors: the calls that have to be repeated.  All go on after EINTR,
 * print nothing, and return -1 with errno as the system call left it.
 */

/* Write all of it; a short write is continued.  Returns 0 or -1. */
int	fdio_write_all(int fd, const void *data, size_t length);

/*
 * Read until length bytes are there or the end is.  Returns the number of
 * bytes, fewer than length only at the end, or -1.
 */
ssize_t	fdio_read_full(int fd, void *data, size_t length);

/*
 * Read the small file name in the directory dir_fd (AT_FDCWD: a path) whole
 * into buf and terminate it with a NUL.  A symbolic link is not followed, a
 * FIFO does not block.  Returns the number of bytes, or -1 with errno: EFBIG
 * if it does not fit, else from openat(2) or read(2).
 */
ssize_t	fdio_read_file(int dir_fd, const char *name, char *buf, size_t room);

/* A pipe of which both ends are close-on-exec.  Returns 0 or -1. */
int	fdio_pipe(int fds[2]);

/*
 * Make sure that descriptors 0, 1 and 2 are taken, by /dev/null where they
 * were closed, so that nothing we open can land there.  Returns 0 or -1.
 */
int	fdio_occupy_standard(void);

/*
 * Raise our limit of descriptors to count, or as far as it may be raised.
 * Returns what it is now; 0: that cannot be told.
 */
size_t	fdio_allow(size_t count);

/*
 * close(2) what *fd names, unless it is -1, and make it -1.  errno stays as it
 * is, for what has failed before.
 */
void	fdio_close(int *fd);

#endif
