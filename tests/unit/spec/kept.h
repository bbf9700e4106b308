/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef TESTS_KEPT_H
#define TESTS_KEPT_H

const char *__lsan_default_suppressions(void);

/* Nothing in a spec is ever freed: what it holds is no leak. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:kind_parse\nleak:option_parse\nleak:unquote\n";
}

#endif
