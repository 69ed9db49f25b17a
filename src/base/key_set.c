/* SPDX-License-Identifier: MIT
 *
 * Open addressing, at most half full; a key is spread already, being a hash. */
#include "base/key_set.h"

#include <stdlib.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 64 };

void key_set_init(struct key_set *s, size_t most)
{
	*s = (struct key_set){ .most = most };
}

void key_set_clear(struct key_set *s)
{
	free(s->slot);
	key_set_init(s, s->most);
}

static uint64_t *find(const struct key_set *s, uint64_t key)
{
	size_t i = (size_t)key & (s->slots - 1);

	while (s->slot[i] != 0 && s->slot[i] != key)
		i = (i + 1) & (s->slots - 1);
	return &s->slot[i];
}

static void grow(struct key_set *s)
{
	struct key_set larger = *s;

	larger.slots = s->slots > 0 ? 2 * s->slots : SLOTS_FIRST;
	larger.slot = mem_zalloc(larger.slots, sizeof *larger.slot);
	for (size_t i = 0; i < s->slots; i++)
		if (s->slot[i] != 0)
			*find(&larger, s->slot[i]) = s->slot[i];
	free(s->slot);
	*s = larger;
}

enum key_seen key_set_add(struct key_set *s, uint64_t key)
{
	uint64_t *at;

	if (key == 0)
		key = 1;
	if (s->slots == 0)
		grow(s);
	at = find(s, key);
	if (*at == key)
		return KEY_KNOWN;
	if (s->count >= s->most)
		return KEY_FULL;
	*at = key;
	if (++s->count > s->slots / 2)
		grow(s);
	return KEY_NEW;
}

bool key_set_has(const struct key_set *s, uint64_t key)
{
	return s->slots > 0 && *find(s, key != 0 ? key : 1) != 0;
}
