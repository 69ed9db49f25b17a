/* SPDX-License-Identifier: MIT
 *
 * The findings: what is the matter, what was seen, what it means, what to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/rule.h"
#include "report/headline.h"
#include "report/layout.h"
#include "report/report_text.h"

enum {
	SEVERITY_COLUMN = 9,      /* columns of "PROBLEM  " */
	GROUPS = 4,               /* different things seen that are shown */
	MEMBERS = 4,              /* endpoints shown of one of them */
	PARAGRAPH_MAX = 65536
};

void report_text_heading(struct buf *to, const struct report_style *s, enum severity severity,
			 const char *summary, const char *code)
{
	size_t word = strlen(words_name(&severity_words, severity)), n = strlen(code), at;
	struct buf line;

	buf_init(&line, PARAGRAPH_MAX);
	layout_escape(&line, summary, s->utf8);
	report_text_severity(to, s, severity);
	layout_spaces(to, SEVERITY_COLUMN - word);
	at = layout_wrap(to, buf_str(&line), SEVERITY_COLUMN, SEVERITY_COLUMN, s->width);
	if (at + 2 + n > s->width) {
		layout_end_line(to);
		at = 0;
	}
	layout_spaces(to, s->width > at + n ? s->width - at - n : 0);
	buf_addf(to, "%s\n", code);
	buf_clear(&line);
}

void report_text_references(struct buf *to, const struct report_style *s, const struct diag_rule *r)
{
	struct buf line;

	buf_init(&line, PARAGRAPH_MAX);
	for (size_t i = 0; i < COUNT(r->references) && r->references[i] != NULL; i++)
		buf_addf(&line, "%s%s", i > 0 ? "; " : "", r->references[i]);
	layout_labelled(to, "See", buf_str(&line), s->width);
	buf_clear(&line);
}

/* ---- evidence: the same words at several endpoints are said once -------------------------- */

struct group {
	const char *what;
	const struct evidence *member[MEMBERS];
	size_t count;
};

static const struct obs_endpoint *find_endpoint(const struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		char text[128];

		if (e->address == NULL)
			continue;
		snprintf(text, sizeof(text), strchr(e->address, ':') != NULL ? "[%s]:%u" : "%s:%u",
			 e->address, e->port);
		if (strcmp(text, name) == 0)
			return e;
	}
	return NULL;
}

static bool same_host(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	return a != NULL && b != NULL && a->host != NULL && b->host != NULL &&
	       strcmp(a->host, b->host) == 0;
}

static bool same_address(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	return same_host(a, b) && strcmp(a->address, b->address) == 0;
}

static bool same_port(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	return same_host(a, b) && a->port == b->port;
}

/* How many of them, from the first on, are like it in that way. */
static size_t count_alike(const struct obs_endpoint *const *e, size_t n,
			  bool (*alike)(const struct obs_endpoint *, const struct obs_endpoint *))
{
	size_t i = 1;

	while (i < n && alike(e[0], e[i]))
		i++;
	return i;
}

/* The first n of a group are of one address: "mx1.example.com ports 465 and 587 (192.0.2.1)". */
static void say_ports(struct buf *b, const struct report_style *s, const struct observation *o,
		      const struct obs_endpoint *const *e, size_t n)
{
	if (n == 1) {
		report_text_endpoint(b, s, o, e[0]);
		return;
	}
	layout_escape(b, e[0]->host, s->utf8);
	buf_adds(b, " ports ");
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%u", i == 0 ? "" : i + 1 == n ? " and " : ", ", e[i]->port);
	report_text_address(b, s, o, e[0]);
}

/* The same port of several addresses: "mx1.example.com:25 (192.0.2.1, 2001:db8::1)". */
static void say_addresses(struct buf *b, const struct report_style *s,
			  const struct obs_endpoint *const *e, size_t n)
{
	layout_escape(b, e[0]->host, s->utf8);
	buf_addf(b, ":%u (", e[0]->port);
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, i > 0 ? ", " : "");
		layout_escape(b, e[i]->address, s->utf8);
	}
	buf_addc(b, ')');
}

static void say_members(struct buf *b, const struct report_style *s, const struct observation *o,
			const struct group *g)
{
	const struct obs_endpoint *e[MEMBERS];
	size_t shown = g->count < MEMBERS ? g->count : MEMBERS;

	for (size_t i = 0; i < shown; i++)
		e[i] = find_endpoint(o, g->member[i]->endpoint);
	for (size_t i = 0, n; i < shown; i += n) {
		buf_adds(b, i > 0 ? ", " : "");
		n = count_alike(&e[i], shown - i, same_port);
		if (n > 1) {
			say_addresses(b, s, &e[i], n);
			continue;
		}
		n = count_alike(&e[i], shown - i, same_address);
		if (e[i] != NULL)
			say_ports(b, s, o, &e[i], n);
		else
			layout_escape(b, g->member[i]->endpoint, s->utf8);
	}
	if (g->count > MEMBERS)
		buf_addf(b, " and %zu more", g->count - MEMBERS);
	buf_adds(b, ": ");
}

