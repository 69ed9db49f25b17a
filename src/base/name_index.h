/* SPDX-License-Identifier: MIT
 *
 * Names with a number each, from 0 in the order in which they came: what is known of them stands in
 * arrays of the caller. It has a limit from birth, in names and in the length of one. */
#ifndef BASE_NAME_INDEX_H
#define BASE_NAME_INDEX_H

#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"

enum { NAME_INDEX_BYTES = 255 };        /* of one name: as long as DNS has them */
#define NAME_INDEX_NONE ((size_t)-1)

struct name_index {
	struct hash_key key;
	struct buf names;      /* each ends in a NUL */
	size_t *at;            /* where the name of a number begins */
	uint32_t *slot;        /* a number and one, 0: empty */
	size_t slots;          /* a power of two */
	size_t count, most;
};

void name_index_init(struct name_index *x, size_t most, const struct hash_key *key);
void name_index_clear(struct name_index *x);

/* The number of the name of n bytes, none of them NUL, which is added where it is new. NONE: it is
 * new and the limit is reached, or it is longer than a name can be. */
size_t name_index_put(struct name_index *x, const char *name, size_t n);

/* Good until the next name is added. */
const char *name_index_name(const struct name_index *x, size_t number);

#endif
