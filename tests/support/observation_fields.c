/* SPDX-License-Identifier: MIT */
#include "observation_fields.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct walk {
	void (*visit)(void *arg, const struct field *f);
	void *arg;
};

static void give(const struct walk *w, const char *name, enum field_kind kind, void *at,
		 size_t size, unsigned limit)
{
	struct field f = { name, kind, at, size, limit };

	w->visit(w->arg, &f);
}

/* Inside of a function with the walk w and the struct s. */
#define ONE(kind, field, limit) give(w, #field, kind, &s->field, sizeof s->field, limit)
#define TEXT(field) ONE(FIELD_TEXT, field, 0)
#define NAME(field) ONE(FIELD_NAME, field, 0)
#define TEXTS(field) ONE(FIELD_TEXTS, field, 0)
#define ENUM(field, limit) ONE(FIELD_ENUM, field, limit)
#define BITS(field, limit) ONE(FIELD_BITS, field, limit)
#define BOOL(field) ONE(FIELD_BOOL, field, 0)
#define CODE(field) ONE(FIELD_CODE, field, 999)
#define US(field) ONE(FIELD_US, field, 0)
#define WHEN(field) ONE(FIELD_WHEN, field, 0)
#define ARRAY(array, count) (ONE(FIELD_ARRAY, array, 0), ONE(FIELD_ARRAY, count, 0))

static void walk_reply(const struct walk *w, struct obs_reply *s)
{
	ENUM(outcome, OUT_COUNT);
	CODE(code);
	TEXTS(lines);
	BITS(flaws, REPLY_FLAW_COUNT);
	US(us);
}

static void walk_ehlo(const struct walk *w, struct obs_ehlo *e)
{
	walk_reply(w, &e->reply);
	{
		struct obs_ehlo *s = e;

		BOOL(helo);
		CODE(ehlo_code);
		ARRAY(caps, cap_count);
	}
	for (size_t i = 0; i < e->cap_count; i++) {
		struct obs_capability *s = &e->caps[i];

		NAME(keyword);
		TEXTS(params);
	}
}

static void walk_certificate(const struct walk *w, struct obs_certificate *s)
{
	TEXT(subject);
	TEXT(issuer);
	TEXTS(sans);
	WHEN(not_before);
	WHEN(not_after);
	TEXT(key);
	TEXT(signature);
	TEXT(sha256);
	TEXT(spki_sha256);
	BOOL(self_issued);
	BOOL(ca);
}

static void walk_tls(const struct walk *w, struct obs_tls *s)
{
	ENUM(outcome, OUT_COUNT);
	TEXT(version);
	TEXT(cipher);
	TEXT(group);
	TEXT(signature);
	BITS(weaknesses, TLS_WEAKNESS_COUNT);
	TEXT(sni);
	TEXT(alert);
	TEXT(warning_alert);
	TEXT(error);
	TEXT(first_bytes);
	BOOL(client_certificate_requested);
	TEXT(verified_name);
	BOOL(verified);
	BITS(faults, CERT_FAULT_COUNT);
	ARRAY(chain, chain_count);
	TEXT(ocsp.status);
	WHEN(ocsp.this_update);
	WHEN(ocsp.next_update);
	US(us);
	for (size_t i = 0; i < s->chain_count; i++)
		walk_certificate(w, &s->chain[i]);
}

static void walk_notes(const struct walk *w, struct obs_endpoint *e)
{
	for (size_t i = 0; i < e->not_reached_count; i++) {
		struct obs_not_reached *s = &e->not_reached[i];

		ENUM(stage, STAGE_COUNT);
		NAME(reason);
	}
	for (size_t i = 0; i < e->transcript_count; i++) {
		struct obs_line *s = &e->transcript[i];

		US(at_us);
		ENUM(dialogue, DIALOGUE_COUNT);
		BOOL(from_server);
		BOOL(encrypted);
		NAME(text);
	}
}

