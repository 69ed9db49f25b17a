/* SPDX-License-Identifier: MIT
 *
 * Prometheus' text format (prometheus.io, Exposition formats), for node_exporter's textfile
 * collector: all samples of a family stand together, so each is gathered until the last target is
 * done. No sample has a timestamp: the collector refuses them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strlist.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "report/layout.h"
#include "report/report.h"
#include "smtp/smtp_caps.h"

enum family_id {
	SUCCESS, STATUS, DURATION, STARTED, FINDINGS, FINDING, EXPECTATION, CHANGES, UP, READY_SECONDS,
	PHASE, GREETING_CODE, STARTTLS, TLS_INFO, VERIFIED, NOT_AFTER, SIZE_LIMIT, FAMILIES
};

static const struct {
	const char *name, *help;
} families[FAMILIES] = {
	[SUCCESS] = { "smtpprobe_success", "Whether all that counts for the exit status is well." },
	[STATUS] = { "smtpprobe_status", "What the target came to: ok, problem or unchecked." },
	[DURATION] = { "smtpprobe_duration_seconds", "How long the probe of the target took." },
	[STARTED] = { "smtpprobe_last_run_timestamp_seconds", "When the probe began." },
	[FINDINGS] = { "smtpprobe_findings", "Findings by severity." },
	[FINDING] = { "smtpprobe_finding_info", "A finding that was made, by its code." },
	[EXPECTATION] = { "smtpprobe_expectation_met", "Whether an expectation is met; where the label checked is 0, it could not be checked." },
	[CHANGES] = { "smtpprobe_baseline_changes", "What has changed since the baseline, by severity; absent where it has no record of the target." },
	[UP] = { "smtpprobe_endpoint_up", "Whether the port takes connections." },
	[READY_SECONDS] = { "smtpprobe_endpoint_ready_seconds", "From the connect until the server was ready for MAIL." },
	[PHASE] = { "smtpprobe_endpoint_phase_seconds", "How long a stage of the dialogue took." },
	[GREETING_CODE] = { "smtpprobe_endpoint_greeting_code", "The reply code of the greeting." },
	[STARTTLS] = { "smtpprobe_endpoint_starttls", "Whether STARTTLS was accepted and TLS came up." },
	[TLS_INFO] = { "smtpprobe_endpoint_tls_info", "The negotiated version and cipher." },
	[VERIFIED] = { "smtpprobe_endpoint_certificate_verified", "Whether the certificate is good: chain, name, time and purpose." },
	[NOT_AFTER] = { "smtpprobe_endpoint_certificate_not_after_timestamp_seconds", "When the first certificate of the chain ends that does." },
	[SIZE_LIMIT] = { "smtpprobe_endpoint_size_limit_bytes", "The SIZE that is announced; 0: no fixed limit." },
};

struct metrics {
	struct buf samples[FAMILIES];
	struct strlist told;    /* targets; one that is given twice is told once, as node_exporter
				 * refuses the whole file where a series stands twice */
};

