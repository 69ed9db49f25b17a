/* SPDX-License-Identifier: MIT
 *
 * The evaluator: runs every rule of the table over an observation and makes findings of what
 * they see. The same observation always gives the same diagnosis.
 *
 * Procedure
 *   1. Each rule in order of the table. An endpoint rule is asked about each endpoint, a target
 *      rule once. All evidence of a rule becomes one finding, whatever the number of endpoints.
 *   2. Severity of a finding: the worst its evidence asks for, where evidence of a relay port
 *      counts with relay_severity. A rule of severity ok stands only if no finding is a warning
 *      or a problem.
 *   3. Findings are put in order: most severe first, then by stage, then as in the table.
 *   4. Advice (advice.c), then the verdict of each role (verdict.c).
 *   5. Status, the first that applies:
 *        unchecked  the run was cut short, whatever it had found by then
 *        unchecked  nothing outside of this machine was put to the test: no connect got past a
 *                   local failure, and DNS gave no definite fault (a dead resolver, SERVFAIL
 *                   and the null MX are none; NXDOMAIN, no address, an MX that is no name are)
 *        problem    a finding is a problem
 *        unchecked  all that could be reached said "not now"
 *        ok         else
 *
 * A consequence is not a finding: stages behind a failure were not run, and rules look at the
 * outcome of their own stage only. What else follows from a cause stands in `consequences`. */
#include "diagnose/diagnose.h"

#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/advice.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"
#include "diagnose/verdict.h"

enum { EVIDENCE_MAX = 4096, SUMMARY_MAX = 1024, PORTS_NAMED = 4 };

static const char *const severity_word[SEVERITY_COUNT] = {
	[SEVERITY_OK] = "ok",
	[SEVERITY_NOTE] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_PROBLEM] = "problem",
};
const struct words severity_words = { severity_word, COUNT(severity_word) };
_Static_assert(COUNT(severity_word) == SEVERITY_COUNT, "a word for each severity");

static const char *const verdict_state_word[VERDICT_STATE_COUNT] = {
	[VERDICT_WORKS] = "works",
	[VERDICT_IMPAIRED] = "impaired",
	[VERDICT_FAILS] = "fails",
	[VERDICT_ABSENT] = "absent",
	[VERDICT_UNKNOWN] = "unknown",
};
const struct words verdict_state_words = { verdict_state_word, COUNT(verdict_state_word) };
_Static_assert(COUNT(verdict_state_word) == VERDICT_STATE_COUNT, "a word for each state");

static const char *const status_word[STATUS_COUNT] = {
	[STATUS_OK] = "ok",
	[STATUS_PROBLEM] = "problem",
	[STATUS_UNCHECKED] = "unchecked",
};
const struct words status_words = { status_word, COUNT(status_word) };
_Static_assert(COUNT(status_word) == STATUS_COUNT, "a word for each status");

static const struct diag_rule *const tables[] = {
	rules_dns, rules_elsewhere, rules_path, rules_silent, rules_connect, rules_greeting, rules_source, rules_ehlo, rules_smtp,
	rules_starttls, rules_tls, rules_certificate, rules_trust, rules_interception,
	rules_size, rules_auth, rules_sender, rules_policy, rules_message, rules_client,
	rules_verdict,
};

/* What follows from a cause at the same endpoint, where the cause is at least highly likely. */
static const struct consequence {
	const char *cause, *effects[5];
} consequences[] = {
	{ "PATH_RESET_ON_THE_WAY", { "NET_PORT_REFUSED" } },
	{ "PATH_MAIL_SHIELD",
	  { "TLS_CERT_UNKNOWN_ISSUER", "TLS_CERT_SELF_SIGNED", "TLS_CERT_MISSING_INTERMEDIATE" } },
	{ "PATH_PORT_REDIRECTED", { "TLS_CERT_NAME_MISMATCH", "SMTP_STARTTLS_NOT_OFFERED" } },
	{ "PATH_PROVIDER_CONTRADICTED",
	  { "TLS_CERT_NAME_MISMATCH", "TLS_CERT_UNKNOWN_ISSUER", "TLS_CERT_SELF_SIGNED",
	    "SMTP_STARTTLS_NOT_OFFERED" } },
	{ "SMTP_STARTTLS_UNEVEN", { "SMTP_STARTTLS_NOT_OFFERED" } },
	{ "SMTP_NOT_SMTP",
	  { "SMTP_EHLO_REJECTED", "SMTP_EHLO_NOT_UNDERSTOOD", "SMTP_COMMAND_NOT_KNOWN" } },
	{ "SMTP_STARTTLS_EARLY_BYTES", { "TLS_HANDSHAKE_TIMEOUT", "TLS_HANDSHAKE_FAILED" } },
};

