/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/strlist.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static void
make_room(struct strlist *list)
{
	bool is_ours = list->room != 0;
	size_t room = (list->count + 4) * 2;
	char **items;

	items = xreallocarray(is_ours ? list->items : NULL, room,
	    sizeof(*items));
	if (!is_ours && list->count > 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	list->items = items;
	list->room = room;
}

void
strlist_add(struct strlist *list, const char *item)
{
	if (list->count + 1 >= list->room)
		make_room(list);
	/* argv and environ are char *[], too, and nobody writes to them. */
	list->items[list->count++] = (char *)(uintptr_t)item;
	list->items[list->count] = NULL;
}

void
strlist_borrow(struct strlist *list, char **items, size_t count)
{
	list->items = items;
	list->count = count;
	list->room = 0;
}
