/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "base/strlist.h"

#include <stdlib.h>

#include "unit/tap.h"

static void
test_empty(void)
{
	struct strlist list = { 0 };

	is_int((intmax_t)list.count, 0, "an empty list has no items");
}

static void
test_grows(void)
{
	struct strlist list = { 0 };
	char words[100][4];
	bool same = true;

	for (int i = 0; i < 100; i++) {
		snprintf(words[i], sizeof(words[i]), "%d", i);
		strlist_add(&list, words[i]);
	}
	is_int((intmax_t)list.count, 100, "each item is counted");
	for (int i = 0; i < 100; i++)
		same = same && list.items[i] == words[i];
	ok(same, "the items are those given, in order, and not copies");
	ok(list.items[100] == NULL, "a NULL follows the last item");
	free(list.items);
}

static void
test_borrows(void)
{
	char a[] = "a", b[] = "b", c[] = "c";
	char *argv[] = { a, b, NULL };
	struct strlist list = { 0 };

	strlist_borrow(&list, argv, 2);
	ok(list.items == argv, "a borrowed array is not copied");
	strlist_add(&list, c);
	ok(argv[2] == NULL, "nor written to");
	ok(list.count == 3 && list.items[0] == a && list.items[2] == c &&
	    list.items[3] == NULL, "adding makes a copy");
	free(list.items);
}

int
main(void)
{
	test_empty();
	test_grows();
	test_borrows();
	return tap_done();
}
