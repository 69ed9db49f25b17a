/* SPDX-License-Identifier: MIT */
#include "report/report_monitoring.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"
#include "report/layout.h"

enum { LINE_BYTES = 1024, DAY = 24 * 3600, SHOWN = 3 };

static const char *const state_word[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
_Static_assert(COUNT(state_word) == MONITORING_STATE_COUNT, "a word for every state");
const struct words monitoring_state_words = { state_word, COUNT(state_word) };

/* ---- the state ------------------------------------------------------------------------------ */

static enum monitoring_state state_of_findings(const struct monitored *m)
{
	const struct diagnosis *d = m->d;

	if (!m->findings_count)
		return MONITORING_OK;
	if (d->status == STATUS_UNCHECKED)
		return MONITORING_UNKNOWN;
	if (d->status == STATUS_PROBLEM)
		return MONITORING_CRITICAL;
	return d->finding_count > 0 && d->findings[0].severity == SEVERITY_WARNING ? MONITORING_WARNING :
	       MONITORING_OK;
}

/* A fault that is known goes before one that could not be looked for. */
enum monitoring_state monitoring_judge(const struct monitored *m)
{
	enum monitoring_state found = state_of_findings(m);

	if (m->critical->by_state[EXPECT_NOT_MET] > 0 || found == MONITORING_CRITICAL)
		return MONITORING_CRITICAL;
	if (m->warning->by_state[EXPECT_NOT_MET] > 0 || found == MONITORING_WARNING)
		return MONITORING_WARNING;
	if (m->critical->by_state[EXPECT_UNCHECKED] + m->warning->by_state[EXPECT_UNCHECKED] > 0)
		return MONITORING_UNKNOWN;
	return found;
}

/* ---- the line ------------------------------------------------------------------------------- */

/* "|" begins the performance data, so it stands for itself nowhere else. */
static void add_text(struct buf *to, const char *text)
{
	struct buf safe;

	buf_init(&safe, LINE_BYTES * 8);
	layout_escape(&safe, text, true);
	for (const char *c = buf_str(&safe); *c != '\0'; c++)
		buf_addc(to, *c == '|' ? '/' : *c);
	buf_clear(&safe);
}

static void say_verdict(struct buf *to, const struct expect_verdict *v)
{
	const struct expect_sight *s = NULL;
	const char *seen = v->why;

	for (size_t i = 0; s == NULL && seen == NULL && i < v->sight_count; i++)
		if (v->sights[i].state == v->state)
			s = &v->sights[i];
	add_text(to, v->text);
	if (s != NULL)
		seen = s->seen;
	if (seen == NULL || *seen == '\0')
		return;
	buf_adds(to, " - ");
	if (s != NULL && s->endpoint != NULL)
		buf_addf(to, "port %u: ", s->endpoint->port);
	add_text(to, seen);
}

/* What stood in the way of the one before, at the same place, stood in the way of this one too. */
static bool same_cause(const struct expect_verdict *a, const struct expect_verdict *b)
{
	return a->sight_count > 0 && b->sight_count > 0 && a->sights[0].endpoint == b->sights[0].endpoint &&
	       strcmp(a->sights[0].seen, b->sights[0].seen) == 0;
}

static size_t say_verdicts(struct buf *to, const struct expect_verdicts *v, enum expect_state state,
			   size_t said)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->list[i].state != state || (i > 0 && same_cause(&v->list[i - 1], &v->list[i])))
			continue;
		if (said < SHOWN) {
			buf_adds(to, said > 0 ? "; " : state == EXPECT_NOT_MET ? "not met: " :
				 "could not be checked: ");
			say_verdict(to, &v->list[i]);
		}
		said++;
	}
	return said;
}

static bool ready(const struct obs_endpoint *e)
{
	return e->ehlo_tls.reply.outcome == OUT_OK ||
	       (e->starttls.outcome == OUT_NOT_OFFERED && e->ehlo.reply.outcome == OUT_OK);
}

/* "25, 465 and 587 work" */
static void say_ports(struct buf *to, const struct observation *o)
{
	size_t count = 0, nth = 0;
	unsigned ports[LIMIT_PORTS];

	for (size_t i = 0; i < o->endpoint_count; i++) {
		size_t k = 0;

		while (k < count && ports[k] != o->endpoints[i].port)
			k++;
		if (k == count && ready(&o->endpoints[i]) && count < LIMIT_PORTS)
			ports[count++] = o->endpoints[i].port;
	}
	for (; nth < count; nth++)
		buf_addf(to, "%s%u", nth == 0 ? "" : nth + 1 == count ? " and " : ", ", ports[nth]);
	buf_adds(to, count == 0 ? "no problem was found" : count == 1 ? " works" : " work");
}

