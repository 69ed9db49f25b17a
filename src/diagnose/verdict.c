/* SPDX-License-Identifier: MIT
 *
 * The line of a role is made of its ports, and that of a port of its endpoints over all hosts
 * and addresses: how many work in which mode, and why the others do not. Endpoints of an address
 * family that this machine does not have are left out: they say nothing of the server. */
#include "diagnose/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/advice.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"

enum { LINE_MAX_BYTES = 1024 };

/* How far a port got, worst first; `bad` is said where nothing better was reached. */
enum reach {
	REACH_CUT, REACH_NO_ANSWER, REACH_REFUSED, REACH_NOT_CONNECTED, REACH_SILENT, REACH_NOT_SMTP,
	REACH_TURNED_AWAY, REACH_BROKEN, REACH_TLS_FAILS, REACH_PLAIN, REACH_TLS, REACH_COUNT
};
static const char *const reach_text[REACH_COUNT] = {
	[REACH_CUT] = "cut short",
	[REACH_NO_ANSWER] = "no answer",
	[REACH_REFUSED] = "refused",
	[REACH_NOT_CONNECTED] = "cannot be reached",
	[REACH_SILENT] = "connects, but nothing speaks",
	[REACH_NOT_SMTP] = "another protocol",
	[REACH_TURNED_AWAY] = "turns this machine away",
	[REACH_BROKEN] = "the dialogue breaks off",
	[REACH_TLS_FAILS] = "TLS fails",
	[REACH_PLAIN] = "no TLS",
	[REACH_TLS] = "TLS",
};

struct port_sum {
	unsigned port;
	size_t tried, with[REACH_COUNT];
	size_t implicit, unverified, auth_clear, auth_tls;
	const char *version;          /* TLS version where it is the same everywhere; else NULL */
	const char *certificate;      /* what is against the first certificate that is not verified */
	bool nameless;                /* verified, but an address was given, so for no name */
};

struct role_sum {
	enum role role;
	struct port_sum ports[LIMIT_PORTS];
	size_t count;
};

const char *verdict_certificate(const struct obs_endpoint *e)
{
	static const struct {
		unsigned faults;
		const char *text;
	} words[] = {
		{ CERT_NONE_SENT | CERT_UNREADABLE, "there is no usable certificate" },
		{ CERT_REVOKED, "the certificate has been revoked" },
		{ CERT_EXPIRED, "the certificate has expired" },
		{ CERT_NOT_YET_VALID, "the certificate is not valid yet" },
		{ CERT_NAME_MISMATCH, "the certificate is for another name" },
		{ CERT_SELF_SIGNED, "the certificate is self-signed" },
		{ CERT_MISSING_INTERMEDIATE, "the certificate's chain has a gap" },
		{ CERT_UNKNOWN_ISSUER, "the certificate's issuer is not trusted here" },
		{ CERT_WRONG_PURPOSE, "the certificate is not for servers" },
		{ CERT_WEAK_KEY | CERT_WEAK_SIGNATURE, "the certificate is weak" },
	};

	if (facts_certificate_good(e))
		return NULL;
	for (size_t i = 0; i < COUNT(words); i++)
		if (e->tls.faults & words[i].faults)
			return words[i].text;
	return "the certificate cannot be verified";
}

/* ---- summing up ---------------------------------------------------------------------------- */

