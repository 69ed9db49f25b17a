/* SPDX-License-Identifier: MIT
 *
 * The line of a role is made of its ports, and that of a port of its endpoints over all hosts
 * and addresses: how many work in which mode, and why the others do not. Endpoints of an address
 * family that this machine does not have are left out: they say nothing of the server. */
#include "diagnose/verdict.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/advice.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

enum { LINE_MAX_BYTES = 1024 };

/* How far a port got; before REACH_PLAIN it is of no use to anybody. */
enum reach {
	REACH_CUT, REACH_LOCAL, REACH_NO_ANSWER, REACH_REFUSED, REACH_NOT_CONNECTED, REACH_SILENT,
	REACH_CLOSED, REACH_NOT_SMTP, REACH_TURNED_AWAY_NOW, REACH_TURNED_AWAY, REACH_BROKEN,
	REACH_EHLO_REFUSED, REACH_STARTTLS_FAILS, REACH_TLS_FAILS, REACH_CLIENT_CERTIFICATE,
	REACH_INSIDE_TLS, REACH_WANTS_LOG_IN, REACH_PLAIN, REACH_TLS, REACH_COUNT
};
static const char *const reach_text[REACH_PLAIN] = {
	[REACH_CUT] = "cut short, so not known",
	[REACH_LOCAL] = "stopped by this machine itself",
	[REACH_NO_ANSWER] = "no answer",
	[REACH_REFUSED] = "refused",
	[REACH_NOT_CONNECTED] = "cannot be reached",
	[REACH_SILENT] = "connects, but nothing speaks",
	[REACH_CLOSED] = "closes without a greeting",
	[REACH_NOT_SMTP] = "another protocol",
	[REACH_TURNED_AWAY_NOW] = "turns this machine away for now",
	[REACH_TURNED_AWAY] = "turns this machine away",
	[REACH_BROKEN] = "the dialogue breaks off",
	[REACH_EHLO_REFUSED] = "EHLO is refused",
	[REACH_STARTTLS_FAILS] = "STARTTLS fails",
	[REACH_TLS_FAILS] = "TLS fails",
	[REACH_CLIENT_CERTIFICATE] = "wants a client certificate",
	[REACH_WANTS_LOG_IN] = "takes mail only after a log-in",
	[REACH_INSIDE_TLS] = "TLS works, but not the dialogue inside it",
};

struct port_sum {
	unsigned port;
	size_t tried, with[REACH_COUNT];
	size_t implicit, refused_starttls, unverified, auth_clear, auth_tls;
	const char *version;          /* TLS version where it is the same everywhere; else NULL */
	const char *against;          /* what is against the first certificate that is not verified */
	bool nameless;                /* verified, but an address was given, so for no name */
	bool old;                     /* a TLS version that clients refuse */
};

struct role_sum {
	enum role role;
	struct port_sum ports[LIMIT_PORTS];
	size_t count;
	bool no_route;                /* endpoints were left out: this machine lacks the family */
	const char *unit;             /* what is counted: "hosts", or "addresses" */
};

/* ---- summing up ---------------------------------------------------------------------------- */

static enum reach reach_of_connect(const struct observation *o, const struct obs_endpoint *e)
{
	if (facts_local_failure(o, e) && !facts_route_missing(o, e))
		return REACH_LOCAL;
	switch (e->connect.outcome) {
	case OUT_TIMEOUT:
		return REACH_NO_ANSWER;
	case OUT_REFUSED:
		return REACH_REFUSED;
	case OUT_RESET:
		return REACH_CLOSED;
	case OUT_CUT_SHORT:
		return REACH_CUT;
	default:
		return REACH_NOT_CONNECTED;
	}
}

static bool cut(const struct obs_endpoint *e)
{
	return e->greeting.outcome == OUT_CUT_SHORT || e->ehlo.reply.outcome == OUT_CUT_SHORT ||
	       e->tls.outcome == OUT_CUT_SHORT || e->ehlo_tls.reply.outcome == OUT_CUT_SHORT ||
	       e->starttls.outcome == OUT_CUT_SHORT;
}

static enum reach reach_of_starttls(const struct obs_endpoint *e)
{
	if (facts_reply_class(&e->ehlo.reply, 4) || facts_reply_class(&e->ehlo.reply, 5))
		return REACH_EHLO_REFUSED;
	if (e->ehlo.reply.outcome != OUT_OK)
		return REACH_BROKEN;
	if (e->starttls.outcome == OUT_NOT_OFFERED ||
	    (e->starttls.outcome == OUT_REFUSED && facts_demand(e) != DEMAND_TLS))
		return REACH_PLAIN;
	return e->starttls.outcome == OUT_NOT_RUN ? REACH_BROKEN : REACH_STARTTLS_FAILS;
}

