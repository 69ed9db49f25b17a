/* SPDX-License-Identifier: MIT */
#include "base/shuffle.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

struct shuffle {
	size_t window, count;
	char **texts;
	uint64_t state;
};

struct shuffle *shuffle_new(size_t window)
{
	struct shuffle *s = mem_zalloc(1, sizeof *s);
	struct hash_key seed;

	assert(window > 0);
	hash_key_make(&seed);
	s->state = seed.low;
	s->window = window;
	return s;
}

void shuffle_free(struct shuffle *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++)
		free(s->texts[i]);
	free(s->texts);
	free(s);
}

bool shuffle_full(const struct shuffle *s)
{
	return s->count == s->window;
}

size_t shuffle_held(const struct shuffle *s)
{
	return s->count;
}

void shuffle_put(struct shuffle *s, const char *text)
{
	assert(!shuffle_full(s));
	*(char **)mem_append(&s->texts, &s->count, sizeof *s->texts) = mem_strdup(text);
}

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): nobody gains by guessing who is next. */
static uint64_t random_bits(struct shuffle *s)
{
	uint64_t z = s->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

char *shuffle_draw(struct shuffle *s)
{
	size_t at;
	char *text;

	if (s->count == 0)
		return NULL;
	at = (size_t)(random_bits(s) % s->count); /* of 2^64 values; what it favours cannot be seen */
	text = s->texts[at];
	s->texts[at] = s->texts[--s->count];
	return text;
}
