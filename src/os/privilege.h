/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef OS_PRIVILEGE_H
#define OS_PRIVILEGE_H

#include <stdint.h>

/*
 * What the calling process, and what it executes, may do.  Returns and limits
 * as in os.h.
 */

int	os_set_no_new_privs(void);

/*
 * Hold exactly the capabilities in keep (1 << CAP_..., 0 for none) in the
 * permitted, effective, inheritable and ambient sets, and check that it is
 * so.  before_uid(): what must be done before the user changes so that keep
 * is still there afterwards.
 */
int	os_caps_before_uid(uint64_t keep);
int	os_caps_set(uint64_t keep);

#endif
