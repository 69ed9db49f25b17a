/* SPDX-License-Identifier: MIT */
#include "plan/shard.h"

#include <string.h>

#include "base/hash.h"
#include "plan/target.h"

enum { SHARDS_MAX = 1000000, DIGITS_MAX = 7 };

/* A number of n decimal digits from 1 to SHARDS_MAX; 0: none. */
static unsigned parse_number(const char *text, size_t n)
{
	unsigned number = 0;

	if (n < 1 || n > DIGITS_MAX)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		number = number * 10 + (unsigned)(text[i] - '0');
	}
	return number <= SHARDS_MAX ? number : 0;
}

bool shard_parse(struct shard *s, const char *text, struct err *e)
{
	size_t n = strcspn(text, "/");
	struct target_quote q;

	s->k = parse_number(text, n);
	s->n = text[n] == '/' ? parse_number(text + n + 1, strlen(text + n + 1)) : 0;
	if (s->k != 0 && s->n != 0 && s->k <= s->n)
		return true;
	if (s->k != 0 && s->n != 0)
		err_set(e,
			"shard \"%s\": there are %u parts, so there is no part %u; write 1/%u to "
			"%u/%u",
			target_quote(&q, text), s->n, s->k, s->n, s->n, s->n);
	else if (n > 0 && strspn(text, "0") == n && s->n != 0) /* what counts from 0 */
		err_set(e, "shard \"%s\": parts are counted from 1; write 1/%u to %u/%u",
			target_quote(&q, text), s->n, s->n, s->n);
	else
		err_set(e,
			"shard \"%s\": write which part of how many, such as 3/7 for the third of "
			"seven; at most %d are possible",
			target_quote(&q, text), SHARDS_MAX);
	*s = (struct shard){0, 0};
	return false;
}

bool shard_has(const struct shard *s, const char *name)
{
	static const struct hash_key zeros = {0, 0}; /* no secret: it must be the same everywhere */

	return s->n == 0 || hash_bytes(&zeros, name, strlen(name)) % s->n == s->k - 1;
}