/* Where each of these causes was found. */
struct causes {
	struct {
		const struct obs_endpoint **seen;
		size_t count;
	} of[COUNT(consequences)];
};

struct judge {
	struct finding finding;
	const struct obs_endpoint **seen;    /* each once, in order */
	size_t seen_count;
	bool confidence_given;
};

enum { RULES_MOST = 1024 };

/* All tables behind each other, and the rules of the consequences: put there once, and then only read. */
static const struct diag_rule *all_rules[RULES_MOST], *cause_rules[COUNT(consequences)];
static pthread_once_t listed_once = PTHREAD_ONCE_INIT;

static void list_rules(void)
{
	size_t n = 0;

	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct diag_rule *r = tables[t]; r->code != NULL && n < RULES_MOST - 1; r++)
			all_rules[n++] = r;
	for (size_t k = 0; k < COUNT(consequences); k++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(all_rules[i]->code, consequences[k].cause) == 0)
				cause_rules[k] = all_rules[i];
}

const struct diag_rule *diag_rule_at(size_t i)
{
	pthread_once(&listed_once, list_rules);
	return i < RULES_MOST ? all_rules[i] : NULL;
}

static enum severity severity_at(const struct diag_rule *r, const struct obs_endpoint *e)
{
	if (e != NULL && e->role == ROLE_RELAY && r->relay_severity != SEVERITY_OK)
		return r->relay_severity;
	return r->severity;
}

static void add_evidence(struct judge *j, const struct obs_endpoint *e, char *what)
{
	struct finding *f = &j->finding;
	struct evidence *v = mem_append(&f->evidence, &f->evidence_count, sizeof(*v));
	enum severity s = severity_at(f->rule, e);

	v->endpoint = e != NULL ? obs_endpoint_name(e) : NULL;
	v->what = what;
	/* Evidence of the target as a whole supports what endpoints show; on its own it counts. */
	if (e != NULL) {
		const struct obs_endpoint **slot;

		slot = mem_append(&j->seen, &j->seen_count, sizeof(*slot));
		*slot = e;
		if (j->seen_count == 1)
			f->severity = s;
		f->relay_only = e->role == ROLE_RELAY && (f->relay_only || j->seen_count == 1);
		if (s == SEVERITY_PROBLEM && facts_works_with_tls(e))
			f->usable_roles |= 1u << e->role;
	} else if (f->evidence_count == 1) {
		f->severity = s;
	}
	if (e != NULL && s > f->severity)
		f->severity = s;
}

const char *finding_remedy(const struct finding *f)
{
	return f->relay_only && f->rule->relay_remedy != NULL ? f->rule->relay_remedy : f->rule->remedy;
}

void judge_see(struct judge *j, const struct obs_endpoint *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_evidence(j, e, mem_vprintf(format, args));
	va_end(args);
}

void judge_confidence(struct judge *j, enum confidence c)
{
	if (!j->confidence_given || c > j->finding.confidence)
		j->finding.confidence = c;
	j->confidence_given = true;
}

/* ---- the summary ------------------------------------------------------------------------- */

static size_t count_hosts(const struct judge *j)
{
	size_t hosts = 0;

	for (size_t i = 0; i < j->seen_count; i++) {
		size_t k = 0;

		/* Endpoints of a host stand together as a rule. */
		if (i > 0 && facts_same_host(j->seen[i - 1], j->seen[i]))
			continue;
		while (k < i && !facts_same_host(j->seen[k], j->seen[i]))
			k++;
		hosts += k == i;
	}
	return hosts;
}

