/* SPDX-License-Identifier: MIT
 *
 * Claims about the target as a whole. */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"
#include "expect/claims.h"

static const struct obs_endpoint *endpoint_named(const struct observation *o, const char *name)
{
	for (size_t i = 0; name != NULL && i < o->endpoint_count; i++) {
		char *own = obs_endpoint_name(&o->endpoints[i]);
		bool same = strcmp(own, name) == 0;

		free(own);
		if (same)
			return &o->endpoints[i];
	}
	return NULL;
}

/* Does it rest on an endpoint that is selected, or on the target as a whole? */
static bool concerns(const struct scene *s, const struct finding *f)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct obs_endpoint *e = endpoint_named(s->o, f->evidence[i].endpoint);

		if (e == NULL || expectation_selects(s->x, e))
			return true;
	}
	return false;
}

static const struct finding *find_finding(const struct expect_claim *c, const struct scene *s)
{
	for (size_t i = 0; i < s->d->finding_count; i++)
		for (size_t k = 0; k < c->words.count; k++)
			if (fnmatch(c->words.item[k], s->d->findings[i].rule->code, 0) == 0 &&
			    concerns(s, &s->d->findings[i]))
				return &s->d->findings[i];
	return NULL;
}

/* The last stage that the rules with the claim's codes look at. */
static enum stage last_stage(const struct expect_claim *c)
{
	enum stage last = STAGE_DNS;
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		for (size_t k = 0; k < c->words.count; k++)
			if (r->stage > last && fnmatch(c->words.item[k], r->code, 0) == 0)
				last = r->stage;
	return last;
}

/* Had the rules of that stage something to look at there? A certificate is to be seen where TLS comes
 * first or STARTTLS was accepted. Else `seen` says what stood in the way. */
static bool got_to(const struct scene *s, const struct obs_endpoint *e, enum stage stage, struct buf *seen)
{
	bool tls = e->mode == MODE_IMPLICIT_TLS || (stage >= STAGE_TLS && e->starttls.outcome == OUT_OK);
	enum stage to = stage <= STAGE_GREETING ? STAGE_CONNECT : tls ? STAGE_TLS : STAGE_EHLO;
	struct buf unused = { 0 };
	enum expect_state state;

	if (claim_reached(s->o, e, to, &state, &unused) || (stage == STAGE_CONNECT && state == EXPECT_NOT_MET))
		return true;
	buf_adds(seen, seen->len > 0 ? "; " : "");
	seen_host_port(seen, e);
	buf_adds(seen, ": ");
	claim_reached(s->o, e, to, &state, seen);
	return false;
}

/* Was there anything where the claim's diagnoses could have been made? Each port that is named must have
 * shown it; of all, of which some may well be closed, one. Else `seen` says why. */
static bool looked_at(const struct expect_claim *c, const struct scene *s, struct buf *seen)
{
	bool each = !s->x->any && (s->x->port_count > 0 || s->x->roles != 0);
	const enum stage stage = last_stage(c);
	size_t asked = 0, shown = 0;

	if (stage == STAGE_DNS)
		return true;
	for (size_t i = 0; i < s->o->endpoint_count; i++) {
		const struct obs_endpoint *e = &s->o->endpoints[i];

		if (!expectation_selects(s->x, e) || expectation_leaves_out(s->x, s->o, e))
			continue;
		asked++;
		shown += got_to(s, e, stage, seen);
	}
	if (asked == 0)
		expectation_say_none(s, seen);
	return shown > 0 && (shown == asked || !each);
}

enum expect_state claim_finding(const struct expect_claim *c, const struct scene *s, struct buf *seen)
{
	const struct finding *f = find_finding(c, s);
	bool some = last_stage(c) == STAGE_DNS;

	if (f != NULL) {
		buf_addf(seen, "%s: %s", f->rule->code, f->summary);
		return EXPECT_MET;
	}
	for (size_t i = 0; i < s->o->endpoint_count; i++)
		some = some || expectation_selects(s->x, &s->o->endpoints[i]);
	if (s->d->status == STATUS_UNCHECKED)
		buf_adds(seen, "nothing could be tested");
	else if (!some)
		expectation_say_none(s, seen);
	else
		buf_adds(seen, "it was not found");
	return some && s->d->status != STATUS_UNCHECKED ? EXPECT_NOT_MET : EXPECT_UNCHECKED;
}

