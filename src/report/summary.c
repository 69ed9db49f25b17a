/* SPDX-License-Identifier: MIT
 *
 * Counting only: see summary.h. */
#include "report/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/advice.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"

static const char *const name_word[SUMMARY_NAMES] = {
	[SUMMARY_MX] = "mx",
	[SUMMARY_NO_MX] = "no_mx",
	[SUMMARY_HOST] = "host",
	[SUMMARY_NULL_MX] = "null_mx",
	[SUMMARY_NXDOMAIN] = "nxdomain",
	[SUMMARY_DEAD_MX] = "mx_without_address",
	[SUMMARY_NO_ADDRESS] = "no_address",
	[SUMMARY_NO_ANSWER] = "no_answer",
	[SUMMARY_NAME_CUT_SHORT] = "cut_short",
};
const struct words summary_name_words = { name_word, COUNT(name_word) };

static const char *const fact_word[SUMMARY_FACTS] = {
	[SUMMARY_PROBED] = "probed",
	[SUMMARY_CONNECTED] = "connected",
	[SUMMARY_SILENT] = "no_answer",
	[SUMMARY_REFUSED] = "refused",
	[SUMMARY_UNREACHED] = "unreachable",
	[SUMMARY_STOPPED_HERE] = "stopped_here",
	[SUMMARY_CUT_SHORT] = "cut_short",
	[SUMMARY_WORKS] = "works",
	[SUMMARY_EHLO] = "ehlo_in_clear",
	[SUMMARY_OFFERED] = "starttls_offered",
	[SUMMARY_STARTTLS] = "starttls_works",
	[SUMMARY_NOT_OFFERED] = "starttls_not_offered",
	[SUMMARY_TLS_FAILED] = "tls_failed",
	[SUMMARY_TLS] = "tls",
	[SUMMARY_TLS13] = "tls1.3",
	[SUMMARY_TLS12] = "tls1.2",
	[SUMMARY_TLS11] = "tls1.1",
	[SUMMARY_TLS10] = "tls1.0",
	[SUMMARY_TLS_OTHER] = "tls_other",
	[SUMMARY_VERIFIED] = "certificate_verified",
	[SUMMARY_NAMELESS] = "certificate_good_for_no_name",
	[SUMMARY_NOT_VERIFIED] = "certificate_not_verified",
};
const struct words summary_fact_words = { fact_word, COUNT(fact_word) };

#define BIT(fact) (1u << (fact))
_Static_assert(SUMMARY_FACTS <= 32, "facts are bits");

/* ---- names ----------------------------------------------------------------------------------- */

static bool found(const struct diagnosis *d, const char *code)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (strcmp(d->findings[i].rule->code, code) == 0)
			return true;
	return false;
}

static bool any_host(const struct observation *o, enum mail_host_source source)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (o->dns.hosts[i].source == source)
			return true;
	return false;
}

/* Was there a question that got no answer: of MX records, or, for a name that stayed without an
 * address, any? */
static bool unanswered(const struct observation *o)
{
	bool addresses = facts_has_address(o);

	for (size_t i = 0; i < o->dns.query_count; i++) {
		const struct obs_query *q = &o->dns.queries[i];
		bool mx = q->type != NULL && strcmp(q->type, "MX") == 0;

		if (facts_no_answer(q->rcode) && (mx || !addresses))
			return true;
	}
	return false;
}

static enum summary_name name_of(const struct observation *o, const struct diagnosis *d)
{
	bool addresses = facts_has_address(o), mx = any_host(o, MAIL_HOST_MX);

	if (o->target.kind == TARGET_ADDRESS)
		return SUMMARY_NO_NAME;
	if (o->dns.null_mx)
		return SUMMARY_NULL_MX;
	if (found(d, "DNS_NAME_NOT_FOUND"))
		return SUMMARY_NXDOMAIN;
	if (addresses && mx)
		return SUMMARY_MX;
	if (unanswered(o))
		return SUMMARY_NO_ANSWER;
	if (addresses)
		return o->dns.implicit_mx ? SUMMARY_NO_MX : SUMMARY_HOST;
	if (o->cut_short)
		return SUMMARY_NAME_CUT_SHORT;
	return mx ? SUMMARY_DEAD_MX : SUMMARY_NO_ADDRESS;
}

