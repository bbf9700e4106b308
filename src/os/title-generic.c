/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/title.h"

#include <sys/types.h>

#include <unistd.h>

int
os_set_title(char *text, size_t length)
{
	(void)length;
	setproctitle("-%s", text);
	return 0;
}