static enum reach reach_of(const struct observation *o, const struct obs_endpoint *e)
{
	if (e->connect.outcome != OUT_OK)
		return reach_of_connect(o, e);
	if (facts_relay_wants_log_in(e))
		return REACH_WANTS_LOG_IN;
	if (facts_works_with_tls(e))
		return REACH_TLS;
	if (cut(e))
		return REACH_CUT;
	if (facts_not_smtp(e))
		return REACH_NOT_SMTP;
	if (e->mode == MODE_SILENT)
		return REACH_SILENT;
	if (e->tls.outcome == OUT_CLIENT_CERTIFICATE || facts_wants_certificate(e) != NULL)
		return REACH_CLIENT_CERTIFICATE;
	if (facts_reply_class(&e->greeting, 4))
		return REACH_TURNED_AWAY_NOW;
	if (facts_reply_class(&e->greeting, 5))
		return REACH_TURNED_AWAY;
	if (facts_tls_agreed(e))
		return facts_tls_up(e) ? REACH_INSIDE_TLS : REACH_TLS_FAILS;
	if ((e->greeting.outcome == OUT_CLOSED || e->greeting.outcome == OUT_RESET) &&
	    e->greeting.lines.count == 0)
		return REACH_CLOSED;
	return reach_of_starttls(e);
}

static void add_tls(struct port_sum *p, const struct obs_endpoint *e)
{
	const char *against = seen_against_certificate(e);

	p->implicit += e->mode == MODE_IMPLICIT_TLS;
	if (against != NULL && p->unverified++ == 0)
		p->against = against;
	p->nameless = p->nameless || (against == NULL && !e->tls.verified);
	p->old = p->old || (e->tls.weaknesses & WEAK_VERSION) != 0;
	if (p->with[REACH_TLS] == 1)
		p->version = e->tls.version;
	else if (p->version != NULL && (e->tls.version == NULL || strcmp(p->version, e->tls.version) != 0))
		p->version = NULL;
	p->auth_tls += obs_ehlo_find(&e->ehlo_tls, "AUTH") != NULL;
}

static void add_endpoint(struct role_sum *s, const struct observation *o,
			 const struct obs_endpoint *e)
{
	size_t i = 0;
	enum reach reach;

	if (e->role != s->role)
		return;
	if (!facts_family_here(o, e)) {
		s->no_route = true;
		return;
	}
	while (i < s->count && s->ports[i].port != e->port)
		i++;
	if (i == COUNT(s->ports))
		return;
	if (i == s->count)
		s->ports[s->count++] = (struct port_sum){ .port = e->port };
	reach = reach_of(o, e);
	s->ports[i].tried++;
	s->ports[i].with[reach]++;
	s->ports[i].auth_clear += facts_log_in_before_tls(e);
	s->ports[i].refused_starttls += reach == REACH_PLAIN && e->starttls.outcome == OUT_REFUSED;
	if (reach == REACH_TLS)
		add_tls(&s->ports[i], e);
}

/* Hosts are counted where each has one address that could be tried, else addresses. */
static const char *unit_of(const struct observation *o)
{
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct strlist *a = &o->dns.hosts[i].addresses;
		size_t n = 0;

		for (size_t k = 0; k < a->count; k++)
			n += strchr(a->item[k], ':') != NULL ? o->vantage.ipv6.route :
							       o->vantage.ipv4.route;
		if (n > 1)
			return "addresses";
	}
	return o->dns.host_count > 0 ? "hosts" : "addresses";
}

/* ---- one port ------------------------------------------------------------------------------- */

static size_t works(const struct port_sum *p)
{
	return p->with[REACH_TLS] + p->with[REACH_PLAIN];
}

/* " at 2 of 3 hosts" where it is not all of them. */
static void say_share(struct buf *b, const struct role_sum *s, size_t n, size_t of)
{
	if (n < of)
		buf_addf(b, " at %zu of %zu %s", n, of, s->unit);
}

/* "no answer at 2 of 3 hosts, refused at 1" */
static void say_failures(struct buf *b, const struct role_sum *s, const struct port_sum *p)
{
	bool first = true;

	for (unsigned r = 0; r < REACH_PLAIN; r++) {
		if (p->with[r] == 0)
			continue;
		buf_addf(b, "%s%s", first ? "" : ", ", reach_text[r]);
		if (p->tried > 1)
			buf_addf(b, " at %zu", p->with[r]);
		if (p->tried > 1 && first && works(p) == 0)
			buf_addf(b, " of %zu %s", p->tried, s->unit);
		first = false;
	}
}