static char lower_of(char c)    /* tolower() goes by the locale */
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* In lower case and without the dot at the end, as a resolver compares names. */
static size_t put_name(struct name_index *x, const char *name)
{
	char lower[NAME_INDEX_BYTES];
	size_t n = strlen(name);

	n -= n > 1 && name[n - 1] == '.';
	if (n > sizeof lower)
		return NAME_INDEX_NONE;
	for (size_t i = 0; i < n; i++)
		lower[i] = lower_of(name[i]);
	return name_index_put(x, lower, n);
}

static void add_hosts(struct summary *s, const struct observation *o)
{
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct obs_mail_host *h = &o->dns.hosts[i];
		size_t k;

		if (h->source != MAIL_HOST_MX || h->name == NULL)
			continue;
		k = put_name(&s->host_names, h->name);
		if (k == NAME_INDEX_NONE) {
			s->hosts_beyond++;
			continue;
		}
		if (k == s->host_count)
			mem_append(&s->hosts, &s->host_count, sizeof *s->hosts);
		s->hosts[k].targets += s->hosts[k].last != s->done;
		s->hosts[k].last = s->done;
	}
}

/* ---- endpoints ------------------------------------------------------------------------------- */

static unsigned connect_fact(const struct observation *o, const struct obs_endpoint *e)
{
	switch (e->connect.outcome) {
	case OUT_OK:
		return BIT(SUMMARY_CONNECTED);
	case OUT_NOT_RUN:
	case OUT_CUT_SHORT:
		return BIT(SUMMARY_CUT_SHORT);
	default:
		break;
	}
	if (facts_local_failure(o, e))
		return BIT(SUMMARY_STOPPED_HERE);
	return e->connect.outcome == OUT_TIMEOUT ? BIT(SUMMARY_SILENT) :
	       e->connect.outcome == OUT_REFUSED ? BIT(SUMMARY_REFUSED) : BIT(SUMMARY_UNREACHED);
}

static unsigned starttls_facts(const struct obs_endpoint *e)
{
	unsigned facts = BIT(SUMMARY_EHLO);

	if (e->mode != MODE_PLAINTEXT || e->ehlo.reply.outcome != OUT_OK)
		return 0;
	if (e->starttls.outcome == OUT_NOT_OFFERED)
		return facts | BIT(SUMMARY_NOT_OFFERED);
	if (e->starttls.outcome != OUT_NOT_RUN || obs_ehlo_find(&e->ehlo, "STARTTLS") != NULL)
		facts |= BIT(SUMMARY_OFFERED);
	if (e->starttls.outcome == OUT_OK && facts_tls_up(e))
		facts |= BIT(SUMMARY_STARTTLS);
	return facts;
}

static unsigned version_fact(const char *version)
{
	static const struct {
		const char *name;
		enum summary_fact fact;
	} versions[] = {
		{ "TLS1.3", SUMMARY_TLS13 }, { "TLS1.2", SUMMARY_TLS12 },
		{ "TLS1.1", SUMMARY_TLS11 }, { "TLS1.0", SUMMARY_TLS10 },
	};

	for (size_t i = 0; version != NULL && i < COUNT(versions); i++)
		if (strcmp(versions[i].name, version) == 0)
			return BIT(versions[i].fact);
	return BIT(SUMMARY_TLS_OTHER);
}

static unsigned tls_facts(const struct obs_endpoint *e)
{
	unsigned certificate = !facts_certificate_good(e) ? BIT(SUMMARY_NOT_VERIFIED) :
			       e->tls.verified ? BIT(SUMMARY_VERIFIED) : BIT(SUMMARY_NAMELESS);

	if (!facts_tls_agreed(e))
		return 0;
	if (!facts_tls_up(e))
		return BIT(SUMMARY_TLS_FAILED);
	return BIT(SUMMARY_TLS) | version_fact(e->tls.version) | certificate;
}

static unsigned facts_of(const struct observation *o, const struct obs_endpoint *e)
{
	unsigned facts = BIT(SUMMARY_PROBED) | connect_fact(o, e);
	enum advice_mode mode;

	if (e->connect.outcome != OUT_OK)
		return facts;
	if (advice_usable(e, &mode) && !facts_relay_wants_log_in(e))
		facts |= BIT(SUMMARY_WORKS);
	return facts | starttls_facts(e) | tls_facts(e);
}