/* What was not looked at is not free of it. */
enum expect_state claim_no_finding(const struct expect_claim *c, const struct scene *s, struct buf *seen)
{
	enum expect_state state = claim_finding(c, s, seen);
	struct buf obstacles;

	if (state != EXPECT_NOT_MET)
		return state == EXPECT_MET ? EXPECT_NOT_MET : state;
	buf_init(&obstacles, seen->limit);
	if (looked_at(c, s, &obstacles)) {
		state = EXPECT_MET;
	} else {
		buf_reset(seen);
		buf_adds(seen, buf_str(&obstacles));
		state = EXPECT_UNCHECKED;
	}
	buf_clear(&obstacles);
	return state;
}

enum expect_state claim_mx_count(const struct expect_claim *c, const struct scene *s, struct buf *seen)
{
	const struct obs_dns *dns = &s->o->dns;
	const struct obs_query *mx = NULL;
	int64_t n = 0;

	for (size_t i = 0; i < dns->query_count && mx == NULL; i++)
		if (dns->queries[i].type != NULL && strcmp(dns->queries[i].type, "MX") == 0)
			mx = &dns->queries[i];
	if (mx == NULL || facts_no_answer(mx->rcode) || mx->rcode == DNS_CUT_SHORT) {
		buf_addf(seen, mx == NULL ? "MX was not asked for: the target is no domain" :
			 "the MX question ended with %s", mx != NULL ? words_name(&dns_rcode_words, mx->rcode) : "");
		return EXPECT_UNCHECKED;
	}
	for (size_t i = 0; i < dns->host_count; i++)
		n += dns->hosts[i].source == MAIL_HOST_MX;
	buf_addf(seen, "%" PRId64 " MX", n);
	return claim_compare(c, n);
}

/* Was it answered whether the host has an IPv6 address? */
static bool aaaa_known(const struct observation *o, const struct obs_mail_host *h)
{
	for (size_t i = 0; i < o->dns.query_count; i++) {
		const struct obs_query *q = &o->dns.queries[i];

		if (q->name != NULL && h->name != NULL && strcmp(q->name, h->name) == 0 && q->type != NULL &&
		    strcmp(q->type, "AAAA") == 0 &&
		    (q->rcode == DNS_NOERROR || q->rcode == DNS_NODATA || q->rcode == DNS_NXDOMAIN))
			return true;
	}
	return h->from_hosts_file;
}

/* What one host has of IPv6: its selected ports that answered there. */
static enum expect_state host_ipv6(const struct scene *s, const struct obs_mail_host *h, struct buf *seen)
{
	const struct observation *o = s->o;
	bool address = false, tested = false, open = false;

	for (size_t i = 0; i < h->addresses.count; i++)
		address = address || strchr(h->addresses.item[i], ':') != NULL;
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (e->family != FAMILY_IPV6 || e->host == NULL || h->name == NULL ||
		    strcmp(e->host, h->name) != 0 || !expectation_selects(s->x, e))
			continue;
		tested = tested || !claim_failed_here(o, e);
		open = open || e->connect.outcome == OUT_OK;
	}
	if (!address)
		tested = aaaa_known(o, h);
	buf_addf(seen, "%s%s: %s", seen->len > 0 ? "; " : "", h->name != NULL ? h->name : "?",
		 open ? "open by IPv6" : !address && tested ? "no IPv6 address (AAAA)" :
		 !address ? "its IPv6 address (AAAA) is not known: the question was not asked, or not answered" :
		 tested ? "not open by IPv6" : "IPv6 could not be tested from here");
	return open ? EXPECT_MET : tested ? EXPECT_NOT_MET : EXPECT_UNCHECKED;
}

enum expect_state claim_ipv6(const struct expect_claim *c, const struct scene *s, struct buf *seen)
{
	enum expect_state worst = EXPECT_MET, best = EXPECT_NOT_MET;
	size_t hosts = 0;

	(void)c;
	for (size_t i = 0; i < s->o->dns.host_count; i++) {
		const struct obs_mail_host *h = &s->o->dns.hosts[i];
		enum expect_state state;

		if (!expectation_selects_host(s->x, h->name, NULL))
			continue;
		state = host_ipv6(s, h, seen);
		hosts++;
		worst = state > worst ? state : worst;
		best = state < best ? state : best;
	}
	if (hosts == 0)
		buf_adds(seen, "no host is selected");
	return hosts == 0 ? EXPECT_UNCHECKED : s->x->any ? best : worst;
}
