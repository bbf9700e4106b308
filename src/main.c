/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <stdio.h>

#include "base/exitcode.h"

int
main(void)
{
	fputs("usage: imp [OPTION...] [--] COMMAND [ARG...]\n", stderr);
	return EX_BADUSAGE;
}
