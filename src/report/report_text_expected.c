/* SPDX-License-Identifier: MIT
 *
 * The expectations of --expect: how they stand in one line, then those that do not hold. */
#include <string.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/headline.h"
#include "report/layout.h"
#include "report/report_text.h"

enum { PARAGRAPH_MAX = 65536, SIGHTS_SHOWN = 6 };

static const struct {
	const char *word, *colour;
} labels[EXPECT_STATE_COUNT] = {
	[EXPECT_MET] = { "MET", "32" },
	[EXPECT_UNCHECKED] = { "UNCHECKED", "1;35" },
	[EXPECT_NOT_MET] = { "NOT MET", "1;31" },
};

static void put_label(struct buf *to, const struct report_style *s, enum expect_state state)
{
	if (s->colour)
		buf_addf(to, "\033[%sm%s\033[0m", labels[state].colour, labels[state].word);
	else
		buf_adds(to, labels[state].word);
	buf_adds(to, "  ");
}

static void put_wrapped(struct buf *to, const struct report_style *s, const char *text, size_t at,
			size_t indent)
{
	struct buf line;

	buf_init(&line, PARAGRAPH_MAX);
	layout_escape(&line, text, s->utf8);
	layout_wrap(to, buf_str(&line), at, indent, s->width);
	layout_end_line(to);
	buf_clear(&line);
}

void report_text_expected_summary(struct buf *to, const struct report_style *s,
				  const struct report_target *t)
{
	struct buf line;
	enum expect_state state;

	buf_init(&line, PARAGRAPH_MAX);
	state = headline_expected(&line, t);
	put_label(to, s, state);
	put_wrapped(to, s, buf_str(&line), strlen(labels[state].word) + 2, 2);
	buf_clear(&line);
}

static void put_sights(struct buf *to, const struct report_style *s, const struct report_target *t,
		       const struct expect_verdict *v)
{
	size_t shown = 0, left = 0;
	struct buf line;

	buf_init(&line, PARAGRAPH_MAX);
	for (size_t i = 0; i < v->sight_count; i++) {
		const struct expect_sight *x = &v->sights[i];

		if (x->state == EXPECT_MET)
			continue;
		if (shown == SIGHTS_SHOWN) {
			left++;
			continue;
		}
		buf_reset(&line);
		if (x->endpoint != NULL) {
			report_text_endpoint(&line, s, t->o, x->endpoint);
			buf_adds(&line, ": ");
		}
		layout_escape(&line, x->seen, s->utf8);
		layout_labelled(to, shown++ == 0 ? "Seen" : "", buf_str(&line), s->width);
	}
	if (left > 0) {
		buf_reset(&line);
		buf_addf(&line, "and %zu more like these", left);
		layout_labelled(to, "", buf_str(&line), s->width);
	}
	buf_clear(&line);
}

static bool same_sights(const struct expect_verdict *a, const struct expect_verdict *b)
{
	if (a->sight_count != b->sight_count)
		return false;
	for (size_t i = 0; i < a->sight_count; i++)
		if (a->sights[i].endpoint != b->sights[i].endpoint ||
		    a->sights[i].state != b->sights[i].state ||
		    strcmp(a->sights[i].seen, b->sights[i].seen) != 0)
			return false;
	return true;
}

/* The claims of a line often share what stands in their way: it is said behind the last of them. */
static bool said_below(const struct expect_verdicts *all, const struct expect_verdict *v)
{
	const struct expect_verdict *next = v + 1;

	if (next == all->list + all->count || next->state != v->state || next->remedy != v->remedy ||
	    (v->why == NULL) != (next->why == NULL))
		return false;
	return v->why != NULL ? strcmp(next->why, v->why) == 0 : same_sights(v, next);
}

static void put_verdict(struct buf *to, const struct report_style *s, const struct report_target *t,
			const struct expect_verdict *v)
{
	struct buf line;

	layout_spaces(to, 2);
	put_label(to, s, v->state);
	put_wrapped(to, s, v->text, strlen(labels[v->state].word) + 4, 4);
	if (said_below(t->expected, v))
		return;
	if (v->why != NULL) {
		buf_init(&line, PARAGRAPH_MAX);
		layout_escape(&line, v->why, s->utf8);
		layout_labelled(to, "Seen", buf_str(&line), s->width);
		buf_clear(&line);
	}
	put_sights(to, s, t, v);
	if (v->remedy != NULL)
		layout_labelled(to, "Do", v->remedy, s->width);
}

void report_text_expected(struct buf *to, const struct report_style *s, const struct report_target *t)
{
	const struct expect_verdicts *v = t->expected;

	if (v == NULL || v->count == 0)
		return;
	report_text_expected_summary(to, s, t);
	for (int state = EXPECT_STATE_COUNT - 1; state > EXPECT_MET; state--)
		for (size_t i = 0; i < v->count; i++)
			if (v->list[i].state == (enum expect_state)state)
				put_verdict(to, s, t, &v->list[i]);
	layout_end_line(to);
}
