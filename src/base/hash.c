/* SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <unistd.h>

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t turn(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void mix(struct state *s, unsigned rounds)
{
	for (; rounds > 0; rounds--) {
		s->v0 += s->v1;
		s->v2 += s->v3;
		s->v1 = turn(s->v1, 13) ^ s->v0;
		s->v3 = turn(s->v3, 16) ^ s->v2;
		s->v0 = turn(s->v0, 32);
		s->v2 += s->v1;
		s->v0 += s->v3;
		s->v1 = turn(s->v1, 17) ^ s->v2;
		s->v3 = turn(s->v3, 21) ^ s->v0;
		s->v2 = turn(s->v2, 32);
	}
}

static void take(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	mix(s, 2);
	s->v0 ^= word;
}

static uint64_t little_endian(const unsigned char *b, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint64_t)b[i] << 8 * i;
	return word;
}

uint64_t hash_bytes(const struct hash_key *k, const void *bytes, size_t n)
{
	const unsigned char *b = bytes;
	struct state s = {
		.v0 = k->low ^ UINT64_C(0x736f6d6570736575), .v1 = k->high ^ UINT64_C(0x646f72616e646f6d),
		.v2 = k->low ^ UINT64_C(0x6c7967656e657261), .v3 = k->high ^ UINT64_C(0x7465646279746573),
	};
	size_t left = n;

	for (; left >= 8; left -= 8, b += 8)
		take(&s, little_endian(b, 8));
	take(&s, little_endian(b, left) | (uint64_t)n << 56);
	s.v2 ^= 0xFF;
	mix(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* A kernel without the system call leaves a key that can be told: tables are slow then for who wants
 * them so, and never wrong. */
void hash_key_make(struct hash_key *k)
{
	if (getentropy(k, sizeof *k) != 0)
		*k = (struct hash_key){ 0, 0 };
}