static void say_plain(struct buf *b, const char *text, const struct port_sum *p)
{
	buf_adds(b, text);
	if (p->refused_starttls == p->with[REACH_PLAIN])
		buf_adds(b, " (STARTTLS is offered, but refused)");
}

static void say_certificate(struct buf *b, const struct port_sum *p)
{
	buf_addf(b, "; %s", p->against);
	if (p->unverified < p->with[REACH_TLS])
		buf_addf(b, " at %zu", p->unverified);
	buf_adds(b, ", which most mail servers do not mind");
}

/* "works with verified TLS 1.3", for a relay port. */
static void say_relay(struct buf *b, const struct role_sum *s, const struct port_sum *p)
{
	if (works(p) == 0) {
		say_failures(b, s, p);
		return;
	}
	if (p->with[REACH_TLS] == 0) {
		say_plain(b, "works without TLS", p);
	} else {
		buf_adds(b, p->unverified == 0 && !p->nameless ? "works with verified " : "works with ");
		if (p->version != NULL)
			seen_tls_version(b, p->version);
		else
			buf_adds(b, "TLS");
	}
	say_share(b, s, works(p), p->tried);
	if (p->with[REACH_TLS] > 0 && p->with[REACH_PLAIN] > 0)
		buf_addf(b, ", without TLS at %zu", p->with[REACH_PLAIN]);
	if (p->unverified > 0)
		say_certificate(b, p);
	else if (p->nameless)
		buf_adds(b, ", verified, but for no name");
	if (works(p) < p->tried) {
		buf_adds(b, "; ");
		say_failures(b, s, p);
	}
}

/* ---- a role --------------------------------------------------------------------------------- */

/* What is against the certificate at every port that can be used; NULL: not the same, or nothing. */
static const char *against_all(const struct role_sum *s)
{
	const char *against = NULL;

	for (size_t i = 0; i < s->count; i++) {
		const struct port_sum *p = &s->ports[i];

		if (works(p) == 0)
			continue;
		if (p->against == NULL || p->unverified < p->with[REACH_TLS] ||
		    (against != NULL && strcmp(p->against, against) != 0))
			return NULL;
		against = p->against;
	}
	return against;
}

/* "465 implicit TLS at 1 of 2 hosts" */
static void say_mode(struct buf *b, const struct role_sum *s, const struct port_sum *p, bool alone)
{
	bool tls = p->with[REACH_TLS] > 0;

	buf_addf(b, "%u ", p->port);
	if (!tls)
		say_plain(b, "without TLS", p);
	else
		buf_adds(b, p->implicit == p->with[REACH_TLS] ? "implicit TLS" : "STARTTLS");
	if (tls && p->old) {
		buf_adds(b, " with ");
		seen_tls_version(b, p->version);
	}
	say_share(b, s, p->with[tls ? REACH_TLS : REACH_PLAIN], p->tried);
	if (alone && p->against != NULL)
		buf_addf(b, " (%s)", p->against);
}

static void say_log_in(struct buf *b, const struct role_sum *s, const char *before)
{
	size_t clear = 0, inside = 0, tls = 0;
	bool nameless = false;

	for (size_t i = 0; i < s->count; i++) {
		clear += s->ports[i].auth_clear;
		inside += s->ports[i].auth_tls;
		tls += s->ports[i].with[REACH_TLS];
		nameless = nameless || s->ports[i].nameless;
	}
	if (clear > 0)
		buf_addf(b, "%slog-in offered in the clear%s", before, tls > 0 ? " too" : "");
	else if (inside > 0)
		buf_addf(b, "%slog-in only after TLS", before);
	else if (s->role == ROLE_SUBMISSION && tls > 0)
		buf_addf(b, "%sno log-in offered", before);
	if (nameless)
		buf_adds(b, "; certificate verified, but for no name");
}

static void say_usable(struct buf *b, const struct role_sum *s, size_t n)
{
	const char *against = against_all(s);

	for (size_t i = 0, k = 0; i < s->count; i++) {
		if (works(&s->ports[i]) == 0)
			continue;
		buf_adds(b, k == 0 ? "" : k + 1 == n ? " and " : ", ");
		say_mode(b, s, &s->ports[i], against == NULL);
		k++;
	}
	if (against != NULL)
		buf_addf(b, ", but %s", against);
	say_log_in(b, s, against != NULL ? "; " : ", ");
}

