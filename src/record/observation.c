/* SPDX-License-Identifier: MIT */
#include "record/observation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/observation_copy.h"

/* The words of an enum, by its values, and of an enum of single bits, by bit number. A value
 * without a word is null in JSON. */
#define WORDS(name, how_many)                                                                      \
	_Static_assert(COUNT(name##_list) == (how_many), "a word for every value of " #name);      \
	const struct words name##_words = { name##_list, COUNT(name##_list) }

static const char *const target_kind_list[] = {
	[TARGET_AUTO] = "unknown",
	[TARGET_DOMAIN] = "domain",
	[TARGET_HOST] = "host",
	[TARGET_ADDRESS] = "address",
};
WORDS(target_kind, TARGET_KIND_COUNT);

static const char *const dns_rcode_list[] = {
	[DNS_NOT_ASKED] = "NOT-ASKED",
	[DNS_NOERROR] = "NOERROR",
	[DNS_NODATA] = "NODATA",
	[DNS_FORMERR] = "FORMERR",
	[DNS_SERVFAIL] = "SERVFAIL",
	[DNS_NXDOMAIN] = "NXDOMAIN",
	[DNS_NOTIMP] = "NOTIMP",
	[DNS_REFUSED] = "REFUSED",
	[DNS_OTHER_RCODE] = "OTHER",
	[DNS_TIMEOUT] = "TIMEOUT",
	[DNS_UNREACHABLE] = "UNREACHABLE",
	[DNS_MALFORMED] = "MALFORMED",
	[DNS_CUT_SHORT] = "CUT-SHORT",
};
WORDS(dns_rcode, DNS_RCODE_COUNT);

static const char *const mail_host_source_list[] = {
	[MAIL_HOST_MX] = "mx",
	[MAIL_HOST_IMPLICIT] = "implicit",
	[MAIL_HOST_TARGET] = "target",
};
WORDS(mail_host_source, MAIL_HOST_SOURCE_COUNT);

static const char *const mail_host_problem_list[] = {
	[HOST_FINE] = NULL,
	[HOST_NXDOMAIN] = "nxdomain",
	[HOST_NODATA] = "nodata",
	[HOST_SERVFAIL] = "servfail",
	[HOST_REFUSED] = "refused",
	[HOST_TIMEOUT] = "timeout",
	[HOST_DNS_ERROR] = "dns-error",
	[HOST_IS_ADDRESS] = "is-address",
	[HOST_BAD_NAME] = "bad-name",
	[HOST_CUT_SHORT] = "cut-short",
	[HOST_EXCLUDED] = "excluded",
};
WORDS(mail_host_problem, HOST_PROBLEM_COUNT);

static const char *const family_list[] = {
	[FAMILY_IPV4] = "ipv4",
	[FAMILY_IPV6] = "ipv6",
};
WORDS(family, FAMILY_COUNT);

static const char *const role_list[] = {
	[ROLE_RELAY] = "relay",
	[ROLE_SUBMISSION] = "submission",
	[ROLE_OTHER] = "other",
};
WORDS(role, ROLE_COUNT);

static const char *const mode_list[] = {
	[MODE_UNKNOWN] = NULL,
	[MODE_PLAINTEXT] = "plaintext",
	[MODE_IMPLICIT_TLS] = "implicit-tls",
	[MODE_SILENT] = "silent",
	[MODE_NOT_SMTP] = "not-smtp",
};
WORDS(mode, MODE_COUNT);

static const char *const reply_flaw_list[] = {
	"bare-lf", "bare-cr", "nul", "eight-bit", "long-line",
	"code-changed", "control", "no-separator", "extra-bytes",
};
_Static_assert(FLAW_EXTRA_BYTES == 1 << (REPLY_FLAW_COUNT - 1), "the last flaw");
WORDS(reply_flaw, REPLY_FLAW_COUNT);

static const char *const cert_fault_list[] = {
	"expired", "not-yet-valid", "name-mismatch", "self-signed", "unknown-issuer",
	"missing-intermediate", "wrong-purpose", "weak-key", "weak-signature", "revoked",
	"bad-signature", "bad-ocsp-staple", "none-sent", "unreadable", "no-san", "not-ca",
	"invalid",
};
_Static_assert(CERT_INVALID == 1 << (CERT_FAULT_COUNT - 1), "the last fault");
WORDS(cert_fault, CERT_FAULT_COUNT);

static const char *const tls_weakness_list[] = {
	"old-version", "weak-cipher", "no-forward-secrecy", "weak-dh", "weak-handshake-signature",
	"weak-mac", "no-extended-master-secret", "no-safe-renegotiation",
};
_Static_assert(WEAK_NO_SAFE_RENEGOTIATION == 1 << (TLS_WEAKNESS_COUNT - 1), "the last weakness");
WORDS(tls_weakness, TLS_WEAKNESS_COUNT);

static const char *const stage_list[] = {
	[STAGE_DNS] = "dns",
	[STAGE_CONNECT] = "connect",
	[STAGE_GREETING] = "greeting",
	[STAGE_EHLO] = "ehlo",
	[STAGE_ENFORCEMENT] = "enforcement",
	[STAGE_STARTTLS] = "starttls",
	[STAGE_TLS] = "tls",
	[STAGE_EHLO_TLS] = "ehlo_tls",
	[STAGE_QUIT] = "quit",
};
WORDS(stage, STAGE_COUNT);

static const char *const dialogue_list[] = {
	[DIALOGUE_MAIN] = "main",
	[DIALOGUE_ENFORCEMENT] = "enforcement",
};
WORDS(dialogue, DIALOGUE_COUNT);

static const char *const hop_kind_list[] = {
	[HOP_SILENT] = "silent",
	[HOP_EXPIRED] = "expired",
	[HOP_OPEN] = "open",
	[HOP_RESET] = "reset",
	[HOP_REJECTED] = "rejected",
};
WORDS(hop_kind, HOP_KIND_COUNT);

static const char *const path_verdict_list[] = {
	[PATH_UNKNOWN] = "unknown",
	[PATH_OPEN] = "open",
	[PATH_LOCAL_DROP] = "local-drop",
	[PATH_LOCAL_REJECT] = "local-reject",
	[PATH_DROPPED] = "dropped",
	[PATH_REJECTED] = "rejected",
	[PATH_RESET] = "reset",
	[PATH_INTERCEPTED] = "intercepted",
};
WORDS(path_verdict, PATH_VERDICT_COUNT);

static const char *const confidence_list[] = {
	[CONFIDENCE_POSSIBLE] = "possible",
	[CONFIDENCE_HIGH] = "high",
	[CONFIDENCE_CERTAIN] = "certain",
};
WORDS(confidence, CONFIDENCE_COUNT);

static const char *const comparison_kind_list[] = {
	[COMPARISON_CONTROL] = "control",
	[COMPARISON_FROM] = "from",
	[COMPARISON_SOCKS5] = "socks5",
};
WORDS(comparison_kind, COMPARISON_KIND_COUNT);

/* ---- clear ------------------------------------------------------------------------------ */

void obs_reply_clear(struct obs_reply *r)
{
	strlist_clear(&r->lines);
	memset(r, 0, sizeof *r);
}

void obs_ehlo_clear(struct obs_ehlo *e)
{
	obs_reply_clear(&e->reply);
	for (size_t i = 0; i < e->cap_count; i++) {
		free(e->caps[i].keyword);
		strlist_clear(&e->caps[i].params);
	}
	free(e->caps);
	memset(e, 0, sizeof *e);
}

static void certificate_clear(struct obs_certificate *c)
{
	free(c->subject);
	free(c->issuer);
	strlist_clear(&c->sans);
	free(c->key);
	free(c->signature);
	free(c->sha256);
	free(c->spki_sha256);
}

void obs_tls_clear(struct obs_tls *t)
{
	free(t->version);
	free(t->cipher);
	free(t->group);
	free(t->signature);
	free(t->sni);
	free(t->alert);
	free(t->warning_alert);
	free(t->error);
	free(t->first_bytes);
	free(t->verified_name);
	for (size_t i = 0; i < t->chain_count; i++)
		certificate_clear(&t->chain[i]);
	free(t->chain);
	free(t->ocsp.status);
	memset(t, 0, sizeof *t);
}

void obs_query_clear(struct obs_query *q)
{
	free(q->name);
	free(q->type);
	strlist_clear(&q->cname);
	strlist_clear(&q->answers);
	memset(q, 0, sizeof *q);
}

void obs_connect_clear(struct obs_connect *c)
{
	free(c->error);
	free(c->source);
	free(c->icmp.from);
	memset(c, 0, sizeof *c);
}

void obs_connect_copy(struct obs_connect *to, const struct obs_connect *from)
{
	*to = *from;
	to->error = mem_strdup(from->error);
	to->source = mem_strdup(from->source);
	to->icmp.from = mem_strdup(from->icmp.from);
}

static void free_pieces(struct obs_endpoint *e)
{
	free(e->host);
	free(e->address);
	obs_connect_clear(&e->connect);
	free(e->first_bytes);
	obs_reply_clear(&e->greeting);
	obs_ehlo_clear(&e->ehlo);
	free(e->enforcement.command);
	obs_reply_clear(&e->enforcement.reply);
	obs_ehlo_clear(&e->enforcement.ehlo);
	obs_reply_clear(&e->starttls.reply);
	free(e->starttls.early_text);
	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	free(e->size_test.command);
	obs_reply_clear(&e->size_test.reply);
	obs_reply_clear(&e->turned_away);
	obs_reply_clear(&e->quit);
	for (size_t i = 0; i < e->not_reached_count; i++)
		free(e->not_reached[i].reason);
	free(e->not_reached);
	for (size_t i = 0; i < e->transcript_count; i++)
		free(e->transcript[i].text);
	free(e->transcript);
}

void obs_endpoint_clear(struct obs_endpoint *e)
{
	if (e->block != NULL)
		free(e->block);
	else
		free_pieces(e);
	memset(e, 0, sizeof *e);
}

void obs_hop_clear(struct obs_hop *h)
{
	free(h->from);
	free(h->icmp.from);
	memset(h, 0, sizeof *h);
}

void obs_path_clear(struct obs_path *p)
{
	free(p->host);
	free(p->address);
	for (size_t i = 0; i < p->hop_count; i++)
		obs_hop_clear(&p->hops[i]);
	free(p->hops);
	for (size_t i = 0; i < p->control_count; i++)
		obs_hop_clear(&p->control[i]);
	free(p->control);
	free(p->by);
	memset(p, 0, sizeof *p);
}

static void comparison_clear(struct obs_comparison *c)
{
	free(c->via);
	free(c->host);
	free(c->address);
	obs_connect_clear(&c->connect);
	free(c->greeting);
}

static void vantage_clear(struct obs_vantage *v)
{
	free(v->ipv4.source);
	free(v->ipv6.source);
	strlist_clear(&v->resolvers);
	free(v->gateway4);
	free(v->gateway6);
	free(v->cloud);
	free(v->container);
}

static void dns_clear(struct obs_dns *d)
{
	for (size_t i = 0; i < d->query_count; i++)
		obs_query_clear(&d->queries[i]);
	free(d->queries);
	for (size_t i = 0; i < d->host_count; i++) {
		free(d->hosts[i].name);
		strlist_clear(&d->hosts[i].cname);
		strlist_clear(&d->hosts[i].addresses);
	}
	free(d->hosts);
}

void observation_clear(struct observation *o)
{
	free(o->tool.version);
	free(o->tool.gnutls);
	free(o->tool.cares);
	free(o->tool.uv);
	free(o->tool.contact);
	free(o->target.input);
	free(o->target.name);
	free(o->target.unicode);
	vantage_clear(&o->vantage);
	dns_clear(&o->dns);
	for (size_t i = 0; i < o->endpoint_count; i++)
		obs_endpoint_clear(&o->endpoints[i]);
	free(o->endpoints);
	for (size_t i = 0; i < o->path_count; i++)
		obs_path_clear(&o->paths[i]);
	free(o->paths);
	for (size_t i = 0; i < o->comparison_count; i++)
		comparison_clear(&o->comparisons[i]);
	free(o->comparisons);
	memset(o, 0, sizeof *o);
}

/* ---- look up, name ---------------------------------------------------------------------- */

const struct obs_capability *obs_ehlo_find(const struct obs_ehlo *e, const char *keyword)
{
	for (size_t i = 0; i < e->cap_count; i++) {
		const char *offered = e->caps[i].keyword;

		/* A diagnosis looks for some sixty; most differ in their first letter. */
		if (offered[0] == keyword[0] && strcmp(offered, keyword) == 0)
			return &e->caps[i];
	}
	return NULL;
}

void obs_not_reached(struct obs_endpoint *e, enum stage stage, const char *reason)
{
	struct obs_not_reached *n;

	for (size_t i = 0; i < e->not_reached_count; i++)
		if (e->not_reached[i].stage == stage)
			return;
	obs_endpoint_unpack(e);
	n = mem_append(&e->not_reached, &e->not_reached_count, sizeof *n);
	n->stage = stage;
	n->reason = mem_strdup(reason);
}

char *obs_endpoint_name(const struct obs_endpoint *e)
{
	return mem_printf(e->family == FAMILY_IPV6 ? "[%s]:%u" : "%s:%u", e->address, e->port);
}
