/* SPDX-License-Identifier: MIT */
#include "base/near.h"

size_t near_distance(const char *word, size_t n, const char *name)
{
	size_t row[NEAR_MAX + 1];

	for (size_t i = 0; i <= n; i++)
		row[i] = i;
	for (size_t k = 0; name[k] != '\0'; k++) {
		size_t diagonal = row[0];

		row[0] = k + 1;
		for (size_t i = 1; i <= n; i++) {
			size_t best = diagonal + (word[i - 1] != name[k]);

			diagonal = row[i];
			if (row[i] + 1 < best)
				best = row[i] + 1;
			if (row[i - 1] + 1 < best)
				best = row[i - 1] + 1;
			row[i] = best;
		}
	}
	return row[n];
}
