/* SPDX-License-Identifier: MIT
 *
 * Observations built by hand: see obs_build.h. Names and addresses are those reserved for
 * documentation (RFC 2606, RFC 5737, RFC 3849). */
#include "obs_build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MS = 1000, DAYS = 24 * 3600 };

void build_set(char **field, const char *text)
{
	free(*field);
	*field = mem_strdup(text);
}

void build_target(struct observation *o, enum target_kind kind, const char *name)
{
	o->target.kind = kind;
	build_set(&o->target.input, name);
	build_set(&o->target.name, name);
	o->started_at_us = BUILD_NOW * 1000000;
	o->duration_us = 1900 * MS;
	o->vantage.ipv4.route = true;
	o->vantage.ipv6.route = true;
}

struct obs_query *build_query(struct observation *o, const char *name, const char *type,
			      enum dns_rcode rcode, const char *answer)
{
	struct obs_query *q = mem_append(&o->dns.queries, &o->dns.query_count, sizeof(*q));

	q->name = mem_strdup(name);
	q->type = mem_strdup(type);
	q->rcode = rcode;
	q->us = 8 * MS;
	if (answer != NULL)
		strlist_add(&q->answers, answer);
	return q;
}

struct obs_mail_host *build_host(struct observation *o, const char *name, const char *address,
				 enum mail_host_source source)
{
	struct obs_mail_host *h = mem_append(&o->dns.hosts, &o->dns.host_count, sizeof(*h));

	h->name = mem_strdup(name);
	h->source = source;
	h->preference = (unsigned)(10 * o->dns.host_count);
	if (address != NULL)
		strlist_add(&h->addresses, address);
	return h;
}

static enum role role_of(unsigned port)
{
	if (port == 25)
		return ROLE_RELAY;
	return port == 465 || port == 587 || port == 2525 ? ROLE_SUBMISSION : ROLE_OTHER;
}

struct obs_endpoint *build_endpoint(struct observation *o, const char *host, const char *address,
				    unsigned port)
{
	struct obs_endpoint *e = mem_append(&o->endpoints, &o->endpoint_count, sizeof(*e));

	e->host = mem_strdup(host);
	e->address = mem_strdup(address);
	e->family = strchr(address, ':') != NULL ? FAMILY_IPV6 : FAMILY_IPV4;
	e->port = port;
	e->role = role_of(port);
	build_connect(e, OUT_OK, NULL, 12 * MS);
	return e;
}

void build_connect(struct obs_endpoint *e, enum outcome outcome, const char *error, int64_t us)
{
	e->connect.outcome = outcome;
	build_set(&e->connect.error, error);
	e->connect.us = us;
	build_set(&e->connect.source, e->family == FAMILY_IPV6 ? "2001:db8::200" : "192.0.2.200");
	if (outcome != OUT_OK)
		build_forget(e);
}

static void add_lines(struct strlist *to, const char *lines)
{
	while (lines != NULL && *lines != '\0') {
		size_t n = strcspn(lines, "\n");

		strlist_take(to, mem_strndup(lines, n));
		lines += n + (lines[n] == '\n');
	}
}

void build_reply(struct obs_reply *r, enum outcome outcome, const char *lines, int64_t us)
{
	obs_reply_clear(r);
	r->outcome = outcome;
	r->us = us;
	add_lines(&r->lines, lines);
	if (outcome == OUT_OK || outcome == OUT_REJECTED)
		r->code = (int)strtol(r->lines.item[0], NULL, 10);
}

void build_capabilities(struct obs_ehlo *e, const char *capabilities)
{
	struct strlist lines = { 0 };

	obs_ehlo_clear(e);
	build_reply(&e->reply, OUT_OK, "250-mail.example", 3 * MS);
	add_lines(&lines, capabilities);
	for (size_t i = 0; i < lines.count; i++) {
		struct obs_capability *c = mem_append(&e->caps, &e->cap_count, sizeof(*c));
		char *params = strchr(lines.item[i], ' ');

		strlist_take(&e->reply.lines, mem_printf("250%c%s", i + 1 < lines.count ? '-' : ' ',
							 lines.item[i]));
		c->keyword = mem_strndup(lines.item[i], strcspn(lines.item[i], " "));
		while (params != NULL) {
			size_t n = strcspn(++params, " ");

			strlist_take(&c->params, mem_strndup(params, n));
			params = params[n] == ' ' ? params + n : NULL;
		}
	}
	strlist_clear(&lines);
}

void build_plaintext(struct obs_endpoint *e, const char *capabilities)
{
	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, OUT_OK, "220 mail.example ESMTP", 5 * MS);
	build_capabilities(&e->ehlo, capabilities);
	if (obs_ehlo_find(&e->ehlo, "STARTTLS") == NULL)
		e->starttls.outcome = OUT_NOT_OFFERED;
}

