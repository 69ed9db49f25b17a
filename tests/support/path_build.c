/* SPDX-License-Identifier: MIT */
#include "path_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "path/path_judge.h"

enum { MS = 1000 };

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static void take_icmp(struct obs_hop *h, char *word)
{
	char *ttl = strchr(word, '@'), *type = strchr(word, '/');

	h->icmp.ttl = ttl != NULL ? number(ttl + 1) : 0;
	h->icmp.type = strchr(word, ':') != NULL ? 3 : 11;
	if (type != NULL) {
		h->icmp.type = number(type + 1);
		h->icmp.code = number(strchr(type + 1, '/') + 1);
		*type = '\0';
	}
	word[strcspn(word, "@")] = '\0';
	h->from = mem_strdup(word);
	h->icmp.from = mem_strdup(word);
}

static void take_word(struct obs_hop *h, char *word)
{
	if (strcmp(word, "*") == 0) {
		h->kind = HOP_SILENT;
		return;
	}
	h->us = (int64_t)h->ttl * 10 * MS;
	if (strcmp(word, "open") == 0) {
		h->kind = HOP_OPEN;
	} else if (strcmp(word, "reset") == 0) {
		h->kind = HOP_RESET;
	} else {
		h->kind = *word == '!' ? HOP_REJECTED : HOP_EXPIRED;
		take_icmp(h, word + (*word == '!'));
	}
}

void build_hops(struct obs_hop **hops, size_t *count, const char *words)
{
	char *text = mem_strdup(words), *rest = NULL;

	for (char *w = strtok_r(text, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
		struct obs_hop *h = mem_append(hops, count, sizeof *h);

		h->ttl = (unsigned)*count;
		take_word(h, w);
	}
	free(text);
}

struct obs_path *build_path(struct observation *o, const char *host, const char *address,
			    unsigned port, const char *hops, const char *control)
{
	struct obs_path *p = mem_append(&o->paths, &o->path_count, sizeof *p);

	p->host = mem_strdup(host);
	p->address = mem_strdup(address);
	p->port = port;
	p->control_port = *control != '\0' ? 587 : 0;
	build_hops(&p->hops, &p->hop_count, hops);
	build_hops(&p->control, &p->control_count, control);
	path_judge(p, NULL);
	return p;
}

void build_asked_again(struct obs_path *p, unsigned rounds, unsigned control)
{
	p->asked_again = rounds;
	p->control_again = control;
	path_judge(p, NULL);
}
