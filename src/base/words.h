/* SPDX-License-Identifier: MIT
 *
 * Vocabularies: an enum that is printed has one array of words, used in both directions. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	const char *const *word;   /* indexed by the enum; NULL where a value has no word */
	size_t count;
};

/* The word of a value; "?" for a value outside of the table (a programmer's mistake). */
const char *words_name(const struct words *w, unsigned value);

/* The value of a word, or -1. */
int words_value(const struct words *w, const char *word);

#endif
