/* SPDX-License-Identifier: MIT
 *
 * The table of formats. */
#include "report/report.h"

#include <string.h>

#include "base/mem.h"

static const struct report_format *const formats[] = {
	&report_text, &report_json, &report_html, &report_junit, &report_tap, &report_github,
	&report_prometheus, &report_markdown,
};

void report_one(struct buf *to, const struct report_format *f, const struct report_style *s,
		const struct observation *o, const struct diagnosis *d)
{
	const struct report_target t = { .o = o, .d = d, .findings_count = true,
				       .fail_on = SEVERITY_PROBLEM };
	struct report_tally tally = { .asked = 1, .done = 1 };
	void *kept = f->begin != NULL ? f->begin(to, s) : NULL;

	tally.by_status[d->status]++;
	f->target(to, s, &t, kept);
	if (f->end != NULL)
		f->end(to, s, &tally, kept);
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
