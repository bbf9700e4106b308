/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CLI_SLACK_SAFETY_H
#define CLI_SLACK_SAFETY_H

/*
 * Whether others than its owner could put something else in the place of a
 * file: it, or a directory on the way to it, links followed, may be written
 * to by its group or by everyone.
 *
 * Returns NULL, or what may be and by whom: "/a/b is group-writable".  A file
 * that is not there is safe.
 */
const char	*slack_unsafe_file(const char *path);

/*
 * The same for a program, which is searched for in PATH; for the interpreter
 * that a script names; and, if that is env(1), for what it is to find.
 */
const char	*slack_unsafe_program(const char *program);

#endif
