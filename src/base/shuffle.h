/* SPDX-License-Identifier: MIT
 *
 * Texts in random order, in bounded memory: of a window of them each that is drawn makes room for the
 * next. Every text comes out once, one that was put in early perhaps late, and none before it was put in.
 * A window of one keeps the order. */
#ifndef BASE_SHUFFLE_H
#define BASE_SHUFFLE_H

#include <stdbool.h>
#include <stddef.h>

struct shuffle;

/* window: how many it holds at most, at least 1. The memory for them is taken as it fills. */
struct shuffle *shuffle_new(size_t window);
void shuffle_free(struct shuffle *s);

bool shuffle_full(const struct shuffle *s);
size_t shuffle_held(const struct shuffle *s);

/* Not into a full one. The text is copied. */
void shuffle_put(struct shuffle *s, const char *text);

/* One of those that are held, each as likely as any other; the caller frees it. NULL: none is. */
char *shuffle_draw(struct shuffle *s);

#endif