static size_t distinct_ports(const struct judge *j, unsigned *ports, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < j->seen_count; i++) {
		size_t k = 0;

		while (k < n && ports[k] != j->seen[i]->port)
			k++;
		if (k == n && n < room)
			ports[n++] = j->seen[i]->port;
	}
	return n;
}

static void name_ports(struct buf *b, const unsigned *ports, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%u", i == 0 ? "" : i + 1 == n ? " and " : ", ", ports[i]);
}

/* " of both hosts", " of 2 of the 3 hosts": how far a fault is shared. */
static void name_share(struct buf *b, size_t hosts, const struct observation *o)
{
	size_t all = o->dns.host_count;

	if (hosts == 2 && all == 2)
		buf_adds(b, "both hosts");
	else if (hosts == all)
		buf_addf(b, "all %zu hosts", hosts);
	else if (hosts < all)
		buf_addf(b, "%zu of the %zu hosts", hosts, all);
	else
		buf_addf(b, "%zu hosts", hosts);
}

/* %E: "mx1.example.com:587", "mx1.example.com ports 465 and 587", "port 25 of both hosts". */
static void name_endpoints(struct buf *b, const struct judge *j, const struct observation *o)
{
	unsigned ports[LIMIT_PORTS + 1];
	size_t n, hosts;

	if (j->seen_count == 0) {
		buf_adds(b, o->target.name != NULL ? o->target.name : "the target");
		return;
	}
	n = distinct_ports(j, ports, COUNT(ports));
	hosts = count_hosts(j);
	if (hosts == 1 && n == 1) {
		seen_host_port(b, j->seen[0]);
	} else if (n > PORTS_NAMED) {
		buf_addf(b, "%zu ports", n);
	} else {
		if (hosts == 1)
			buf_addf(b, "%s ",
				 j->seen[0]->host != NULL ? j->seen[0]->host : "the host");
		buf_adds(b, n == 1 ? "port " : "ports ");
		name_ports(b, ports, n);
	}
	if (hosts > 1) {
		buf_adds(b, " of ");
		name_share(b, hosts, o);
	} else if (n > PORTS_NAMED) {
		buf_addf(b, " of %s", j->seen[0]->host != NULL ? j->seen[0]->host : "the host");
	}
}

static void name_host(struct buf *b, const struct judge *j, const struct observation *o)
{
	size_t hosts = count_hosts(j);

	if (hosts > 1)
		name_share(b, hosts, o);
	else if (hosts == 1 && j->seen[0]->host != NULL)
		buf_adds(b, j->seen[0]->host);
	else
		buf_adds(b, o->target.name != NULL ? o->target.name : "the target");
}

static char *make_summary(const struct judge *j, const struct observation *o)
{
	struct buf b;

	buf_init(&b, SUMMARY_MAX);
	for (const char *s = j->finding.rule->summary; *s != '\0'; s++) {
		if (*s != '%') {
			buf_addc(&b, *s);
			continue;
		}
		s++;
		if (*s == 'E')
			name_endpoints(&b, j, o);
		else if (*s == 'H')
			name_host(&b, j, o);
		else
			buf_adds(&b, o->target.name != NULL ? o->target.name : "the target");
	}
	return buf_take(&b);
}

/* ---- findings ---------------------------------------------------------------------------- */

/* The replies that rules can judge by their words, and what each answers. */
static const struct judged_reply {
	enum stage stage;
	size_t at;
	const char *to;          /* NULL: nothing, or what the record says of it */
} judged_replies[] = {
	{ STAGE_GREETING, offsetof(struct obs_endpoint, greeting), NULL },
	{ STAGE_EHLO, offsetof(struct obs_endpoint, ehlo.reply), "EHLO" },
	{ STAGE_STARTTLS, offsetof(struct obs_endpoint, starttls.reply), "STARTTLS" },
	{ STAGE_EHLO_TLS, offsetof(struct obs_endpoint, ehlo_tls.reply), "EHLO inside TLS" },
	{ STAGE_ENFORCEMENT, offsetof(struct obs_endpoint, enforcement.reply), NULL },
	{ STAGE_ENFORCEMENT, offsetof(struct obs_endpoint, size_test.reply), "MAIL with a size" },
};

