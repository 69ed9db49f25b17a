/* SPDX-License-Identifier: MIT
 *
 * SipHash-2-4 (Aumasson and Bernstein, INDOCRYPT 2012): with a key that they do not know, those who
 * choose the names cannot choose which of them meet in a table. With a
 * key of zeros it is what plan/shard.h promises, the same on every machine. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t low, high;
};

/* A key that nobody can tell beforehand. */
void hash_key_make(struct hash_key *k);

uint64_t hash_bytes(const struct hash_key *k, const void *bytes, size_t n);

#endif
