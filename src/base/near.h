/* SPDX-License-Identifier: MIT
 *
 * Words that were probably meant. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

enum { NEAR_MAX = 63, NEAR_DISTANCE = 2 };

/* Levenshtein's distance of a word of n bytes, at most NEAR_MAX, from a name. */
size_t near_distance(const char *word, size_t n, const char *name);

#endif
