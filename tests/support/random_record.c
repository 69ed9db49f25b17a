/* SPDX-License-Identifier: MIT
 *
 * Walks the tables of the JSON form (record/observation_members.h), so that a field that is new
 * there is filled here without a line of code. */
#include "random_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/observation_members.h"

enum { LIST_MOST = 5, TEXTS_MOST = 4, TEXT_MOST = 24, CAPS_MOST = 6 };

struct source {
	const uint8_t *data;
	size_t left;
};

static const char *const likely[] = {
	"mx1.example.com", "mail.example.com", "smtp.gmail.com", "example.com", "192.0.2.1",
	"127.0.0.1", "2001:db8::1", "10.1.2.3", "MX", "A", "AAAA", "10 mx1.example.com", "0 .",
	"220 mail.example.com ESMTP", "220 ****************", "220 mx.provider.example ready",
	"250-mail.example.com", "250 STARTTLS", "250 XXXXXXXA", "250 AUTH PLAIN LOGIN",
	"421 4.7.0 too many connections", "450 4.3.2 Service currently unavailable",
	"454 4.7.0 TLS not available due to local problem", "502 5.5.1 not implemented",
	"504 5.5.2 Helo command rejected: need fully-qualified hostname",
	"530 5.7.0 Must issue a STARTTLS command first", "530 5.7.0 Authentication required",
	"550 5.7.1 blocked using zen.spamhaus.org", "552 5.3.4 size", "MAIL FROM:<>", "RSET",
	"SSH-2.0-OpenSSH", "HTTP/1.1 400 Bad Request", "STARTTLS", "AUTH", "SIZE", "PLAIN",
	"XOAUTH2", "10485760", "99999999999999999999", "TLS1.3", "TLS1.0", "X25519", "RSA 1024",
	"handshake_failure", "protocol_version", "unrecognized_name", "ECONNREFUSED", "EPERM",
	"CN=example.com", "CN=avast! Web/Mail Shield Root,O=avast! Web/Mail Shield", "revoked",
};

static unsigned take(struct source *s)
{
	if (s->left == 0)
		return 0;
	s->left--;
	return *s->data++;
}

static uint64_t take_wide(struct source *s)
{
	uint64_t n = 0;
	unsigned bytes = take(s) % 9;

	while (bytes-- > 0)
		n = n << 8 | take(s);
	return n;
}

static char *take_text(struct source *s, bool needed)
{
	unsigned kind = take(s);
	char text[TEXT_MOST + 1];
	size_t n;

	if (kind == 0)
		return needed ? mem_strdup("") : NULL;
	if (kind < 224)
		return mem_strdup(likely[take(s) % COUNT(likely)]);
	n = take(s) % (TEXT_MOST + 1);
	for (size_t i = 0; i < n; i++)
		text[i] = (char)(' ' + take(s) % 95);
	text[n] = '\0';
	return mem_strdup(text);
}

static void take_texts(struct source *s, struct strlist *list)
{
	for (unsigned n = take(s) % (TEXTS_MOST + 1); n > 0; n--) {
		char *text = take_text(s, true);

		strlist_add(list, text);
		free(text);
	}
}

static void take_capabilities(struct source *s, struct obs_ehlo *e)
{
	for (unsigned n = take(s) % (CAPS_MOST + 1); n > 0; n--) {
		char *keyword = take_text(s, true);
		struct obs_capability *c;

		if (*keyword == '\0' || obs_ehlo_find(e, keyword) != NULL) {
			free(keyword);
			continue;
		}
		c = mem_append(&e->caps, &e->cap_count, sizeof(*c));
		c->keyword = keyword;
		take_texts(s, &c->params);
	}
}

static unsigned word_of(struct source *s, const struct words *w)
{
	return take(s) % (unsigned)w->count;
}

static unsigned bits_of(struct source *s, const struct words *w)
{
	return (unsigned)take_wide(s) & ((1u << w->count) - 1);
}

static void fill(struct source *s, const struct member *m, void *object);

static void fill_list(struct source *s, const struct member *m, char *at, size_t *count)
{
	size_t n = take(s) % (LIST_MOST + 1);
	char *items = n > 0 ? mem_zalloc(n, m->size) : NULL;

	memcpy(at, &items, sizeof(items));
	*count = n;
	for (size_t i = 0; i < n; i++)
		fill(s, m->members, items + i * m->size);
}

static void fill_member(struct source *s, const struct member *m, char *object)
{
	void *at = object + m->at;

	switch (m->type) {
	case MEMBER_TEXT:
		*(char **)at = take_text(s, m->needed);
		break;
	case MEMBER_TEXTS:
		take_texts(s, at);
		break;
	case MEMBER_WORD:
		*(unsigned *)at = word_of(s, m->words);
		break;
	case MEMBER_WORDS:
		*(unsigned *)at = bits_of(s, m->words);
		break;
	case MEMBER_CHOICE:
	case MEMBER_BOOL:
		*(bool *)at = take(s) % 2 != 0;
		break;
	case MEMBER_KNOWN:
		*(unsigned *)at = take(s) % KNOWN_COUNT;
		break;
	case MEMBER_NUMBER:
		*(int *)at = (int)(take_wide(s) % ((uint64_t)m->most + 2)) - 1;
		break;
	case MEMBER_COUNT_OR_NULL:
	case MEMBER_COUNT:
		*(unsigned *)at = (unsigned)(take_wide(s) % ((uint64_t)m->most + 1));
		break;
	case MEMBER_CODE:
		*(int *)at = (int)(take(s) % 6 * 100 + take(s) % 60);
		break;
	case MEMBER_OBJECT:
		fill(s, m->members, at);
		break;
	case MEMBER_LIST:
		fill_list(s, m, at, (size_t *)(void *)(object + m->count_at));
		break;
	case MEMBER_CAPABILITIES:
		take_capabilities(s, (struct obs_ehlo *)(void *)object);
		break;
	default: /* the four kinds of time */
		*(int64_t *)at = (int64_t)(take_wide(s) % RECORD_US_MAX);
	}
}

static void fill(struct source *s, const struct member *m, void *object)
{
	for (; m->name != NULL; m++)
		fill_member(s, m, object);
}

/* Real ports and roles meet the rules more often than any of 65,536. */
static void make_ports_likely(struct source *s, struct observation *o)
{
	static const unsigned ports[] = { 25, 465, 587, 2465, 2525 };

	for (size_t i = 0; i < o->endpoint_count; i++)
		if (take(s) % 8 != 0)
			o->endpoints[i].port = ports[take(s) % COUNT(ports)];
}

void random_record(struct observation *o, const uint8_t *data, size_t size)
{
	struct source s = { data, size };

	fill(&s, observation_head_members, o);
	fill(&s, observation_body_members, o);
	make_ports_likely(&s, o);
}
