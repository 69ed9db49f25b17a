/* SPDX-License-Identifier: MIT
 *
 * Finds many words in a text in one pass (Aho and Corasick, CACM 18(6), 1975). Debian's packages
 * that do it are either of one machine type only (libhyperscan) or of another language. */
#ifndef BASE_WORD_INDEX_H
#define BASE_WORD_INDEX_H

#include <stdbool.h>
#include <stddef.h>

struct word_index;

/* The words are borrowed for the time of the call only; each stands for its position in the
 * list. A byte that is in no word ends all of them. */
struct word_index *word_index_new(const char *const *words, size_t count);
void word_index_free(struct word_index *x);

/* Calls `hit` for every word wherever it is in the text of n bytes; `end` is the position behind
 * it. A word that ends within another is told as well. */
void word_index_scan(const struct word_index *x, const char *text, size_t n,
		     void (*hit)(void *arg, size_t word, size_t end), void *arg);

#endif
