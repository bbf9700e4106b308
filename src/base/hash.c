/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/hash.h"

uint64_t
hash_bytes(const void *data, size_t length)
{
	const unsigned char *p = data;
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; length > 0; length--)
		hash = (hash ^ *p++) * UINT64_C(1099511628211);
	return hash;
}