static void say_findings(struct buf *to, const struct monitored *m)
{
	const struct diagnosis *d = m->d;

	if (d->finding_count == 0) {
		buf_adds(to, "nothing could be tested");
		return;
	}
	if (state_of_findings(m) == MONITORING_OK) {
		say_ports(to, m->o);
		return;
	}
	add_text(to, d->findings[0].summary);
	buf_addf(to, " (%s)", d->findings[0].rule->code);
}

/* What a finding explains is not told as an expectation that is not met: a closed port has no time. */
static void say_what(struct buf *to, const struct monitored *m)
{
	enum monitoring_state found = state_of_findings(m);
	size_t said = 0;

	if (found == MONITORING_CRITICAL || found == MONITORING_UNKNOWN) {
		say_findings(to, m);
		return;
	}
	said = say_verdicts(to, m->critical, EXPECT_NOT_MET, said);
	said = say_verdicts(to, m->warning, EXPECT_NOT_MET, said);
	if (said == 0 && found == MONITORING_OK) {
		said = say_verdicts(to, m->critical, EXPECT_UNCHECKED, said);
		said = say_verdicts(to, m->warning, EXPECT_UNCHECKED, said);
	}
	if (said > SHOWN)
		buf_addf(to, "; and %zu more", said - SHOWN);
	if (said > 0)
		return;
	if (m->findings_count)
		say_findings(to, m);
	else
		buf_addf(to, "everything that is expected is met (%zu)",
			 m->critical->count + m->warning->count);
}

/* ---- performance data ------------------------------------------------------------------------ */

/* Of several addresses the slowest counts, and the certificate that ends first. */
static void add_port(struct buf *to, const struct observation *o, unsigned port,
		     const struct monitoring_limits *l)
{
	int64_t slowest = -1, days = INT64_MAX;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		int64_t us = e->connect.us + e->greeting.us + e->ehlo.reply.us + e->starttls.reply.us +
			     e->tls.us + e->ehlo_tls.reply.us, left;

		if (e->port != port)
			continue;
		if (ready(e) && us > slowest)
			slowest = us;
		if (!facts_tls_up(e) || e->tls.chain_count == 0)
			continue;
		left = (e->tls.chain[0].not_after - o->started_at_us / 1000000) / DAY;
		days = left < days ? left : days;
	}
	if (slowest >= 0) {
		buf_addf(to, " time_%u=%.6fs;", port, (double)slowest / 1e6);
		if (l->warning_us >= 0)
			buf_addf(to, "%.6f", (double)l->warning_us / 1e6);
		buf_addc(to, ';');
		if (l->critical_us >= 0)
			buf_addf(to, "%.6f", (double)l->critical_us / 1e6);
		buf_adds(to, ";0");
	}
	if (days == INT64_MAX)
		return;
	buf_addf(to, " cert_days_%u=%" PRId64 ";", port, days);
	if (l->warning_days >= 0)
		buf_addf(to, "%" PRId64 ":", l->warning_days);
	buf_addc(to, ';');
	if (l->critical_days >= 0)
		buf_addf(to, "%" PRId64 ":", l->critical_days);
}

static void add_performance(struct buf *to, const struct observation *o, const struct monitoring_limits *l)
{
	buf_addf(to, " | time=%.6fs;;;0", (double)o->duration_us / 1e6);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before = before || o->endpoints[k].port == o->endpoints[i].port;
		if (!before)
			add_port(to, o, o->endpoints[i].port, l);
	}
}

void monitoring_line(struct buf *to, const struct monitored *m)
{
	const struct obs_target *t = &m->o->target;
	const char *name = t->name != NULL ? t->name : t->input;
	struct buf what;

	buf_init(&what, LINE_BYTES * 16);
	buf_addf(to, "SMTP %s: ", words_name(&monitoring_state_words, monitoring_judge(m)));
	if (name != NULL) {
		add_text(to, name);
		buf_adds(to, ": ");
	}
	say_what(&what, m);
	seen_text(to, buf_str(&what), LINE_BYTES);
	buf_clear(&what);
	add_performance(to, m->o, &m->limits);
	buf_addc(to, '\n');
}