/* The first of the ports that failed like this one; what they have in common is said once. */
static size_t first_alike(const struct role_sum *s, size_t i)
{
	size_t k = 0;

	while (k < i && (works(&s->ports[k]) > 0 ||
			 memcmp(s->ports[k].with, s->ports[i].with, sizeof(s->ports[i].with)) != 0))
		k++;
	return k;
}

static void say_failed(struct buf *b, const struct role_sum *s, size_t first)
{
	size_t n = 0, said = 0;

	for (size_t i = first; i < s->count; i++)
		n += works(&s->ports[i]) == 0 && first_alike(s, i) == first;
	for (size_t i = first; i < s->count; i++) {
		if (works(&s->ports[i]) > 0 || first_alike(s, i) != first)
			continue;
		buf_addf(b, "%s%u", said == 0 ? "" : said + 1 == n ? " and " : ", ", s->ports[i].port);
		said++;
	}
	buf_addc(b, ' ');
	say_failures(b, s, &s->ports[first]);
}

/* "465 implicit TLS and 587 STARTTLS, log-in only after TLS; 2525 refused" */
static void say_ports(struct buf *b, const struct role_sum *s)
{
	size_t n = 0;
	const char *before = "";

	for (size_t i = 0; i < s->count; i++)
		n += works(&s->ports[i]) > 0;
	if (n > 0) {
		say_usable(b, s, n);
		before = "; ";
	}
	for (size_t i = 0; i < s->count; i++)
		if (works(&s->ports[i]) == 0 && first_alike(s, i) == i) {
			buf_adds(b, before);
			say_failed(b, s, i);
			before = "; ";
		}
}

static enum verdict_state state_of(const struct role_sum *s)
{
	size_t tried = 0, working = 0, cut_short = 0, bad = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct port_sum *p = &s->ports[i];

		tried += p->tried;
		working += works(p);
		cut_short += p->with[REACH_CUT];
		bad += p->with[REACH_PLAIN] + (s->role == ROLE_RELAY ? 0 : p->unverified);
	}
	if (working == 0)
		return tried == 0 || cut_short > 0 ? VERDICT_UNKNOWN : VERDICT_FAILS;
	if (s->role == ROLE_RELAY && working < tried)
		return VERDICT_IMPAIRED;
	return bad > 0 ? VERDICT_IMPAIRED : VERDICT_WORKS;
}

/* An MX host need not take submissions: closed ports are as they should be. Where nothing there
 * answers, not even 25, silence does not say that they are closed. */
static bool absent(const struct role_sum *s, const struct observation *o)
{
	bool reached = facts_relay_reached(o);

	if (s->role != ROLE_SUBMISSION || o->target.kind != TARGET_DOMAIN)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		const struct port_sum *p = &s->ports[i];

		if (p->with[REACH_REFUSED] + p->with[REACH_NOT_CONNECTED] +
		    (reached ? p->with[REACH_NO_ANSWER] : 0) < p->tried)
			return false;
	}
	return true;
}

/* What works, and yet has a problem that the line does not name. */
static const struct finding *problem_of(const struct diagnosis *d, enum role role)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (d->findings[i].severity == SEVERITY_PROBLEM &&
		    (d->findings[i].usable_roles & 1u << role) != 0)
			return &d->findings[i];
	return NULL;
}

static void say_role(struct buf *b, struct verdict *v, const struct role_sum *s,
		     const struct diagnosis *d, const struct observation *o)
{
	const struct finding *f = problem_of(d, s->role);

	if (s->role == ROLE_RELAY && s->count == 1)
		buf_addf(b, "relay on %u: ", s->ports[0].port);
	else
		buf_addf(b, "%s: ", s->role == ROLE_OTHER ? "other ports" :
			 words_name(&role_words, s->role));
	if (s->count == 0) {
		buf_adds(b, "not tested, as this machine lacks the address family");
	} else if (absent(s, o)) {
		v->state = VERDICT_ABSENT;
		buf_adds(b, "not offered here, as is usual for an MX host");
	} else if (s->role == ROLE_RELAY && s->count == 1) {
		say_relay(b, s, &s->ports[0]);
	} else {
		say_ports(b, s);
	}
	if (v->state == VERDICT_WORKS && f != NULL) {
		v->state = VERDICT_IMPAIRED;
		buf_addf(b, "; but see %s", f->rule->code);
	}
}

