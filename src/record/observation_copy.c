/* SPDX-License-Identifier: MIT
 *
 * Goes by the tables of members: the struct as it is, then a copy of all that its members own. */
#include "record/observation_copy.h"

#include <string.h>

#include "base/mem.h"
#include "record/observation_members.h"

static void copy_owned(void *object, const struct member *members);

static void copy_text(char **text)
{
	*text = mem_strdup(*text);
}

static void copy_texts(struct strlist *l)
{
	struct strlist copy = { 0 };

	strlist_copy(&copy, l);
	*l = copy;
}

static void copy_list(char *object, const struct member *m)
{
	char **array = (char **)(object + m->at), *copy = NULL;
	size_t count = *(size_t *)(object + m->count_at);

	for (size_t i = 0, n = 0; i < count; i++) {
		void *element = mem_append(&copy, &n, m->size);

		memcpy(element, *array + i * m->size, m->size);
		copy_owned(element, m->members);
	}
	*array = copy;
}

static void copy_capabilities(struct obs_ehlo *e)
{
	struct obs_capability *copy = NULL;
	size_t count = 0;

	for (size_t i = 0; i < e->cap_count; i++) {
		struct obs_capability *c = mem_append(&copy, &count, sizeof *c);

		c->keyword = mem_strdup(e->caps[i].keyword);
		strlist_copy(&c->params, &e->caps[i].params);
	}
	e->caps = copy;
}

static void copy_owned(void *object, const struct member *members)
{
	for (const struct member *m = members; m->name != NULL; m++) {
		char *field = (char *)object + m->at;

		if (m->type == MEMBER_TEXT)
			copy_text((char **)field);
		else if (m->type == MEMBER_TEXTS)
			copy_texts((struct strlist *)field);
		else if (m->type == MEMBER_OBJECT)
			copy_owned(field, m->members);
		else if (m->type == MEMBER_LIST)
			copy_list(object, m);
		else if (m->type == MEMBER_CAPABILITIES)
			copy_capabilities(object);
	}
}

void obs_query_copy(struct obs_query *to, const struct obs_query *from)
{
	*to = *from;
	copy_owned(to, query_members);
}

void obs_endpoint_copy(struct obs_endpoint *to, const struct obs_endpoint *from)
{
	*to = *from;
	copy_owned(to, endpoint_members);
}

void obs_certificate_copy(struct obs_certificate *to, const struct obs_certificate *from)
{
	*to = *from;
	copy_owned(to, certificate_members);
}

void obs_ocsp_copy(struct obs_ocsp *to, const struct obs_ocsp *from)
{
	*to = *from;
	copy_owned(to, ocsp_members);
}