static enum reach reach_of_connect(const struct obs_connect *c)
{
	switch (c->outcome) {
	case OUT_TIMEOUT:
		return REACH_NO_ANSWER;
	case OUT_REFUSED:
		return REACH_REFUSED;
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

static enum reach reach_of(const struct obs_endpoint *e)
{
	if (e->connect.outcome != OUT_OK)
		return reach_of_connect(&e->connect);
	if (facts_works_with_tls(e))
		return REACH_TLS;
	if (cut(e))
		return REACH_CUT;
	if (facts_not_smtp(e))
		return REACH_NOT_SMTP;
	if (e->mode == MODE_SILENT)
		return REACH_SILENT;
	if (facts_reply_class(&e->greeting, 4) || facts_reply_class(&e->greeting, 5))
		return REACH_TURNED_AWAY;
	if (e->starttls.outcome == OUT_NOT_OFFERED && e->ehlo.reply.outcome == OUT_OK)
		return REACH_PLAIN;
	if (facts_tls_agreed(e) || (e->starttls.outcome != OUT_NOT_RUN && e->starttls.outcome != OUT_OK))
		return REACH_TLS_FAILS;
	return REACH_BROKEN;
}

static void add_tls(struct port_sum *p, const struct obs_endpoint *e)
{
	const char *against = verdict_certificate(e);

	p->implicit += e->mode == MODE_IMPLICIT_TLS;
	if (against != NULL && p->unverified++ == 0)
		p->certificate = against;
	p->nameless = p->nameless || (against == NULL && !e->tls.verified);
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

	if (e->role != s->role || !facts_family_here(o, e))
		return;
	while (i < s->count && s->ports[i].port != e->port)
		i++;
	if (i == COUNT(s->ports))
		return;
	if (i == s->count)
		s->ports[s->count++] = (struct port_sum){ .port = e->port };
	reach = reach_of(e);
	s->ports[i].tried++;
	s->ports[i].with[reach]++;
	s->ports[i].auth_clear += obs_ehlo_find(&e->ehlo, "AUTH") != NULL;
	if (reach == REACH_TLS)
		add_tls(&s->ports[i], e);
}

/* ---- one port ------------------------------------------------------------------------------- */

static bool usable(const struct port_sum *p)
{
	return p->with[REACH_TLS] + p->with[REACH_PLAIN] > 0;
}

/* " at 2 of 3 addresses" where it is not all of them. */
static void say_share(struct buf *b, size_t n, size_t of)
{
	if (n < of)
		buf_addf(b, " at %zu of %zu addresses", n, of);
}

static void say_mode(struct buf *b, const struct port_sum *p)
{
	if (p->with[REACH_TLS] == 0)
		buf_adds(b, "without TLS");
	else if (p->implicit == p->with[REACH_TLS])
		buf_adds(b, "implicit TLS");
	else
		buf_adds(b, "STARTTLS");
	say_share(b, p->with[REACH_TLS] > 0 ? p->with[REACH_TLS] : p->with[REACH_PLAIN], p->tried);
	if (p->unverified > 0)
		buf_addf(b, ", but %s", p->certificate);
}

static enum reach most_common_failure(const struct port_sum *p)
{
	enum reach most = REACH_CUT;

	for (unsigned r = 0; r < REACH_PLAIN; r++)
		if (p->with[r] > p->with[most])
			most = (enum reach)r;
	return most;
}

/* "works with verified TLS 1.3", for a relay port. */
static void say_relay(struct buf *b, const struct port_sum *p)
{
	size_t works = p->with[REACH_TLS] + p->with[REACH_PLAIN];

	if (works == 0) {
		buf_adds(b, reach_text[most_common_failure(p)]);
		if (p->tried > 1)
			buf_addf(b, " at %zu of %zu addresses", p->with[most_common_failure(p)], p->tried);
		return;
	}
	buf_adds(b, "works");
	say_share(b, works, p->tried);
	if (p->with[REACH_TLS] == 0) {
		buf_adds(b, ", without TLS");
		return;
	}
	buf_adds(b, p->unverified == 0 && !p->nameless ? " with verified " : " with ");
	if (p->version != NULL)
		seen_tls_version(b, p->version);
	else
		buf_adds(b, "TLS");
	if (p->with[REACH_PLAIN] > 0)
		buf_addf(b, ", without TLS at %zu", p->with[REACH_PLAIN]);
	if (p->unverified > 0)
		buf_addf(b, "; %s, which most mail servers do not mind", p->certificate);
	else if (p->nameless)
		buf_adds(b, ", verified, but for no name");
	if (works < p->tried)
		buf_addf(b, "; else: %s", reach_text[most_common_failure(p)]);
}

/* ---- a role --------------------------------------------------------------------------------- */

static void say_log_in(struct buf *b, const struct role_sum *s)
{
	size_t clear = 0, tls = 0, works = 0;

	for (size_t i = 0; i < s->count; i++) {
		clear += s->ports[i].auth_clear;
		tls += s->ports[i].auth_tls;
		works += s->ports[i].with[REACH_TLS];
	}
	if (works == 0)
		return;
	if (clear > 0)
		buf_adds(b, ", log-in offered in the clear too");
	else if (tls > 0)
		buf_adds(b, ", log-in only after TLS");
	else
		buf_adds(b, ", no log-in offered");
}

/* "465 implicit TLS and 587 STARTTLS, log-in only after TLS; 2525 refused" */
static void say_ports(struct buf *b, const struct role_sum *s)
{
	const char *before = "";

	for (size_t i = 0; i < s->count; i++) {
		if (!usable(&s->ports[i]))
			continue;
		buf_addf(b, "%s%u ", before, s->ports[i].port);
		say_mode(b, &s->ports[i]);
		before = " and ";
	}
	if (*before != '\0') {
		if (s->role == ROLE_SUBMISSION)
			say_log_in(b, s);
		before = "; ";
	}
	for (size_t i = 0; i < s->count; i++) {
		if (usable(&s->ports[i]))
			continue;
		buf_addf(b, "%s%u %s", before, s->ports[i].port,
			 reach_text[most_common_failure(&s->ports[i])]);
		before = ", ";
	}
}

static enum verdict_state state_of(const struct role_sum *s)
{
	size_t tried = 0, works = 0, cut_short = 0, bad = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct port_sum *p = &s->ports[i];

		tried += p->tried;
		works += p->with[REACH_TLS];
		cut_short += p->with[REACH_CUT];
		bad += s->role == ROLE_RELAY ? 0 : p->unverified;
		bad += p->with[REACH_PLAIN];
		works += p->with[REACH_PLAIN];
	}
	if (works == 0)
		return tried == 0 || cut_short == tried ? VERDICT_UNKNOWN : VERDICT_FAILS;
	if (s->role == ROLE_RELAY && works < tried)
		return VERDICT_IMPAIRED;
	return bad > 0 ? VERDICT_IMPAIRED : VERDICT_WORKS;
}

/* An MX host need not take submissions: closed ports are as they should be. */
static bool absent(const struct role_sum *s, const struct observation *o)
{
	if (s->role != ROLE_SUBMISSION || o->target.kind != TARGET_DOMAIN)
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (usable(&s->ports[i]) || s->ports[i].with[REACH_CUT] > 0)
			return false;
	return true;
}

static void add_verdict(struct diagnosis *d, const struct role_sum *s, const struct observation *o)
{
	struct verdict *v = mem_append(&d->verdicts, &d->verdict_count, sizeof(*v));
	struct buf b;

	buf_init(&b, LINE_MAX_BYTES);
	v->role = s->role;
	v->state = state_of(s);
	if (s->role == ROLE_RELAY && s->count == 1) {
		buf_addf(&b, "relay on %u: ", s->ports[0].port);
		say_relay(&b, &s->ports[0]);
	} else {
		buf_addf(&b, "%s: ", s->role == ROLE_OTHER ? "other ports" :
			 words_name(&role_words, s->role));
		if (absent(s, o)) {
			v->state = VERDICT_ABSENT;
			buf_adds(&b, "not offered here, as is usual for an MX host");
		} else {
			say_ports(&b, s);
		}
	}
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
	if (o->target.kind == TARGET_DOMAIN)
		buf_addf(b, "With an account of %s, send", o->target.name);
	else
		buf_adds(b, "Send");
	buf_addf(b, " through %s port %u with %s", a->host, a->port, mode_text[a->mode]);
	for (size_t i = 0; i < a->auth.count; i++)
		buf_addf(b, "%s%s", i == 0 ? " (log-in: " : ", ", a->auth.item[i]);
	buf_adds(b, a->auth.count > 0 ? ")." : ".");
	if (a->caution != NULL)
		buf_addf(b, " Mind: %s.", a->caution);
}

static const struct verdict *verdict_of(const struct diagnosis *d, enum role role)
{
	for (size_t i = 0; i < d->verdict_count; i++)
		if (d->verdicts[i].role == role)
			return &d->verdicts[i];
	return NULL;
}

#define OWN_PROVIDER "your own provider's submission server (465 or 587, with log-in)"

static void recommend_delivery(struct buf *b, const struct diagnosis *d, const struct observation *o)
{
	const struct verdict *relay = verdict_of(d, ROLE_RELAY);

	if (relay == NULL || o->cut_short)
		return;
	if (relay->state == VERDICT_FAILS && !facts_relay_reached(o) && facts_has_address(o))
		buf_addf(b, "%sPort 25 cannot be used from here: to deliver, hand the mail to "
			 OWN_PROVIDER ".", b->len > 0 ? " " : "");
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
	struct role_sum *s = mem_zalloc(1, sizeof(*s));

	for (size_t r = 0; r < COUNT(order); r++) {
		memset(s, 0, sizeof(*s));
		s->role = order[r];
		for (size_t i = 0; i < o->endpoint_count; i++)
			add_endpoint(s, o, &o->endpoints[i]);
		if (s->count > 0)
			add_verdict(d, s, o);
	}
	free(s);
	d->recommendation = recommend(d, o);
}