static bool judged_elsewhere(const struct obs_endpoint *e, const struct obs_reply *r)
{
	return r == facts_wants_certificate(e) ||
	       (r == &e->enforcement.reply && facts_demand(e) != DEMAND_NOTHING);
}

static void say_answer(struct buf *what, const struct obs_endpoint *e, const struct judged_reply *k,
		       const struct obs_reply *r)
{
	const char *to = r == &e->enforcement.reply ? e->enforcement.command : k->to;

	if (to != NULL)
		seen_command(what, e, to);
	if (r == &e->ehlo.reply && e->ehlo.helo)
		buf_addf(what, "%d, HELO -> ", e->ehlo.ehlo_code);
	seen_reply(what, r);
	/* The second try, alone, met what the first one had met. */
	if (e->repeated && text_reply_rule(&e->turned_away, k->stage) == text_reply_rule(r, k->stage))
		buf_adds(what, "; the same when tried once more, with no other connection open");
}

/* What the words of an endpoint's refused replies come to. */
struct refusals {
	const struct diag_rule *show[COUNT(judged_replies)]; /* NULL: nothing */
};

/* What all rules are asked about. */
struct inquiry {
	const struct observation *o;
	struct refusals *refusals;       /* [endpoint]; each is a search, and of use to many rules */
	bool any_refusal;
	struct causes causes;
	struct buf what;                 /* was seen, in words */
};

static const struct obs_reply *reply_at(const struct obs_endpoint *e, size_t i)
{
	return (const void *)((const char *)e + judged_replies[i].at);
}

static void judge_refusals(struct inquiry *q, size_t endpoint)
{
	const struct obs_endpoint *e = &q->o->endpoints[endpoint];

	for (size_t i = 0; i < COUNT(judged_replies); i++) {
		const struct obs_reply *reply = reply_at(e, i);
		const struct diag_rule *r = NULL;

		if (reply->outcome == OUT_REJECTED && !judged_elsewhere(e, reply))
			r = text_reply_rule(reply, judged_replies[i].stage);
		q->refusals[endpoint].show[i] = r;
		q->any_refusal = q->any_refusal || r != NULL;
	}
}

static bool shown_by_reply(const struct diag_rule *r, const struct refusals *refusals,
			   const struct obs_endpoint *e, struct buf *what)
{
	for (size_t i = 0; i < COUNT(judged_replies); i++)
		if (refusals->show[i] == r) {
			say_answer(what, e, &judged_replies[i], reply_at(e, i));
			return true;
		}
	return false;
}

static bool shown_at(struct inquiry *q, const struct diag_rule *r, size_t endpoint)
{
	const struct obs_endpoint *e = &q->o->endpoints[endpoint];

	buf_reset(&q->what);
	if (r->endpoint != NULL)
		return r->endpoint(q->o, e, &q->what);
	return shown_by_reply(r, &q->refusals[endpoint], e, &q->what);
}

static bool follows(const struct causes *c, const struct diag_rule *r, const struct obs_endpoint *e)
{
	for (size_t k = 0; k < COUNT(consequences); k++)
		for (size_t i = 0; i < c->of[k].count; i++)
			for (size_t n = 0; c->of[k].seen[i] == e && consequences[k].effects[n] != NULL; n++)
				if (strcmp(consequences[k].effects[n], r->code) == 0)
					return true;
	return false;
}

/* Most rules that go by words alone have nothing to go by. */
static bool may_show(const struct inquiry *q, const struct diag_rule *r)
{
	return r->target != NULL || r->endpoint != NULL || (r->replies != 0 && q->any_refusal);
}

static void ask(struct judge *j, struct inquiry *q)
{
	const struct diag_rule *r = j->finding.rule;

	if (r->target != NULL) {
		r->target(q->o, j);
		return;
	}
	for (size_t i = 0; i < q->o->endpoint_count; i++)
		if (shown_at(q, r, i) && !follows(&q->causes, r, &q->o->endpoints[i]))
			add_evidence(j, &q->o->endpoints[i], mem_strdup(buf_str(&q->what)));
}