static void add_certificate(struct obs_tls *t, const char *subject, const char *issuer)
{
	struct obs_certificate *c = mem_append(&t->chain, &t->chain_count, sizeof(*c));

	c->subject = mem_printf("CN=%s", subject);
	c->issuer = mem_printf("CN=%s", issuer);
	c->not_before = BUILD_NOW - 30 * DAYS;
	c->not_after = BUILD_NOW + 60 * DAYS;
	c->key = mem_strdup("ECDSA P-256");
	c->signature = mem_strdup("ECDSA-SHA256");
}

void build_tls(struct obs_endpoint *e, const char *name)
{
	struct obs_tls *t = &e->tls;

	obs_tls_clear(t);
	t->outcome = OUT_OK;
	t->version = mem_strdup("TLS1.3");
	t->cipher = mem_strdup("TLS_AES_256_GCM_SHA384");
	t->group = mem_strdup("X25519");
	t->sni = mem_strdup(name);
	t->verified_name = mem_strdup(name);
	t->verified = name != NULL;
	t->us = 20 * MS;
	add_certificate(t, name != NULL ? name : "mail.example", "Example CA R3");
	add_certificate(t, "Example CA R3", "Example Root");
	strlist_add(&t->chain[0].sans, name != NULL ? name : "mail.example");
}

void build_starttls(struct obs_endpoint *e)
{
	build_plaintext(e, "SIZE 52428800\nSTARTTLS");
	e->starttls.outcome = OUT_OK;
	build_reply(&e->starttls.reply, OUT_OK, "220 2.0.0 Ready to start TLS", 2 * MS);
	build_tls(e, e->host);
	build_capabilities(&e->ehlo_tls,
			   e->role == ROLE_RELAY ? "SIZE 52428800" : "SIZE 52428800\nAUTH PLAIN LOGIN");
	build_reply(&e->quit, OUT_OK, "221 2.0.0 Bye", 1 * MS);
}

void build_implicit_tls(struct obs_endpoint *e)
{
	e->mode = MODE_IMPLICIT_TLS;
	build_tls(e, e->host);
	build_reply(&e->greeting, OUT_OK, "220 mail.example ESMTP", 5 * MS);
	build_capabilities(&e->ehlo_tls, "SIZE 52428800\nAUTH PLAIN LOGIN");
	build_reply(&e->quit, OUT_OK, "221 2.0.0 Bye", 1 * MS);
}

void build_healthy_host(struct observation *o)
{
	const char *name = "smtp.example.com", *address = "192.0.2.10";

	build_target(o, TARGET_HOST, name);
	build_query(o, name, "A", DNS_NOERROR, address);
	build_query(o, name, "AAAA", DNS_NODATA, NULL);
	build_host(o, name, address, MAIL_HOST_TARGET);
	build_starttls(build_endpoint(o, name, address, 25));
	build_implicit_tls(build_endpoint(o, name, address, 465));
	build_starttls(build_endpoint(o, name, address, 587));
}

void build_healthy_domain(struct observation *o)
{
	static const struct {
		const char *host, *address, *mx;
	} hosts[] = {
		{ "mx1.example.com", "192.0.2.10", "10 mx1.example.com" },
		{ "mx2.example.com", "192.0.2.11", "20 mx2.example.com" },
	};

	build_target(o, TARGET_DOMAIN, "example.com");
	strlist_add(&build_query(o, "example.com", "MX", DNS_NOERROR, hosts[0].mx)->answers,
		    hosts[1].mx);
	for (size_t i = 0; i < COUNT(hosts); i++) {
		build_query(o, hosts[i].host, "A", DNS_NOERROR, hosts[i].address);
		build_host(o, hosts[i].host, hosts[i].address, MAIL_HOST_MX);
		build_starttls(build_endpoint(o, hosts[i].host, hosts[i].address, 25));
		build_connect(build_endpoint(o, hosts[i].host, hosts[i].address, 465),
			      OUT_REFUSED, "ECONNREFUSED", 11 * MS);
		build_connect(build_endpoint(o, hosts[i].host, hosts[i].address, 587),
			      OUT_REFUSED, "ECONNREFUSED", 11 * MS);
	}
}

struct obs_endpoint *build_at(struct observation *o, unsigned port)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port == port)
			return &o->endpoints[i];
	assert(!"no endpoint with that port");
	abort();
}

void build_forget(struct obs_endpoint *e)
{
	e->mode = MODE_UNKNOWN;
	build_set(&e->first_bytes, NULL);
	obs_reply_clear(&e->greeting);
	obs_ehlo_clear(&e->ehlo);
	build_set(&e->enforcement.command, NULL);
	obs_reply_clear(&e->enforcement.reply);
	obs_reply_clear(&e->starttls.reply);
	build_set(&e->starttls.early_text, NULL);
	memset(&e->starttls, 0, sizeof(e->starttls));
	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	obs_reply_clear(&e->quit);
}
