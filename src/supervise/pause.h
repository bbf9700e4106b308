/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef SUPERVISE_PAUSE_H
#define SUPERVISE_PAUSE_H

/*
 * Hold a place, as the first process of a pid namespace that others share:
 * reap what comes, and end at TERM or INT.  Returns an exit status.
 */
int	pause_run(void);

#endif