static void *metrics_begin(struct buf *to, const struct report_style *s)
{
	struct metrics *m = mem_zalloc(1, sizeof *m);

	(void)to;
	(void)s;
	for (size_t i = 0; i < FAMILIES; i++)
		buf_init(&m->samples[i], BUF_NO_LIMIT);
	return m;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void add_label(struct buf *to, const char *name, const char *value)
{
	struct buf safe;

	buf_init(&safe, BUF_NO_LIMIT);
	layout_escape(&safe, value, true);
	buf_addf(to, "%s%s=\"", to->len > 0 ? "," : "", name);
	for (const char *c = buf_str(&safe); *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			buf_addc(to, '\\');
		buf_addc(to, *c);
	}
	buf_addc(to, '"');
	buf_clear(&safe);
}

/* One sample: the labels that all of a kind share, then perhaps two more. */
static void add(struct metrics *m, enum family_id family, const struct buf *labels, double value,
		const char *name, const char *text, const char *name2, const char *text2)
{
	struct buf *to = &m->samples[family], all;

	buf_init(&all, BUF_NO_LIMIT);
	buf_adds(&all, buf_str(labels));
	if (name != NULL)
		add_label(&all, name, text);
	if (name2 != NULL)
		add_label(&all, name2, text2);
	buf_addf(to, "%s{%s} %.15g\n", families[family].name, buf_str(&all), value);
	buf_clear(&all);
}

static void add_plain(struct metrics *m, enum family_id family, const struct buf *labels, double value)
{
	add(m, family, labels, value, NULL, NULL, NULL, NULL);
}

/* ---- the target ------------------------------------------------------------------------------ */

static void add_findings(struct metrics *m, const struct report_target *t, const struct buf *labels)
{
	size_t by_severity[SEVERITY_COUNT] = { 0 };

	for (size_t i = 0; i < t->d->finding_count; i++) {
		const struct finding *f = &t->d->findings[i];

		by_severity[f->severity]++;
		add(m, FINDING, labels, 1, "code", f->rule->code, "severity",
		    words_name(&severity_words, f->severity));
	}
	for (unsigned i = SEVERITY_NOTE; i < SEVERITY_COUNT; i++)
		add(m, FINDINGS, labels, (double)by_severity[i], "severity", words_name(&severity_words, i),
		    NULL, NULL);
}

static void add_changes(struct metrics *m, const struct baseline_changes *c, const struct buf *labels)
{
	size_t by_severity[SEVERITY_COUNT] = { 0 };

	if (c == NULL || !c->known)
		return;
	for (size_t i = 0; i < c->count; i++)
		by_severity[c->list[i].severity]++;
	for (unsigned i = 0; i < SEVERITY_COUNT; i++)
		add(m, CHANGES, labels, (double)by_severity[i], "severity", words_name(&severity_words, i),
		    NULL, NULL);
}

static int by_text(const void *a, const void *b)
{
	const struct expect_verdict *x = *(const struct expect_verdict *const *)a;
	const struct expect_verdict *y = *(const struct expect_verdict *const *)b;
	int order = strcmp(x->text, y->text);

	return order != 0 ? order : (x > y) - (x < y);
}

/* A label set stands once: of claims that are written twice, the first is told. */
static void add_expectations(struct metrics *m, const struct expect_verdicts *v, const struct buf *labels)
{
	const struct expect_verdict **sorted = mem_zalloc(v->count, sizeof *sorted);
	bool *again = mem_zalloc(v->count, sizeof *again);

	for (size_t i = 0; i < v->count; i++)
		sorted[i] = &v->list[i];
	if (v->count > 1)
		qsort(sorted, v->count, sizeof *sorted, by_text);
	for (size_t i = 1; i < v->count; i++)
		again[sorted[i] - v->list] = strcmp(sorted[i]->text, sorted[i - 1]->text) == 0;
	for (size_t i = 0; i < v->count; i++)
		if (!again[i])
			add(m, EXPECTATION, labels, v->list[i].state == EXPECT_MET, "expectation", v->list[i].text,
			    "checked", v->list[i].state == EXPECT_UNCHECKED ? "0" : "1");
	free(sorted);
	free(again);
}

static void add_target(struct metrics *m, const struct report_target *t, const struct buf *labels)
{
	add_plain(m, SUCCESS, labels, report_weigh(t) == REPORT_FINE);
	for (unsigned i = 0; i < STATUS_COUNT; i++)
		add(m, STATUS, labels, t->d->status == i, "status", words_name(&status_words, i), NULL, NULL);
	add_plain(m, DURATION, labels, (double)t->o->duration_us / 1e6);
	add_plain(m, STARTED, labels, (double)t->o->started_at_us / 1e6);
	add_findings(m, t, labels);
	if (t->expected != NULL)
		add_expectations(m, t->expected, labels);
	add_changes(m, t->changes, labels);
}

/* ---- endpoints ------------------------------------------------------------------------------- */

static void add_phases(struct metrics *m, const struct obs_endpoint *e, const struct buf *labels)
{
	const struct {
		const char *name;
		enum outcome outcome;
		int64_t us;
	} phases[] = {
		{ "connect", e->connect.outcome, e->connect.us },
		{ "greeting", e->greeting.outcome, e->greeting.us },
		{ "ehlo", e->ehlo.reply.outcome, e->ehlo.reply.us },
		{ "starttls", e->starttls.outcome, e->starttls.reply.us },
		{ "tls", e->tls.outcome, e->tls.us },
		{ "ehlo_tls", e->ehlo_tls.reply.outcome, e->ehlo_tls.reply.us },
	};
	int64_t us = 0;

	for (size_t i = 0; i < COUNT(phases); i++) {
		if (phases[i].outcome != OUT_OK)
			continue;
		us += phases[i].us;
		add(m, PHASE, labels, (double)phases[i].us / 1e6, "phase", phases[i].name, NULL, NULL);
	}
	if (e->ehlo_tls.reply.outcome == OUT_OK ||
	    (e->ehlo.reply.outcome == OUT_OK && e->starttls.outcome == OUT_NOT_OFFERED))
		add_plain(m, READY_SECONDS, labels, (double)us / 1e6);
}

static void add_tls(struct metrics *m, const struct obs_endpoint *e, const struct buf *labels)
{
	int64_t first = INT64_MAX;

	if (!facts_tls_up(e))
		return;
	add(m, TLS_INFO, labels, 1, "version", e->tls.version, "cipher", e->tls.cipher);
	add_plain(m, VERIFIED, labels, e->tls.verified);
	for (size_t i = 0; i < e->tls.chain_count; i++)
		if (e->tls.chain[i].not_after < first)
			first = e->tls.chain[i].not_after;
	if (e->tls.chain_count > 0)
		add_plain(m, NOT_AFTER, labels, (double)first);
}

static void add_endpoint(struct metrics *m, const struct obs_endpoint *e, const struct buf *target)
{
	const struct obs_ehlo *h = e->ehlo_tls.reply.outcome == OUT_OK ? &e->ehlo_tls : &e->ehlo;
	struct buf labels;
	int64_t octets;

	buf_init(&labels, BUF_NO_LIMIT);
	buf_adds(&labels, buf_str(target));
	add_label(&labels, "host", e->host);
	add_label(&labels, "address", e->address);
	buf_addf(&labels, ",port=\"%u\"", e->port);
	add_plain(m, UP, &labels, e->connect.outcome == OUT_OK);
	if (e->mode == MODE_PLAINTEXT)
		add_plain(m, STARTTLS, &labels, e->starttls.outcome == OUT_OK && facts_tls_up(e));
	add_phases(m, e, &labels);
	if (e->greeting.code != 0)
		add_plain(m, GREETING_CODE, &labels, e->greeting.code);
	add_tls(m, e, &labels);
	if (h->reply.outcome == OUT_OK && smtp_caps_size(h, &octets))
		add_plain(m, SIZE_LIMIT, &labels, (double)octets);
	buf_clear(&labels);
}

/* Were there one of the same host, address and port before? A label set stands once. */
static bool told_before(const struct observation *o, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct obs_endpoint *a = &o->endpoints[i], *b = &o->endpoints[n];

		if (a->port == b->port && a->host != NULL && b->host != NULL && a->address != NULL &&
		    b->address != NULL && strcmp(a->host, b->host) == 0 && strcmp(a->address, b->address) == 0)
			return true;
	}
	return false;
}

