/* SPDX-License-Identifier: MIT
 *
 * A growing list of owned strings. Zero-initialised is the empty list. */
#ifndef BASE_STRLIST_H
#define BASE_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

struct strlist {
	char **item;
	size_t count;
};

void strlist_add(struct strlist *l, const char *s);
void strlist_take(struct strlist *l, char *owned);      /* s becomes the list's */
bool strlist_has(const struct strlist *l, const char *s);
bool strlist_equal(const struct strlist *a, const struct strlist *b);
void strlist_copy(struct strlist *to, const struct strlist *from);
void strlist_clear(struct strlist *l);

#endif