static void count_facts(size_t counts[SUMMARY_FACTS], unsigned facts)
{
	for (unsigned i = 0; i < SUMMARY_FACTS; i++)
		counts[i] += (facts & BIT(i)) != 0;
}

static void add_text(struct buf *to, const char *text)
{
	for (const char *c = text != NULL ? text : ""; *c != '\0'; c++)
		buf_addc(to, lower_of(*c));
	buf_add(to, "", 1);
}

static bool first_sight(struct summary *s, const struct obs_endpoint *e)
{
	enum key_seen seen;

	buf_reset(&s->scratch);
	add_text(&s->scratch, e->host);
	add_text(&s->scratch, e->address);
	buf_add(&s->scratch, &e->port, sizeof e->port);
	seen = key_set_add(&s->endpoints, hash_bytes(&s->key, s->scratch.data, s->scratch.len));
	s->endpoints_seen++;
	s->endpoints_beyond += seen == KEY_FULL;
	return seen == KEY_NEW;
}

/* The place of the port in the list, where there is room for it. */
static size_t port_at(struct summary *s, unsigned port)
{
	size_t i = 0;

	while (i < s->port_count && s->ports[i].port != port)
		i++;
	if (i == s->port_count && i < LIMIT_PORTS) {
		struct summary_port *new = mem_append(&s->ports, &s->port_count, sizeof *new);

		new->port = port;
	}
	return i;
}

static void add_endpoints(struct summary *s, const struct observation *o)
{
	unsigned of_target[LIMIT_PORTS] = { 0 };
	bool left_out = false;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		unsigned facts;
		size_t at;

		if (!facts_family_here(o, e)) {
			left_out = true;
			continue;
		}
		at = port_at(s, e->port);
		if (at == LIMIT_PORTS) {
			s->ports_beyond++;
			continue;
		}
		facts = facts_of(o, e);
		of_target[at] |= facts;
		if (first_sight(s, e))
			count_facts(s->ports[at].endpoints, facts);
	}
	for (size_t i = 0; i < s->port_count; i++) {
		if ((of_target[i] & BIT(SUMMARY_OFFERED)) != 0)
			of_target[i] &= ~BIT(SUMMARY_NOT_OFFERED);
		count_facts(s->ports[i].targets, of_target[i]);
	}
	s->no_route += left_out;
}

/* ---- what was found, what has changed, what was expected ------------------------------------- */

/* Of several in a target the first counts: the gravest, as lists have it. */
static void add_code(struct summary_code **list, size_t *count, const char *code,
		     enum severity severity, size_t target)
{
	struct summary_code *c = NULL;

	for (size_t i = 0; c == NULL && i < *count; i++)
		if ((*list)[i].code == code || strcmp((*list)[i].code, code) == 0)
			c = &(*list)[i];
	if (c == NULL) {
		c = mem_append(list, count, sizeof *c);
		c->code = code;
	}
	if (c->last == target)
		return;
	c->last = target;
	c->targets++;
	c->by_severity[severity]++;
}

static void add_findings(struct summary *s, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (d->findings[i].severity >= SEVERITY_NOTE)
			add_code(&s->findings, &s->finding_count, d->findings[i].rule->code,
				 d->findings[i].severity, s->done);
}

static void add_changes(struct summary *s, const struct baseline_changes *c)
{
	if (c == NULL)
		return;
	s->compared++;
	s->not_in_baseline += !c->known;
	for (size_t i = 0; i < c->count; i++)
		add_code(&s->changes, &s->change_count, c->list[i].code, c->list[i].severity, s->done);
}

/* The claims of each target are the same in the same order: the first look is the last. */
static struct summary_claim *claim_of(struct summary *s, size_t nth, const char *text)
{
	struct summary_claim *c;

	if (nth < s->claim_count && strcmp(s->claims[nth].text, text) == 0)
		return &s->claims[nth];
	for (size_t i = 0; i < s->claim_count; i++)
		if (strcmp(s->claims[i].text, text) == 0)
			return &s->claims[i];
	c = mem_append(&s->claims, &s->claim_count, sizeof *c);
	c->text = mem_strdup(text);
	return c;
}