static void metrics_target(struct buf *to, const struct report_style *s, const struct report_target *t,
			   void *kept)
{
	struct metrics *m = kept;
	struct buf labels;

	(void)to;
	(void)s;
	buf_init(&labels, BUF_NO_LIMIT);
	add_label(&labels, "target", t->o->target.input);
	if (strlist_has(&m->told, buf_str(&labels))) {
		buf_clear(&labels);
		return;
	}
	strlist_add(&m->told, buf_str(&labels));
	add_target(m, t, &labels);
	for (size_t i = 0; i < t->o->endpoint_count; i++)
		if (!told_before(t->o, i))
			add_endpoint(m, &t->o->endpoints[i], &labels);
	buf_clear(&labels);
}

static void metrics_end(struct buf *to, const struct report_style *s, const struct report_tally *t,
			void *kept)
{
	struct metrics *m = kept;

	(void)s;
	(void)t;
	for (size_t i = 0; i < FAMILIES; i++) {
		if (m->samples[i].len > 0)
			buf_addf(to, "# HELP %s %s\n# TYPE %s gauge\n%s", families[i].name, families[i].help,
				 families[i].name, buf_str(&m->samples[i]));
		buf_clear(&m->samples[i]);
	}
	strlist_clear(&m->told);
	free(m);
}

const struct report_format report_prometheus = {
	.name = "prometheus",
	.help = "metrics, for node_exporter's textfile collector",
	.begin = metrics_begin,
	.target = metrics_target,
	.end = metrics_end,
};
