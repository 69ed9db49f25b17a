/* SPDX-License-Identifier: MIT
 *
 * A set of keys of 64 bits with a limit from birth: a few bytes a key, whatever it is the hash of
 * (base/hash.h). That two of a million things have one hash happens once in 30 million runs. */
#ifndef BASE_KEY_SET_H
#define BASE_KEY_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct key_set {
	uint64_t *slot;      /* 0: empty */
	size_t slots;        /* a power of two */
	size_t count, most;
};

enum key_seen { KEY_NEW, KEY_KNOWN, KEY_FULL };

void key_set_init(struct key_set *s, size_t most);
void key_set_clear(struct key_set *s);

/* NEW: it is in the set now. FULL: it is not, as the limit is reached. */
enum key_seen key_set_add(struct key_set *s, uint64_t key);

bool key_set_has(const struct key_set *s, uint64_t key);

#endif
