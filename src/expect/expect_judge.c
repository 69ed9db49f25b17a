/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "expect/claims.h"

enum { SEEN_MAX = 4096 };

static const char *const state_word[] = {
	[EXPECT_MET] = "met", [EXPECT_UNCHECKED] = "could not be checked", [EXPECT_NOT_MET] = "not met",
};
_Static_assert(COUNT(state_word) == EXPECT_STATE_COUNT, "a word for every state");
const struct words expect_state_words = { state_word, COUNT(state_word) };

/* ---- selecting ------------------------------------------------------------------------------ */

bool expectation_selects_host(const struct expectation *x, const char *host, const char *address)
{
	for (size_t i = 0; i < x->hosts.count; i++)
		if ((host != NULL && fnmatch(x->hosts.item[i], host, 0) == 0) ||
		    (address != NULL && fnmatch(x->hosts.item[i], address, 0) == 0))
			return true;
	return x->hosts.count == 0;
}

bool expectation_selects(const struct expectation *x, const struct obs_endpoint *e)
{
	bool port = x->port_count == 0;

	for (size_t i = 0; i < x->port_count; i++)
		port = port || x->ports[i] == e->port;
	return port && (x->roles == 0 || (x->roles & 1u << e->role) != 0) &&
	       (x->families == 0 || (x->families & 1u << e->family) != 0) &&
	       expectation_selects_host(x, e->host, e->address);
}

bool expectation_leaves_out(const struct expectation *x, const struct observation *o,
			    const struct obs_endpoint *e)
{
	return !x->named_family && !facts_family_here(o, e);
}

/* ---- judging -------------------------------------------------------------------------------- */

static void add_sight(struct expect_verdict *v, const struct obs_endpoint *e, enum expect_state state,
		      struct buf *seen)
{
	struct expect_sight *s = mem_append(&v->sights, &v->sight_count, sizeof *s);

	s->endpoint = e;
	s->state = state;
	s->seen = mem_strdup(buf_str(seen));
	buf_clear(seen);
}

static void look(struct expect_verdict *v, const struct expect_claim *c, const struct observation *o,
		 const struct obs_endpoint *e)
{
	enum expect_state state;
	struct buf seen;

	buf_init(&seen, SEEN_MAX);
	state = c->row->at(c, o, e, &seen);
	/* What could not be seen there is not shown to be absent. */
	if (c->row->denies && state == EXPECT_NOT_MET) {
		struct buf unused = { 0 };
		enum stage to = e->mode == MODE_IMPLICIT_TLS ? STAGE_TLS : STAGE_EHLO;
		enum expect_state ignored;

		if (!claim_reached(o, e, to, &ignored, &unused))
			state = EXPECT_UNCHECKED;
	}
	add_sight(v, e, state, &seen);
}

void expectation_say_none(const struct scene *s, struct buf *seen)
{
	const struct observation *o = s->o;
	size_t out = 0;

	for (size_t i = 0; i < o->endpoint_count; i++)
		out += expectation_selects(s->x, &o->endpoints[i]);
	if (out > 0)
		buf_addf(seen, "this machine has no route to the %zu selected %s", out,
			 out == 1 ? "address" : "addresses");
	else if (o->endpoint_count > 0)
		buf_addf(seen, "nothing that was probed is selected by \"%s\"", s->x->selector);
	else if (s->d->finding_count > 0)
		buf_addf(seen, "no address was found to probe: %s", s->d->findings[0].summary);
	else
		buf_adds(seen, "no address was found to probe");
}

static char *say_none(const struct scene *s)
{
	struct buf seen;

	buf_init(&seen, SEEN_MAX);
	expectation_say_none(s, &seen);
	return buf_take(&seen);
}

static void judge_endpoints(struct expect_verdict *v, const struct expect_claim *c,
			    const struct scene *s)
{
	const struct expectation *x = s->x;
	const struct observation *o = s->o;
	enum expect_state worst = EXPECT_MET, best = EXPECT_NOT_MET;

	for (size_t i = 0; i < o->endpoint_count; i++)
		if (expectation_selects(x, &o->endpoints[i]) && !expectation_leaves_out(x, o, &o->endpoints[i]))
			look(v, c, o, &o->endpoints[i]);
	for (size_t i = 0; i < v->sight_count; i++) {
		enum expect_state state = v->sights[i].state;

		worst = state > worst ? state : worst;
		best = state < best ? state : best;
	}
	v->state = v->sight_count == 0 ? EXPECT_UNCHECKED : x->any ? best : worst;
	if (v->sight_count == 0)
		v->why = say_none(s);
}

static void judge_target(struct expect_verdict *v, const struct expect_claim *c, const struct scene *s)
{
	struct buf seen;

	buf_init(&seen, SEEN_MAX);
	v->state = c->row->of(c, s, &seen);
	add_sight(v, NULL, v->state, &seen);
}

/* What cannot be reached must be opened first, whatever else was claimed of it. */
static const char *remedy_of(const struct expect_verdict *v, const struct expect_claim *c)
{
	for (size_t i = 0; i < v->sight_count; i++)
		if (v->sights[i].state == EXPECT_NOT_MET && v->sights[i].endpoint != NULL &&
		    v->sights[i].endpoint->connect.outcome != OUT_OK && !c->row->shut)
			return claim_remedy_open();
	return c->row->remedy;
}

void expect_judge(struct expect_verdicts *v, const struct expectations *x, const struct observation *o,
		  const struct diagnosis *d)
{
	memset(v, 0, sizeof *v);
	for (size_t i = 0; i < x->count; i++)
		for (size_t k = 0; k < x->list[i].claim_count; k++) {
			const struct expect_claim *c = &x->list[i].claims[k];
			struct scene s = { o, d, &x->list[i] };
			struct expect_verdict *one = mem_append(&v->list, &v->count, sizeof *one);

			one->text = mem_printf("%s: %s", x->list[i].selector, c->text);
			if (c->row->at != NULL)
				judge_endpoints(one, c, &s);
			else
				judge_target(one, c, &s);
			one->remedy = one->state == EXPECT_NOT_MET ? remedy_of(one, c) : NULL;
			v->by_state[one->state]++;
		}
}

void expect_verdicts_clear(struct expect_verdicts *v)
{
	for (size_t i = 0; i < v->count; i++) {
		struct expect_verdict *one = &v->list[i];

		for (size_t k = 0; k < one->sight_count; k++)
			free(one->sights[k].seen);
		free(one->sights);
		free(one->text);
		free(one->why);
	}
	free(v->list);
	memset(v, 0, sizeof *v);
}
