/* SPDX-License-Identifier: MIT */
#include "base/words.h"

#include <string.h>

const char *words_name(const struct words *w, unsigned value)
{
	return value < w->count && w->word[value] != NULL ? w->word[value] : "?";
}

int words_value(const struct words *w, const char *word)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->word[i] != NULL && strcmp(w->word[i], word) == 0)
			return (int)i;
	return -1;
}