static void add_verdict(struct diagnosis *d, const struct role_sum *s, const struct observation *o)
{
	struct verdict *v = mem_append(&d->verdicts, &d->verdict_count, sizeof(*v));
	struct buf b;

	buf_init(&b, LINE_MAX_BYTES);
	v->role = s->role;
	v->state = state_of(s);
	say_role(&b, v, s, d, o);
	v->text = buf_take(&b);
}

/* ---- recommendation ------------------------------------------------------------------------- */

static const char *const mode_text[ADVICE_MODE_COUNT] = {
	[ADVICE_STARTTLS] = "STARTTLS",
	[ADVICE_IMPLICIT_TLS] = "implicit TLS",
};

/* Of a domain, these ports are for its own users: they are no way to deliver to it. */
static void recommend_submission(struct buf *b, const struct advice *a, const struct observation *o)
{
	if (a->mode == ADVICE_PLAINTEXT) {
		buf_addf(b, "Only %s port %u without encryption works: send no password there.",
			 a->host, a->port);
		return;
	}
	if (!a->refused && o->target.kind == TARGET_DOMAIN)
		buf_addf(b, "With an account of %s, send through ", o->target.name);
	else if (!a->refused)
		buf_adds(b, "Send through ");
	buf_addf(b, "%s port %u with %s", a->host, a->port, mode_text[a->mode]);
	for (size_t i = 0; i < a->auth.count; i++)
		buf_addf(b, "%s%s", i == 0 ? " (log-in: " : ", ", a->auth.item[i]);
	buf_adds(b, a->auth.count > 0 ? ")" : "");
	if (a->refused)
		buf_addf(b, " would be the one to use, but %s.", a->caution);
	else if (a->caution != NULL)
		buf_addf(b, ". Mind: %s.", a->caution);
	else
		buf_adds(b, ".");
	if (a->auth.count == 0)
		buf_adds(b, " It offers no log-in, so it has to know this machine's address.");
}

static const struct verdict *verdict_of(const struct diagnosis *d, enum role role)
{
	for (size_t i = 0; i < d->verdict_count; i++)
		if (d->verdicts[i].role == role)
			return &d->verdicts[i];
	return NULL;
}

static bool offers_none(const struct diagnosis *d, const struct observation *o)
{
	const struct verdict *v = verdict_of(d, ROLE_SUBMISSION);

	return o->target.kind != TARGET_DOMAIN && v != NULL && v->state == VERDICT_FAILS;
}

#define OWN_PROVIDER "your own provider's submission server (465 or 587, with log-in)"

static void recommend_delivery(struct buf *b, const struct diagnosis *d, const struct observation *o)
{
	const struct verdict *relay = verdict_of(d, ROLE_RELAY);

	if (relay == NULL || o->cut_short)
		return;
	if (relay->state == VERDICT_FAILS && !facts_relay_reached(o) && facts_has_address(o))
		buf_addf(b, "%sNo port 25 was reached from here: to deliver all the same, hand the mail to "
			 OWN_PROVIDER ".", b->len > 0 ? " " : "");
	else if (b->len == 0 && d->advice_count > 0 && offers_none(d, o))
		buf_adds(b, "Only 25 works here, where other mail servers deliver. To send as a user, use "
			 OWN_PROVIDER ".");
	else if (b->len == 0 && d->advice_count > 0)
		buf_adds(b, "Mail servers deliver here on 25. To send as a user, use "
			 OWN_PROVIDER ", not this one.");
}

static char *recommend(const struct diagnosis *d, const struct observation *o)
{
	struct buf b;

	buf_init(&b, LINE_MAX_BYTES);
	if (d->advice_count > 0 && d->advice[0].role != ROLE_RELAY)
		recommend_submission(&b, &d->advice[0], o);
	if (b.len == 0 || o->target.kind == TARGET_DOMAIN)
		recommend_delivery(&b, d, o);
	return b.len > 0 ? buf_take(&b) : NULL;
}

void verdict_make(struct diagnosis *d, const struct observation *o)
{
	static const enum role order[] = { ROLE_RELAY, ROLE_SUBMISSION, ROLE_OTHER };
	const char *unit = unit_of(o);
	struct role_sum s; /* of its ports only those up to `count` are ever set: it is 15 KB */

	for (size_t r = 0; r < COUNT(order); r++) {
		s.role = order[r];
		s.unit = unit;
		s.count = 0;
		s.no_route = false;
		for (size_t i = 0; i < o->endpoint_count; i++)
			add_endpoint(&s, o, &o->endpoints[i]);
		if (s.count > 0 || s.no_route)
			add_verdict(d, &s, o);
	}
	d->recommendation = recommend(d, o);
}
