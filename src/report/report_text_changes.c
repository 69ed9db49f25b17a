/* SPDX-License-Identifier: MIT
 *
 * What --baseline came to: each change with its code, what was before and is after. */
#include <string.h>

#include "report/headline.h"
#include "report/layout.h"
#include "report/report_text.h"

enum { PARAGRAPH_MAX = 65536 };

static void put_labelled(struct buf *to, const struct report_style *s, const char *label, const char *text)
{
	struct buf line;

	if (text == NULL)
		return;
	buf_init(&line, PARAGRAPH_MAX);
	layout_escape(&line, text, s->utf8);
	layout_labelled(to, label, buf_str(&line), s->width);
	buf_clear(&line);
}

static void put_change(struct buf *to, const struct report_style *s, const struct baseline_change *c)
{
	struct buf line;

	buf_init(&line, PARAGRAPH_MAX);
	buf_addf(&line, "%s: %s", c->where != NULL ? c->where : "?", c->what);
	report_text_heading(to, s, c->severity, buf_str(&line), c->code);
	put_labelled(to, s, "Before", c->before);
	put_labelled(to, s, "Now", c->after);
	buf_clear(&line);
}

void report_text_changes(struct buf *to, const struct report_style *s, const struct report_target *t)
{
	const struct baseline_changes *c = t->changes;
	struct buf line, raw;

	if (c == NULL)
		return;
	buf_init(&line, PARAGRAPH_MAX);
	buf_init(&raw, PARAGRAPH_MAX);
	headline_changed(&raw, t);
	buf_adds(&line, "CHANGES  ");
	layout_escape(&line, buf_str(&raw), s->utf8);
	buf_clear(&raw);
	layout_wrap(to, buf_str(&line), 0, 2, s->width);
	layout_end_line(to);
	buf_clear(&line);
	for (size_t i = 0; i < c->count; i++)
		put_change(to, s, &c->list[i]);
	for (size_t i = 0; i < c->unseen.count; i++)
		put_labelled(to, s, i == 0 ? "Unseen" : "", c->unseen.item[i]);
	layout_end_line(to);
}