/* `name` is a struct obs_icmp or obs_connect of s. */
#define ICMP(name)                                                                                 \
	(ONE(FIELD_COUNT, name.type, UCHAR_MAX), ONE(FIELD_COUNT, name.code, UCHAR_MAX),           \
	 TEXT(name.from), ONE(FIELD_COUNT, name.ttl, UCHAR_MAX))
#define CONNECT(name)                                                                              \
	(ENUM(name.outcome, OUT_COUNT), TEXT(name.error), US(name.us), TEXT(name.source), ICMP(name.icmp), \
	 ONE(FIELD_COUNT, name.syn_retransmits, UINT_MAX),                                         \
	 ONE(FIELD_COUNT, name.segments_in, UINT_MAX), ENUM(name.local_drop, KNOWN_COUNT),        \
	 ONE(FIELD_COUNT, name.arrival_ttl, UCHAR_MAX))

static void walk_hops(const struct walk *w, struct obs_hop *hops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct obs_hop *s = &hops[i];

		ONE(FIELD_COUNT, ttl, UCHAR_MAX);
		TEXT(from);
		US(us);
		ENUM(kind, HOP_KIND_COUNT);
		ICMP(icmp);
	}
}

static void walk_path(const struct walk *w, struct obs_path *s)
{
	NAME(host);
	NAME(address);
	ONE(FIELD_COUNT, port, USHRT_MAX);
	ONE(FIELD_COUNT, control_port, USHRT_MAX);
	ARRAY(hops, hop_count);
	ARRAY(control, control_count);
	walk_hops(w, s->hops, s->hop_count);
	walk_hops(w, s->control, s->control_count);
	ONE(FIELD_COUNT, asked_again, UINT_MAX);
	ONE(FIELD_COUNT, control_again, UINT_MAX);
	ONE(FIELD_COUNT, resent, UINT_MAX);
	ONE(FIELD_COUNT, resent_failed, UINT_MAX);
	ENUM(verdict, PATH_VERDICT_COUNT);
	ONE(FIELD_NUMBER, after_hop, UCHAR_MAX);
	ONE(FIELD_COUNT, by_hop, UCHAR_MAX);
	TEXT(by);
	ENUM(confidence, CONFIDENCE_COUNT);
	US(us);
}

static void walk_comparison(const struct walk *w, struct obs_comparison *s)
{
	ENUM(kind, COMPARISON_KIND_COUNT);
	TEXT(via);
	NAME(host);
	TEXT(address);
	ONE(FIELD_COUNT, port, USHRT_MAX);
	CONNECT(connect);
	ONE(FIELD_NUMBER, proxy_reply, UCHAR_MAX);
	TEXT(greeting);
}

static void walk_endpoint(const struct walk *w, struct obs_endpoint *s)
{
	NAME(host);
	NAME(address);
	ENUM(family, FAMILY_COUNT);
	ONE(FIELD_COUNT, port, USHRT_MAX);
	ENUM(role, ROLE_COUNT);
	WHEN(seen_at);
	CONNECT(connect);
	ONE(FIELD_COUNT, tcp.retransmits, UINT_MAX);
	ONE(FIELD_COUNT, tcp.unacknowledged, UINT_MAX);
	ONE(FIELD_COUNT, tcp.out_of_order, UINT_MAX);
	ONE(FIELD_COUNT, tcp.segments_in, UINT_MAX);
	ONE(FIELD_COUNT, tcp.path_mtu, UINT_MAX);
	ONE(FIELD_COUNT, tcp.advertised_mss, UINT_MAX);
	ONE(FIELD_COUNT, tcp.send_mss, UINT_MAX);
	BOOL(repeated);
	walk_reply(w, &s->turned_away);
	ENUM(mode, MODE_COUNT);
	TEXT(first_bytes);
	walk_reply(w, &s->greeting);
	walk_ehlo(w, &s->ehlo);
	TEXT(enforcement.command);
	walk_reply(w, &s->enforcement.reply);
	walk_ehlo(w, &s->enforcement.ehlo);
	ENUM(starttls.outcome, OUT_COUNT);
	walk_reply(w, &s->starttls.reply);
	ONE(FIELD_COUNT, starttls.early_bytes, UINT_MAX);
	TEXT(starttls.early_text);
	walk_tls(w, &s->tls);
	ONE(FIELD_COUNT, small_segments.mss, USHRT_MAX);
	ENUM(small_segments.outcome, OUT_COUNT);
	US(small_segments.us);
	walk_ehlo(w, &s->ehlo_tls);
	TEXT(size_test.command);
	walk_reply(w, &s->size_test.reply);
	walk_reply(w, &s->quit);
	ARRAY(not_reached, not_reached_count);
	ARRAY(transcript, transcript_count);
	ONE(FIELD_MEMORY, block, 0);
	ONE(FIELD_MEMORY, block_size, 0);
	walk_notes(w, s);
}

