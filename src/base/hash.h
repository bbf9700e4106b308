/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * FNV-1a: tells texts apart, and finds what is torn; no protection from whoever
 * wants two of the same.
 */
uint64_t	hash_bytes(const void *data, size_t length);

#endif
