/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/title.h"

#include <sys/types.h>

#include <errno.h>
#include <unistd.h>

bool
os_set_title(char *text, size_t room)
{
	(void)room;
	setproctitle("-%s", text);
	errno = 0;
	return false;
}
