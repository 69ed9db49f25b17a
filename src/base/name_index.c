/* SPDX-License-Identifier: MIT
 *
 * Open addressing, at most half full, over names that lie one behind the other. */
#include "base/name_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 64 };

void name_index_init(struct name_index *x, size_t most, const struct hash_key *key)
{
	*x = (struct name_index){ .key = *key, .most = most < UINT32_MAX ? most : UINT32_MAX - 1 };
	buf_init(&x->names, BUF_NO_LIMIT);
}

void name_index_clear(struct name_index *x)
{
	buf_clear(&x->names);
	free(x->at);
	free(x->slot);
	*x = (struct name_index){ .key = x->key, .names = x->names, .most = x->most };
}

const char *name_index_name(const struct name_index *x, size_t number)
{
	return buf_str(&x->names) + x->at[number];
}

static uint32_t *find(const struct name_index *x, const char *name, size_t n)
{
	size_t i = (size_t)hash_bytes(&x->key, name, n) & (x->slots - 1);

	for (; x->slot[i] != 0; i = (i + 1) & (x->slots - 1)) {
		const char *there = name_index_name(x, x->slot[i] - 1);

		if (strncmp(there, name, n) == 0 && there[n] == '\0')
			break;
	}
	return &x->slot[i];
}

static void grow(struct name_index *x)
{
	free(x->slot);
	x->slots = x->slots > 0 ? 2 * x->slots : SLOTS_FIRST;
	x->slot = mem_zalloc(x->slots, sizeof *x->slot);
	for (size_t i = 0; i < x->count; i++) {
		const char *name = name_index_name(x, i);

		*find(x, name, strlen(name)) = (uint32_t)i + 1;
	}
}

size_t name_index_put(struct name_index *x, const char *name, size_t n)
{
	uint32_t *at;

	if (n > NAME_INDEX_BYTES)
		return NAME_INDEX_NONE;
	if (x->slots == 0)
		grow(x);
	at = find(x, name, n);
	if (*at != 0)
		return *at - 1;
	if (x->count >= x->most)
		return NAME_INDEX_NONE;
	*(size_t *)mem_append(&x->at, &x->count, sizeof *x->at) = x->names.len;
	buf_add(&x->names, name, n);
	buf_add(&x->names, "", 1);
	*at = (uint32_t)x->count;
	if (x->count > x->slots / 2)
		grow(x);
	return x->count - 1;
}
