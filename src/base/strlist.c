/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/strlist.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/xalloc.h"

void
strlist_add(struct strlist *list, const char *item)
{
	if (list->count + 1 >= list->room) {
		list->room = list->room == 0 ? 8 : list->room * 2;
		list->items = xreallocarray(list->items, list->room,
		    sizeof(*list->items));
	}
	/* argv and environ are char *[], too, and nobody writes to them. */
	list->items[list->count++] = (char *)(uintptr_t)item;
	list->items[list->count] = NULL;
}

void
strlist_fini(struct strlist *list)
{
	free(list->items);
	list->items = NULL;
	list->count = list->room = 0;
}
