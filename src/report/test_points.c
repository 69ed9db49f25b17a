/* SPDX-License-Identifier: MIT */
#include "report/test_points.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

enum { NAME_BYTES = 4096 };

static struct test_point *add(struct test_points *p, enum expect_state state, char *name)
{
	struct test_point *x = mem_append(&p->list, &p->count, sizeof *x);

	x->name = name;
	x->state = state;
	p->by_state[state]++;
	return x;
}

/* "mx1.example.com:587 (192.0.2.1)": a host may have several addresses. */
static char *place(const struct obs_endpoint *e)
{
	struct buf b;

	buf_init(&b, NAME_BYTES);
	seen_host_port(&b, e);
	if (e->host != NULL && e->address != NULL && strcmp(e->host, e->address) != 0)
		buf_addf(&b, " (%s)", e->address);
	return buf_take(&b);
}

/* ---- what is expected ------------------------------------------------------------------------ */

static void add_verdict(struct test_points *p, const struct expect_verdict *v)
{
	if (v->sight_count == 0)
		add(p, v->state, mem_strdup(v->text))->seen = mem_strdup(v->why);
	for (size_t i = 0; i < v->sight_count; i++) {
		const struct expect_sight *s = &v->sights[i];
		/* Of "any", one that holds is enough. */
		enum expect_state state = s->state < v->state ? s->state : v->state;
		char *where = s->endpoint != NULL ? place(s->endpoint) : NULL;
		struct test_point *x = add(p, state, where == NULL ? mem_strdup(v->text) :
					   mem_printf("%s at %s", v->text, where));

		x->where = where;
		x->seen = mem_strdup(s->seen);
		x->remedy = state == EXPECT_NOT_MET ? v->remedy : NULL;
	}
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool has_evidence(const struct finding *f, const char *endpoint)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (f->evidence[i].endpoint != NULL && strcmp(f->evidence[i].endpoint, endpoint) == 0)
			return true;
	return false;
}

/* The worst finding that counts, at that endpoint, or at all (NULL). */
static const struct finding *finding_at(const struct report_target *t, const char *endpoint)
{
	for (size_t i = 0; i < t->d->finding_count; i++) {
		const struct finding *f = &t->d->findings[i];

		if (f->severity >= t->fail_on && (endpoint == NULL || has_evidence(f, endpoint)))
			return f;
	}
	return NULL;
}

static enum expect_state state_of(const struct report_target *t, const struct finding *f)
{
	if (t->d->status == STATUS_UNCHECKED)
		return EXPECT_UNCHECKED;
	return f != NULL ? EXPECT_NOT_MET : EXPECT_MET;
}

static void describe(struct test_point *x, const struct finding *f)
{
	if (f == NULL)
		return;
	x->seen = mem_printf("%s: %s", f->rule->code, f->summary);
	x->code = f->rule->code;
	x->remedy = finding_remedy(f);
}

static void add_endpoint(struct test_points *p, const struct report_target *t,
			 const struct obs_endpoint *e)
{
	char *name = obs_endpoint_name(e), *where;
	const struct finding *f = finding_at(t, name);
	struct test_point *x;

	free(name);
	/* Of what could not be tried from here, nothing is known: neither good nor bad. */
	if (f == NULL && facts_route_missing(t->o, e))
		return;
	where = place(e);
	x = add(p, state_of(t, f), mem_printf("nothing is wrong at %s", where));
	describe(x, f);
	x->where = where;
}

static void add_target(struct test_points *p, const struct report_target *t)
{
	const struct obs_target *g = &t->o->target;
	const char *name = g->name != NULL ? g->name : g->input != NULL ? g->input : "?";
	const struct finding *f = finding_at(t, NULL);

	describe(add(p, state_of(t, f), mem_printf("nothing is wrong with %s", name)), f);
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Why it cannot be said whether anything changed; NULL: it can. */
static char *why_unchecked(const struct report_target *t)
{
	const struct baseline_changes *c = t->changes;

	if (!c->known)
		return mem_strdup("the baseline has no record of the target");
	if (baseline_says_nothing(c))
		return mem_printf("nothing could be compared with the baseline: %s", c->unseen.item[0]);
	return t->d->status == STATUS_UNCHECKED ? mem_strdup("nothing could be tested") : NULL;
}

static void add_changes(struct test_points *p, const struct report_target *t)
{
	const struct baseline_changes *c = t->changes;
	bool unchecked = baseline_says_nothing(c) || t->d->status == STATUS_UNCHECKED;

	for (size_t i = 0; i < c->count; i++) {
		const struct baseline_change *x = &c->list[i];
		bool counts = x->severity >= t->fail_on;
		struct test_point *point =
			add(p, counts ? EXPECT_NOT_MET : EXPECT_MET,
			    counts ? mem_printf("%s at %s", x->code, x->where) :
				     mem_printf("changed, but only a %s: %s at %s",
						words_name(&severity_words, x->severity), x->code, x->where));

		point->where = mem_strdup(x->where);
		point->seen = mem_printf("%s: before %s, now %s", x->what,
					 x->before != NULL ? x->before : "-", x->after != NULL ? x->after : "-");
	}
	if (c->count == 0 || unchecked)
		add(p, unchecked ? EXPECT_UNCHECKED : EXPECT_MET,
		    mem_strdup("nothing that matters has changed"))->seen = why_unchecked(t);
}

/* ---- the interface --------------------------------------------------------------------------- */

void test_points_make(struct test_points *p, const struct report_target *t)
{
	memset(p, 0, sizeof *p);
	for (size_t i = 0; t->expected != NULL && i < t->expected->count; i++)
		add_verdict(p, &t->expected->list[i]);
	if (t->changes != NULL)
		add_changes(p, t);
	for (size_t i = 0; t->findings_count && i < t->o->endpoint_count; i++)
		add_endpoint(p, t, &t->o->endpoints[i]);
	if (t->findings_count || p->count == 0)
		add_target(p, t);
}

void test_points_of_the_rest(struct test_points *p, const struct report_tally *t)
{
	memset(p, 0, sizeof *p);
	if (t->asked > t->done)
		add(p, EXPECT_UNCHECKED, mem_strdup("every target is probed"))->seen =
			mem_printf("%zu of %zu targets were not begun", t->asked - t->done, t->asked);
}

void test_points_clear(struct test_points *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->list[i].name);
		free(p->list[i].where);
		free(p->list[i].seen);
	}
	free(p->list);
	memset(p, 0, sizeof *p);
}
