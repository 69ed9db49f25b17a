/* SPDX-License-Identifier: MIT */
#include "base/strlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void strlist_take(struct strlist *l, char *owned)
{
	*(char **)mem_append(&l->item, &l->count, sizeof *l->item) = owned;
}

void strlist_add(struct strlist *l, const char *s)
{
	strlist_take(l, mem_strdup(s));
}

bool strlist_has(const struct strlist *l, const char *s)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->item[i], s) == 0)
			return true;
	return false;
}

bool strlist_equal(const struct strlist *a, const struct strlist *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

void strlist_copy(struct strlist *to, const struct strlist *from)
{
	for (size_t i = 0; i < from->count; i++)
		strlist_add(to, from->item[i]);
}

void strlist_clear(struct strlist *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->item[i]);
	free(l->item);
	memset(l, 0, sizeof *l);
}