static void walk_dns(const struct walk *w, struct obs_dns *d)
{
	for (size_t i = 0; i < d->query_count; i++) {
		struct obs_query *s = &d->queries[i];

		NAME(name);
		NAME(type);
		WHEN(seen_at);
		ENUM(rcode, DNS_RCODE_COUNT);
		BOOL(authenticated);
		US(us);
		TEXTS(cname);
		TEXTS(answers);
	}
	for (size_t i = 0; i < d->host_count; i++) {
		struct obs_mail_host *s = &d->hosts[i];

		NAME(name);
		ONE(FIELD_COUNT, preference, USHRT_MAX);
		ENUM(source, MAIL_HOST_SOURCE_COUNT);
		TEXTS(cname);
		TEXTS(addresses);
		BOOL(from_hosts_file);
		ENUM(problem, HOST_PROBLEM_COUNT);
	}
}

void observation_fields_walk(struct observation *s, void (*visit)(void *arg, const struct field *f),
			     void *arg)
{
	const struct walk walk = { visit, arg }, *w = &walk;

	TEXT(tool.version);
	TEXT(tool.gnutls);
	TEXT(tool.cares);
	TEXT(tool.uv);
	TEXT(tool.contact);
	WHEN(started_at_us);
	US(duration_us);
	BOOL(cut_short);
	US(message_size);
	NAME(target.input);
	ENUM(target.kind, TARGET_KIND_COUNT);
	NAME(target.name);
	TEXT(target.unicode);
	TEXT(vantage.ipv4.source);
	BOOL(vantage.ipv4.route);
	TEXT(vantage.ipv6.source);
	BOOL(vantage.ipv6.route);
	TEXTS(vantage.resolvers);
	TEXT(vantage.gateway4);
	TEXT(vantage.gateway6);
	ENUM(vantage.private4, KNOWN_COUNT);
	TEXT(vantage.cloud);
	TEXT(vantage.container);
	ARRAY(dns.queries, dns.query_count);
	BOOL(dns.null_mx);
	BOOL(dns.implicit_mx);
	ARRAY(dns.hosts, dns.host_count);
	walk_dns(w, &s->dns);
	ARRAY(endpoints, endpoint_count);
	for (size_t i = 0; i < s->endpoint_count; i++)
		walk_endpoint(w, &s->endpoints[i]);
	ARRAY(paths, path_count);
	for (size_t i = 0; i < s->path_count; i++)
		walk_path(w, &s->paths[i]);
	ARRAY(comparisons, comparison_count);
	for (size_t i = 0; i < s->comparison_count; i++)
		walk_comparison(w, &s->comparisons[i]);
}

/* ---- filling ---------------------------------------------------------------------------- */

#define TWO(array, count)                                                                          \
	do {                                                                                       \
		mem_append(&(array), &(count), sizeof *(array));                                   \
		mem_append(&(array), &(count), sizeof *(array));                                   \
	} while (0)

