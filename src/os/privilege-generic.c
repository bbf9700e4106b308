/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/privilege.h"

#include <errno.h>

static int
unsupported(void)
{
	errno = ENOSYS;
	return -1;
}

int
os_set_no_new_privs(void)
{
	return unsupported();
}

int
os_caps_before_uid(uint64_t keep)
{
	return keep == 0 ? 0 : unsupported();
}

int
os_caps_set(uint64_t keep)
{
	return keep == 0 ? 0 : unsupported();
}
