/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Run the program of the first argument without any, not even its name. */
int
main(int argc, char **argv)
{
	char *none[] = { NULL };

	if (argc == 2)
		execv(argv[1], none);
	fprintf(stderr, "noargs: %s\n", strerror(errno));
	return 127;
}
