/* SPDX-License-Identifier: MIT
 *
 * Advice: one row for each host, port and mode that was seen to work to the end, that is to a
 * good EHLO reply in that mode. Order:
 *
 *   1. submission before other ports before relay: who asks how to send can use only the first;
 *   2. a certificate that was verified before one that was not;
 *   3. the mode that is usual for the port before another; implicit TLS before STARTTLS (RFC 8314 3.3) before plain text;
 *   4. the order of the hosts (by preference), then the standard ports, then by number.
 *
 * Plain text is advice only where the port offered no TLS that works and demands none. A port
 * with bytes injected behind its STARTTLS reply is never advised in any mode. */
#include "diagnose/advice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"

static const char *const mode_word[ADVICE_MODE_COUNT] = {
	[ADVICE_STARTTLS] = "starttls",
	[ADVICE_IMPLICIT_TLS] = "implicit-tls",
	[ADVICE_PLAINTEXT] = "plaintext",
};
const struct words advice_mode_words = { mode_word, COUNT(mode_word) };
_Static_assert(COUNT(mode_word) == ADVICE_MODE_COUNT, "a word for each mode");

/* A row with what it is ordered by. */
struct candidate {
	struct advice advice;
	bool good;
	size_t host_at;
};

static const unsigned char role_rank[ROLE_COUNT] = {
	[ROLE_SUBMISSION] = 0, [ROLE_OTHER] = 1, [ROLE_RELAY] = 2,
};
static const unsigned char mode_rank[ADVICE_MODE_COUNT] = {
	[ADVICE_IMPLICIT_TLS] = 0, [ADVICE_STARTTLS] = 1, [ADVICE_PLAINTEXT] = 2,
};

bool advice_usable(const struct obs_endpoint *e, enum advice_mode *mode)
{
	if (e->starttls.early_bytes > 0)
		return false;
	if (facts_works_with_tls(e)) {
		*mode = e->mode == MODE_IMPLICIT_TLS ? ADVICE_IMPLICIT_TLS : ADVICE_STARTTLS;
		return true;
	}
	*mode = ADVICE_PLAINTEXT;
	/* A handshake that was cut short, or not tried at all, says nothing against TLS. */
	return e->mode == MODE_PLAINTEXT && e->ehlo.reply.outcome == OUT_OK &&
	       facts_demand(e) != DEMAND_TLS &&
	       (e->starttls.outcome == OUT_NOT_OFFERED || e->starttls.outcome == OUT_REFUSED);
}

static size_t host_position(const struct observation *o, const struct obs_endpoint *e)
{
	size_t i;

	for (i = 0; i < o->dns.host_count; i++)
		if (o->dns.hosts[i].name != NULL && e->host != NULL &&
		    strcmp(o->dns.hosts[i].name, e->host) == 0)
			break;
	return i;
}

static void add_auth(struct strlist *auth, const struct obs_ehlo *ehlo)
{
	const struct obs_capability *c = obs_ehlo_find(ehlo, "AUTH");

	for (size_t i = 0; c != NULL && i < c->params.count; i++)
		if (!strlist_has(auth, c->params.item[i]))
			strlist_add(auth, c->params.item[i]);
}

static struct candidate *candidate_for(struct candidate **list, size_t *count,
				       const struct obs_endpoint *e, enum advice_mode mode)
{
	struct candidate *c;

	for (size_t i = 0; i < *count; i++) {
		c = &(*list)[i];
		if (c->advice.port == e->port && c->advice.mode == mode &&
		    strcmp(c->advice.host, e->host != NULL ? e->host : "") == 0)
			return c;
	}
	c = mem_append(list, count, sizeof(**list));
	c->advice.host = mem_strdup(e->host != NULL ? e->host : "");
	c->advice.port = e->port;
	c->advice.mode = mode;
	c->advice.role = facts_relay_wants_log_in(e) ? ROLE_SUBMISSION : e->role;
	c->advice.verified = mode != ADVICE_PLAINTEXT;
	c->good = true;
	return c;
}

