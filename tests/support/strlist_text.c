/* SPDX-License-Identifier: MIT */
#include "strlist_text.h"

#include <stdio.h>

const char *strlist_text(char *to, size_t size, const struct strlist *l)
{
	size_t at = 0;

	to[0] = '\0';
	for (size_t i = 0; i < l->count && at < size; i++)
		at += (size_t)snprintf(to + at, size - at, "%s%s", i != 0 ? " | " : "", l->item[i]);
	return to;
}