static void inquiry_init(struct inquiry *q, const struct observation *o)
{
	memset(q, 0, sizeof(*q));
	q->o = o;
	buf_init(&q->what, EVIDENCE_MAX);
	q->refusals = mem_zalloc(o->endpoint_count, sizeof(*q->refusals));
	for (size_t i = 0; i < o->endpoint_count; i++)
		judge_refusals(q, i);
}

static void inquiry_clear(struct inquiry *q)
{
	for (size_t k = 0; k < COUNT(q->causes.of); k++)
		free(q->causes.of[k].seen);
	free(q->refusals);
	buf_clear(&q->what);
}

static void free_evidence(struct finding *f)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		free(f->evidence[i].endpoint);
		free(f->evidence[i].what);
	}
	free(f->evidence);
}

/* Looked for before all else: an effect stands in the tables before its cause, or behind it. */
static void find_causes(struct inquiry *q)
{
	struct causes found = { 0 };

	for (size_t k = 0; k < COUNT(consequences); k++) {
		const struct diag_rule *r = cause_rules[k];
		struct judge j = { .finding = { .rule = r, .confidence = r->confidence } };

		ask(&j, q);
		free_evidence(&j.finding);
		if (j.finding.confidence >= CONFIDENCE_HIGH) {
			found.of[k].seen = j.seen;
			found.of[k].count = j.seen_count;
		} else {
			free(j.seen);
		}
	}
	q->causes = found;
}

static void apply(struct diagnosis *d, const struct diag_rule *r, struct inquiry *q)
{
	struct judge j = { .finding = { .rule = r, .confidence = r->confidence } };

	ask(&j, q);
	if (j.finding.evidence_count > 0) {
		struct finding *f = mem_append(&d->findings, &d->finding_count, sizeof(*f));

		j.finding.summary = make_summary(&j, q->o);
		*f = j.finding;
	}
	free(j.seen);
}

static bool comes_before(const struct finding *a, const struct finding *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	return a->rule->stage < b->rule->stage;
}

/* Insertion keeps equals in the order of the table; a diagnosis has a few dozen findings. */
static void put_in_order(struct diagnosis *d)
{
	for (size_t i = 1; i < d->finding_count; i++) {
		struct finding f = d->findings[i];
		size_t k = i;

		for (; k > 0 && comes_before(&f, &d->findings[k - 1]); k--)
			d->findings[k] = d->findings[k - 1];
		d->findings[k] = f;
	}
}

static bool found(const struct diagnosis *d, enum severity least)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (d->findings[i].severity >= least)
			return true;
	return false;
}

static enum status status_of(const struct diagnosis *d, const struct observation *o)
{
	if (o->cut_short || !facts_tested(o))
		return STATUS_UNCHECKED;
	if (found(d, SEVERITY_PROBLEM))
		return STATUS_PROBLEM;
	return facts_only_put_off(o) ? STATUS_UNCHECKED : STATUS_OK;
}

void diagnose(struct diagnosis *d, const struct observation *o)
{
	struct inquiry q;

	pthread_once(&listed_once, list_rules);
	memset(d, 0, sizeof(*d));
	inquiry_init(&q, o);
	find_causes(&q);
	for (const struct diag_rule *const *r = all_rules; *r != NULL; r++)
		if (may_show(&q, *r) && ((*r)->severity != SEVERITY_OK || !found(d, SEVERITY_WARNING)))
			apply(d, *r, &q);
	inquiry_clear(&q);
	put_in_order(d);
	advice_make(&d->advice, &d->advice_count, o);
	verdict_make(d, o);
	d->status = status_of(d, o);
}

void diagnosis_clear(struct diagnosis *d)
{
	for (size_t i = 0; i < d->finding_count; i++) {
		free_evidence(&d->findings[i]);
		free(d->findings[i].summary);
	}
	free(d->findings);
	for (size_t i = 0; i < d->verdict_count; i++)
		free(d->verdicts[i].text);
	free(d->verdicts);
	free(d->recommendation);
	advice_free(d->advice, d->advice_count);
	memset(d, 0, sizeof(*d));
}
