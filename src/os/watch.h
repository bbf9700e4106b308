/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_WATCH_H
#define OS_WATCH_H

/*
 * Being told that something changes in a directory.  Linux has inotify(7);
 * elsewhere each function fails with ENOSYS.  Nothing is printed or
 * allocated.
 */

/*
 * A descriptor that becomes readable when something changes; non-blocking,
 * close-on-exec.  Returns it, or -1 with errno; there may be few to have.
 */
int	watch_open(void);

/*
 * Watch the directory for files that are made, moved there, written, touched
 * or removed, and for its own end.  Again for the same one is no error.
 * Returns 0, or -1 with errno.
 */
int	watch_directory(int watch_fd, const char *path);

/* The same for a directory that is open. */
int	watch_directory_fd(int watch_fd, int dir_fd);

/* Read and forget all that has happened so far. */
void	watch_drain(int watch_fd);

#endif
