/* SPDX-License-Identifier: MIT
 *
 * Goes by the tables of members: the struct as it is, then a copy of all that its members own. Of an
 * endpoint that is some 200 pieces, and a list of targets copies one for each of them: they go into one
 * block, whose size is counted by the same walk that fills it. */
#include "record/observation_copy.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/observation_members.h"

/* Where copies go. */
struct store {
	enum {
		STORE_PIECES,
		STORE_COUNT,         /* nowhere yet */
		STORE_BLOCK,
		STORE_SHIFT          /* they are in the block already, which is a copy of the other whole */
	} how;
	char *block;
	size_t used;
	const char *other;
};

/* Here and below, `to` and what is returned are NULL where bytes are counted only. */
static void *put(struct store *s, const void *from, size_t n, size_t align)
{
	size_t at = (s->used + align - 1) & ~(align - 1);

	if (s->how == STORE_PIECES)
		return memcpy(mem_regrow(NULL, n, 1), from, n);
	if (s->how == STORE_SHIFT)
		return s->block + ((const char *)from - s->other);
	s->used = at + n;
	return s->how == STORE_BLOCK ? memcpy(s->block + at, from, n) : NULL;
}

static void *put_array(struct store *s, const void *from, size_t count, size_t size)
{
	void *copy = NULL;

	if (count == 0)
		return NULL;
	if (s->how != STORE_PIECES)
		return put(s, from, count * size, _Alignof(max_align_t));
	for (size_t n = 0; n < count;) /* to have the room that mem_append() counts on */
		mem_append(&copy, &n, size);
	return memcpy(copy, from, count * size);
}

static void put_text(struct store *s, char **to, const char *from)
{
	char *copy = from != NULL ? put(s, from, strlen(from) + 1, 1) : NULL;

	if (to != NULL)
		*to = copy;
}

static void put_texts(struct store *s, struct strlist *to, const struct strlist *from)
{
	char **copy = put_array(s, from->item, from->count, sizeof *copy);

	for (size_t i = 0; i < from->count; i++)
		put_text(s, copy != NULL ? &copy[i] : NULL, from->item[i]);
	if (to != NULL)
		to->item = copy;
}

static void put_capabilities(struct store *s, struct obs_ehlo *to, const struct obs_ehlo *from)
{
	struct obs_capability *copy = put_array(s, from->caps, from->cap_count, sizeof *copy);

	for (size_t i = 0; i < from->cap_count; i++) {
		put_text(s, copy != NULL ? &copy[i].keyword : NULL, from->caps[i].keyword);
		put_texts(s, copy != NULL ? &copy[i].params : NULL, &from->caps[i].params);
	}
	if (to != NULL)
		to->caps = copy;
}

static void put_owned(struct store *s, void *to, const void *from, const struct member *members);

static void put_list(struct store *s, char **to, const char *from, size_t count, const struct member *m)
{
	char *copy = put_array(s, from, count, m->size);

	for (size_t i = 0; i < count; i++)
		put_owned(s, copy != NULL ? copy + i * m->size : NULL, from + i * m->size, m->members);
	if (to != NULL)
		*to = copy;
}

/* What the members of *from own; *to is a copy of the struct itself. */
static void put_owned(struct store *s, void *to, const void *from, const struct member *members)
{
	for (const struct member *m = members; m->name != NULL; m++) {
		const void *field = (const char *)from + m->at;
		void *copy = to != NULL ? (char *)to + m->at : NULL;

		if (m->type == MEMBER_TEXT)
			put_text(s, copy, *(char *const *)field);
		else if (m->type == MEMBER_TEXTS)
			put_texts(s, copy, field);
		else if (m->type == MEMBER_OBJECT)
			put_owned(s, copy, field, m->members);
		else if (m->type == MEMBER_LIST)
			put_list(s, copy, *(char *const *)field,
				 *(const size_t *)(const void *)((const char *)from + m->count_at), m);
		else if (m->type == MEMBER_CAPABILITIES)
			put_capabilities(s, to, from);
	}
}

static void pack(struct obs_endpoint *to, const struct obs_endpoint *from)
{
	struct store s = { .how = STORE_COUNT };

	put_owned(&s, NULL, from, endpoint_members);
	to->block_size = s.used;
	to->block = mem_regrow(NULL, s.used, 1);
	s = (struct store){ .how = STORE_BLOCK, .block = to->block };
	put_owned(&s, to, from, endpoint_members);
}

static void copy_packed(struct obs_endpoint *to, const struct obs_endpoint *from)
{
	struct store s = { .how = STORE_SHIFT, .other = from->block };

	to->block = s.block = mem_regrow(NULL, from->block_size, 1);
	memcpy(to->block, from->block, from->block_size);
	put_owned(&s, to, from, endpoint_members);
}

void obs_endpoint_copy(struct obs_endpoint *to, const struct obs_endpoint *from)
{
	*to = *from;
	if (from->block != NULL)
		copy_packed(to, from);
	else
		pack(to, from);
}

void obs_endpoint_unpack(struct obs_endpoint *e)
{
	struct store s = { .how = STORE_PIECES };
	struct obs_endpoint packed = *e;

	if (packed.block == NULL)
		return;
	e->block = NULL;
	e->block_size = 0;
	put_owned(&s, e, &packed, endpoint_members);
	free(packed.block);
}

void obs_query_copy(struct obs_query *to, const struct obs_query *from)
{
	struct store s = { .how = STORE_PIECES };

	*to = *from;
	put_owned(&s, to, from, query_members);
}

void obs_certificate_copy(struct obs_certificate *to, const struct obs_certificate *from)
{
	struct store s = { .how = STORE_PIECES };

	*to = *from;
	put_owned(&s, to, from, certificate_members);
}

void obs_ocsp_copy(struct obs_ocsp *to, const struct obs_ocsp *from)
{
	struct store s = { .how = STORE_PIECES };

	*to = *from;
	put_owned(&s, to, from, ocsp_members);
}
