/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef BASE_STRLIST_H
#define BASE_STRLIST_H

#include <stddef.h>

/*
 * A growable list of borrowed strings, always terminated by a NULL, so that
 * .items serves as an argv or an environment.  All zero is an empty list
 * (with .items NULL until the first strlist_add).
 */
struct strlist {
	char **items;
	size_t count;
	size_t room;		/* 0: items are borrowed */
};

/* Append a borrowed string.  Exits 125 when there is no memory (xalloc). */
void	strlist_add(struct strlist *list, const char *item);

/*
 * Make an empty list of an array of count strings that ends in a NULL, without
 * copying or allocating; strlist_add() makes a copy first.
 */
void	strlist_borrow(struct strlist *list, char **items, size_t count);

#endif
