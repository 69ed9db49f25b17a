/* SPDX-License-Identifier: MIT
 *
 * The table of formats, and what they share. */
#include "report/report.h"

#include <string.h>

#include "base/mem.h"

static const struct report_format *const formats[] = {
	&report_text, &report_json, &report_html, &report_junit, &report_tap, &report_github,
	&report_prometheus, &report_markdown, &report_summary, &report_summary_json,
};

static enum report_weight weigh_findings(const struct report_target *t)
{
	if (t->d->status == STATUS_UNCHECKED)
		return REPORT_UNCHECKED;
	for (size_t i = 0; i < t->d->finding_count; i++)
		if (t->d->findings[i].severity >= t->fail_on)
			return REPORT_FOUND;
	return REPORT_FINE;
}

static enum report_weight weigh_expectations(const struct expect_verdicts *v)
{
	if (v->by_state[EXPECT_NOT_MET] > 0)
		return REPORT_FOUND;
	return v->by_state[EXPECT_UNCHECKED] > 0 ? REPORT_UNCHECKED : REPORT_FINE;
}

/* What could not be seen now has not changed, and cannot be said to be as it was. */
static enum report_weight weigh_changes(const struct report_target *t)
{
	for (size_t i = 0; i < t->changes->count; i++)
		if (t->changes->list[i].severity >= t->fail_on)
			return REPORT_FOUND;
	return baseline_says_nothing(t->changes) || t->d->status == STATUS_UNCHECKED ? REPORT_UNCHECKED : REPORT_FINE;
}

static enum report_weight graver(enum report_weight a, enum report_weight b)
{
	return a > b ? a : b;
}

enum report_weight report_weigh(const struct report_target *t)
{
	enum report_weight w = t->findings_count ? weigh_findings(t) : REPORT_FINE;

	if (t->expected != NULL)
		w = graver(w, weigh_expectations(t->expected));
	if (t->changes != NULL)
		w = graver(w, weigh_changes(t));
	return w;
}

void report_tally_add(struct report_tally *t, const struct diagnosis *d)
{
	t->done++;
	t->by_status[d->status]++;
	t->with_warnings += d->status == STATUS_OK && d->finding_count > 0 &&
			    d->findings[0].severity == SEVERITY_WARNING;
}

void report_single(struct buf *to, const struct report_format *f, const struct report_style *s,
		   const struct report_target *t)
{
	struct report_tally tally = { .asked = 1 };
	void *kept = f->begin != NULL ? f->begin(to, s) : NULL;

	report_tally_add(&tally, t->d);
	f->target(to, s, t, kept);
	if (f->end != NULL)
		f->end(to, s, &tally, kept);
}

void report_one(struct buf *to, const struct report_format *f, const struct report_style *s,
		const struct observation *o, const struct diagnosis *d)
{
	report_single(to, f, s, &(struct report_target){ .o = o, .d = d, .findings_count = true,
							 .fail_on = SEVERITY_PROBLEM });
}

const struct report_format *report_format_at(size_t i)
{
	return i < COUNT(formats) ? formats[i] : NULL;
}

const struct report_format *report_format_find(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (strlen(formats[i]->name) == n && memcmp(formats[i]->name, name, n) == 0)
			return formats[i];
	return NULL;
}