/* A name that the certificate is for, and that can be put in place of an address. */
static const char *certificate_name(const struct obs_endpoint *e)
{
	const struct strlist *sans = e->tls.chain_count > 0 ? &e->tls.chain[0].sans : NULL;

	for (size_t i = 0; sans != NULL && i < sans->count; i++)
		if (strpbrk(sans->item[i], "*:") == NULL && strchr(sans->item[i], '.') != NULL)
			return sans->item[i];
	return NULL;
}

/* Why a client may turn back, or had better. Mail servers look at no certificate of port 25. */
static char *caution_of(const struct advice *a, const struct obs_endpoint *e)
{
	const char *certificate = a->mode != ADVICE_PLAINTEXT ? seen_against_certificate(e) : NULL;
	const char *name;

	if (a->mode == ADVICE_PLAINTEXT)
		return mem_strdup(a->role == ROLE_RELAY ? "nothing is encrypted there" :
				  "nothing is encrypted there, so send no password");
	if (certificate != NULL)
		return mem_printf("%s%s", certificate, a->role == ROLE_RELAY ? "" :
				  ", so clients that check it refuse");
	name = certificate_name(e);
	if (a->role == ROLE_RELAY || !facts_address_only(e) || e->tls.verified || name == NULL)
		return NULL;
	return mem_printf("the certificate is for a name (%s), so clients need that, not the address",
			  name);
}

static void take_caution(struct advice *a, const struct obs_endpoint *e)
{
	a->refused = a->refused || (a->mode != ADVICE_PLAINTEXT && a->role != ROLE_RELAY &&
				    seen_against_certificate(e) != NULL);
	if (a->caution == NULL)
		a->caution = caution_of(a, e);
}

static unsigned port_rank(unsigned port)
{
	return port == 465 || port == 587 ? 0 : port == 25 ? 1 : 2;
}

/* 465 begins with TLS and the others in the clear (RFC 8314 7.3): what does otherwise surprises
 * programs that go by the number. */
static bool unusual(const struct advice *a)
{
	return (a->port == 465) != (a->mode == ADVICE_IMPLICIT_TLS) && port_rank(a->port) < 2;
}

static int by_value(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (role_rank[a->advice.role] != role_rank[b->advice.role])
		return role_rank[a->advice.role] < role_rank[b->advice.role] ? -1 : 1;
	if (a->good != b->good)
		return a->good ? -1 : 1;
	if (unusual(&a->advice) != unusual(&b->advice))
		return unusual(&b->advice) ? -1 : 1;
	if (a->advice.mode != b->advice.mode)
		return mode_rank[a->advice.mode] < mode_rank[b->advice.mode] ? -1 : 1;
	if (a->host_at != b->host_at)
		return a->host_at < b->host_at ? -1 : 1;
	if (port_rank(a->advice.port) != port_rank(b->advice.port))
		return port_rank(a->advice.port) < port_rank(b->advice.port) ? -1 : 1;
	return (a->advice.port > b->advice.port) - (a->advice.port < b->advice.port);
}

void advice_make(struct advice **list, size_t *count, const struct observation *o)
{
	struct candidate *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		enum advice_mode mode;
		struct candidate *c;

		if (!advice_usable(e, &mode))
			continue;
		c = candidate_for(&found, &n, e, mode);
		c->host_at = host_position(o, e);
		c->advice.verified = c->advice.verified && e->tls.verified && facts_certificate_good(e);
		c->good = c->good && facts_certificate_good(e);
		take_caution(&c->advice, e);
		add_auth(&c->advice.auth, mode == ADVICE_PLAINTEXT ? &e->ehlo : &e->ehlo_tls);
	}
	if (n > 0)
		qsort(found, n, sizeof(*found), by_value);
	*list = n > 0 ? mem_zalloc(n, sizeof(**list)) : NULL;
	*count = n;
	for (size_t i = 0; i < n; i++)
		(*list)[i] = found[i].advice;
	free(found);
}

void advice_free(struct advice *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].host);
		strlist_clear(&list[i].auth);
		free(list[i].caution);
	}
	free(list);
}