static void shape(struct observation *o)
{
	TWO(o->dns.queries, o->dns.query_count);
	TWO(o->dns.hosts, o->dns.host_count);
	TWO(o->endpoints, o->endpoint_count);
	TWO(o->comparisons, o->comparison_count);
	TWO(o->paths, o->path_count);
	for (size_t i = 0; i < o->path_count; i++) {
		TWO(o->paths[i].hops, o->paths[i].hop_count);
		TWO(o->paths[i].control, o->paths[i].control_count);
	}
	for (size_t i = 0; i < o->endpoint_count; i++) {
		struct obs_endpoint *e = &o->endpoints[i];

		TWO(e->ehlo.caps, e->ehlo.cap_count);
		TWO(e->ehlo_tls.caps, e->ehlo_tls.cap_count);
		TWO(e->enforcement.ehlo.caps, e->enforcement.ehlo.cap_count);
		TWO(e->tls.chain, e->tls.chain_count);
		TWO(e->not_reached, e->not_reached_count);
		TWO(e->transcript, e->transcript_count);
	}
}

static void set_number(const struct field *f, unsigned seed)
{
	switch (f->kind) {
	case FIELD_ENUM:
		*(unsigned *)f->at = 1 + seed % (f->limit - 1);
		break;
	case FIELD_BITS:
		*(unsigned *)f->at = 1 + seed % ((1u << f->limit) - 1);
		break;
	case FIELD_COUNT:
		*(unsigned *)f->at = 1 + seed % f->limit;
		break;
	case FIELD_NUMBER:
	case FIELD_CODE:
		*(int *)f->at = (int)(1 + seed % f->limit);
		break;
	case FIELD_BOOL:
		*(bool *)f->at = true;
		break;
	case FIELD_US:
		*(int64_t *)f->at = 1 + (int64_t)seed * 7919;
		break;
	default: /* wall clock, of either unit */
		*(int64_t *)f->at = 1000000000 + (int64_t)seed;
	}
}

static void set_field(const struct field *f, unsigned seed)
{
	char **text = f->at;
	struct strlist *list = f->at;

	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_NAME:
		free(*text);
		*text = mem_printf("%s %u", f->name, seed);
		break;
	case FIELD_TEXTS:
		strlist_clear(list);
		for (unsigned i = 0; i <= seed % 3; i++)
			strlist_take(list, mem_printf("%s[%u] %u", f->name, i, seed));
		break;
	case FIELD_ARRAY:
	case FIELD_MEMORY:
		break;
	default:
		set_number(f, seed);
	}
}

struct filling {
	unsigned seed;
};

static void fill_field(void *arg, const struct field *f)
{
	struct filling *filling = arg;

	filling->seed += 37;
	set_field(f, filling->seed);
}

void observation_fields_fill(struct observation *o, unsigned seed)
{
	struct filling filling = { seed };

	memset(o, 0, sizeof *o);
	shape(o);
	observation_fields_walk(o, fill_field, &filling);
}

void observation_fields_change(const struct field *f)
{
	char **text = f->at;
	unsigned *number = f->at;

	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_NAME: {
		char *old = *text;

		*text = mem_printf("%s'", old != NULL ? old : "");
		free(old);
		break;
	}
	case FIELD_TEXTS:
		strlist_add(f->at, "one more");
		break;
	case FIELD_ENUM:
		*number = (*number + 1) % f->limit;
		break;
	case FIELD_BITS:
	case FIELD_COUNT:
		*number ^= 1;
		break;
	case FIELD_BOOL:
		*(bool *)f->at = !*(bool *)f->at;
		break;
	case FIELD_NUMBER:
		*(int *)f->at = *(int *)f->at != -1 ? -1 : 0;
		break;
	case FIELD_CODE:
		*(int *)f->at = *(int *)f->at != 250 ? 250 : 0;
		break;
	case FIELD_US:
	case FIELD_WHEN:
		++*(int64_t *)f->at;
		break;
	case FIELD_ARRAY:
	case FIELD_MEMORY:
		break;
	}
}