static void add_expected(struct summary *s, const struct expect_verdicts *v)
{
	enum expect_state gravest = EXPECT_MET;

	if (v == NULL)
		return;
	for (size_t i = 0; i < v->count; i++) {
		struct summary_claim *c = claim_of(s, i, v->list[i].text);

		if (v->list[i].state > gravest)
			gravest = v->list[i].state;
		if (c->last == s->done)    /* said twice */
			continue;
		c->last = s->done;
		c->by_state[v->list[i].state]++;
	}
	s->expected[gravest]++;
}

/* ---- the interface --------------------------------------------------------------------------- */

struct summary *summary_new(size_t hosts, size_t endpoints, const struct hash_key *key)
{
	struct summary *s = mem_zalloc(1, sizeof *s);

	s->key = *key;
	buf_init(&s->scratch, BUF_NO_LIMIT);
	key_set_init(&s->endpoints, endpoints);
	name_index_init(&s->host_names, hosts, key);
	return s;
}

struct summary *summary_begin(void)
{
	struct hash_key key;

	hash_key_make(&key);
	return summary_new(LIMIT_SUMMARY_HOSTS, LIMIT_SUMMARY_ENDPOINTS, &key);
}

void summary_free(struct summary *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->claim_count; i++)
		free(s->claims[i].text);
	free(s->claims);
	free(s->findings);
	free(s->changes);
	free(s->ports);
	free(s->hosts);
	name_index_clear(&s->host_names);
	key_set_clear(&s->endpoints);
	buf_clear(&s->scratch);
	free(s);
}

void summary_add(struct summary *s, const struct report_target *t)
{
	const struct observation *o = t->o;
	enum summary_name name = name_of(o, t->d);
	int64_t at = o->started_at_us;

	s->first_us = s->done == 0 || at < s->first_us ? at : s->first_us;
	s->last_us = s->done == 0 || at > s->last_us ? at : s->last_us;
	s->done++;
	s->cut_short += o->cut_short;
	s->by_weight[report_weigh(t)]++;
	if (name != SUMMARY_NO_NAME)
		s->names[name]++;
	s->with_mx += any_host(o, MAIL_HOST_MX);
	add_hosts(s, o);
	add_endpoints(s, o);
	add_findings(s, t->d);
	add_changes(s, t->changes);
	add_expected(s, t->expected);
}

size_t summary_names_asked(const struct summary *s)
{
	size_t n = 0;

	for (size_t i = 0; i < SUMMARY_NAMES; i++)
		n += s->names[i];
	return n;
}

enum severity summary_gravest(const struct summary_code *c)
{
	unsigned severity = SEVERITY_COUNT - 1;

	while (severity > 0 && c->by_severity[severity] == 0)
		severity--;
	return severity;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int by_port(const void *left, const void *right)
{
	const struct summary_port *a = left, *b = right;

	return a->port < b->port ? -1 : a->port > b->port;
}

static int by_number_and_name(size_t a, size_t b, const char *name_a, const char *name_b)
{
	if (a != b)
		return a > b ? -1 : 1;
	return strcmp(name_a, name_b);
}

static int by_code_targets(const void *left, const void *right)
{
	const struct summary_code *a = left, *b = right;

	return by_number_and_name(a->targets, b->targets, a->code, b->code);
}

static int by_host_targets(const void *left, const void *right)
{
	const struct summary_host *a = left, *b = right;

	return by_number_and_name(a->targets, b->targets, a->name, b->name);
}

/* qsort() may not be given NULL, not even for nothing. */
static void sort(void *list, size_t count, size_t size, int (*order)(const void *, const void *))
{
	if (count > 1)
		qsort(list, count, size, order);
}

void summary_sort(struct summary *s)
{
	for (size_t i = 0; i < s->host_count; i++)
		s->hosts[i].name = name_index_name(&s->host_names, i);
	sort(s->ports, s->port_count, sizeof *s->ports, by_port);
	sort(s->hosts, s->host_count, sizeof *s->hosts, by_host_targets);
	sort(s->findings, s->finding_count, sizeof *s->findings, by_code_targets);
	sort(s->changes, s->change_count, sizeof *s->changes, by_code_targets);
}
