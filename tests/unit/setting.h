/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef TESTS_SETTING_H
#define TESTS_SETTING_H

#include <stdlib.h>

/* A number from the environment, for programs that can go further. */
static inline unsigned long
setting(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

#endif