static size_t make_groups(struct group groups[GROUPS], const struct finding *f, size_t *left)
{
	size_t n = 0;

	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct evidence *v = &f->evidence[i];
		size_t k = 0;

		while (k < n && (v->endpoint == NULL || groups[k].member[0]->endpoint == NULL ||
				 strcmp(groups[k].what, v->what) != 0))
			k++;
		if (k == GROUPS) {
			(*left)++;
			continue;
		}
		if (k == n)
			groups[n++] = (struct group){ .what = v->what };
		if (groups[k].count < MEMBERS)
			groups[k].member[groups[k].count] = v;
		groups[k].count++;
	}
	return n;
}

static void evidence(struct buf *to, const struct report_style *s, const struct observation *o,
		     const struct finding *f)
{
	struct group groups[GROUPS];
	size_t left = 0, n = make_groups(groups, f, &left);
	struct buf b;

	buf_init(&b, PARAGRAPH_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&b);
		if (groups[i].member[0]->endpoint != NULL)
			say_members(&b, s, o, &groups[i]);
		layout_escape(&b, groups[i].what, s->utf8);
		layout_labelled(to, i == 0 ? "Seen" : "", buf_str(&b), s->width);
	}
	if (left > 0) {
		buf_reset(&b);
		buf_addf(&b, "and %zu more like these", left);
		layout_labelled(to, "", buf_str(&b), s->width);
	}
	buf_clear(&b);
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void labelled(struct buf *to, const struct report_style *s, const char *label,
		     const char *text, const char *end)
{
	struct buf b;

	buf_init(&b, PARAGRAPH_MAX);
	layout_escape(&b, text, s->utf8);
	buf_adds(&b, end);
	layout_labelled(to, label, buf_str(&b), s->width);
	buf_clear(&b);
}

static void meaning(struct buf *to, const struct report_style *s, const struct finding *f)
{
	static const char *const confidence[CONFIDENCE_COUNT] = {
		[CONFIDENCE_POSSIBLE] = " (confidence: possible, other causes remain)",
		[CONFIDENCE_HIGH] = " (confidence: high)",
		[CONFIDENCE_CERTAIN] = "",
	};

	labelled(to, s, "Means", f->rule->means, confidence[f->confidence]);
	labelled(to, s, "Do", finding_remedy(f), "");
	if (f->rule->others != NULL && f->confidence != CONFIDENCE_CERTAIN)
		labelled(to, s, "Perhaps", f->rule->others, "");
	report_text_references(to, s, f->rule);
}

/* What needs no action is said in short; --explain has the rest. */
static bool in_full(const struct finding *f)
{
	return f->severity >= SEVERITY_WARNING;
}

static void put_finding(struct buf *to, const struct report_style *s, const struct observation *o,
			const struct finding *f)
{
	report_text_heading(to, s, f->severity, f->summary, f->rule->code);
	evidence(to, s, o, f);
	if (in_full(f))
		meaning(to, s, f);
}

/* What is well first, then what is not, worst first, then what is good to know. */
void report_text_findings(struct buf *to, const struct report_style *s, const struct report_target *t)
{
	const struct observation *o = t->o;
	const struct diagnosis *d = t->d;
	const struct finding *well = d->finding_count > 0 ? &d->findings[d->finding_count - 1] : NULL;
	const char *code = NULL;
	size_t notes = 0;

	if (well != NULL && well->severity == SEVERITY_OK && !headline_is_beside(t)) {
		layout_end_line(to);
		put_finding(to, s, o, well);
	}
	for (size_t i = 0; i < d->finding_count && d->findings[i].severity != SEVERITY_OK; i++) {
		const struct finding *f = &d->findings[i];

		if (in_full(f) || notes == 0)
			layout_end_line(to);
		put_finding(to, s, o, f);
		if (in_full(f))
			continue;
		code = f->rule->code;
		notes++;
	}
	if (notes > 0) {
		char *hint = mem_printf("(in full: smtpprobe --explain %s)", notes == 1 ? code : "CODE");

		layout_spaces(to, 2);
		layout_wrap(to, hint, 2, 4, s->width);
		layout_end_line(to);
		free(hint);
	}
}
