/* SPDX-License-Identifier: MIT
 *
 * Markdown (GFM) for tickets, chat and job summaries: the verdict, what was expected, each port, and
 * what to do. Everything of the record is escaped, so that no server can write a link or a mention. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "diagnose/rule.h"
#include "report/headline.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/report_text.h"
#include "report/test_points.h"

/* Backslash escapes (CommonMark 2.4) for what could begin markup anywhere; references for HTML.
 * For a mention GitHub looks at what comes of both, and so does GFM for an address that it makes a link:
 * a space of no width behind the "@" keeps them off. */
static void add_text(struct buf *to, const char *text)
{
	static const char marks[] = "\\`*_{}[]()#+-.!|~=:";
	struct buf safe;

	buf_init(&safe, BUF_NO_LIMIT);
	layout_escape(&safe, text, true);
	for (const char *c = buf_str(&safe); *c != '\0'; c++) {
		bool inside = c > buf_str(&safe) && ((c[-1] >= '0' && c[-1] <= '9') ||
						     (c[-1] >= 'a' && c[-1] <= 'z'));

		if (*c == '<' || *c == '>' || *c == '&' || *c == '@')
			buf_addf(to, "&#%d;%s", *c, *c == '@' ? "&#8203;" : "");
		else if (*c == '.' && c - buf_str(&safe) >= 3 && strncasecmp(c - 3, "www", 3) == 0)
			buf_adds(to, "\\.");    /* GFM 6.9 makes a link of it */
		else if (strchr(marks, *c) != NULL && !(inside && strchr(".-:)", *c) != NULL && c[1] != '/'))
			buf_addf(to, "\\%c", *c);
		else
			buf_addc(to, *c);
	}
	buf_clear(&safe);
}

static void put_points(struct buf *to, const struct report_target *t)
{
	struct test_points p;

	if (t->expected == NULL)
		return;
	test_points_make(&p, t);
	buf_adds(to, "| Expected | | Seen |\n| --- | --- | --- |\n");
	for (size_t i = 0; i < p.count; i++) {
		const struct test_point *x = &p.list[i];

		buf_adds(to, "| ");
		add_text(to, x->name);
		buf_addf(to, " | %s%s%s | ", x->state == EXPECT_MET ? "" : "**",
			 words_name(&expect_state_words, x->state), x->state == EXPECT_MET ? "" : "**");
		add_text(to, x->seen);
		if (x->remedy != NULL) {
			buf_adds(to, ". **Do** ");
			add_text(to, x->remedy);
		}
		buf_adds(to, " |\n");
	}
	buf_addc(to, '\n');
	test_points_clear(&p);
}

static void put_changes(struct buf *to, const struct baseline_changes *c)
{
	if (c == NULL || c->count == 0)
		return;
	buf_adds(to, "| Changed | Where | Before | Now |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < c->count; i++) {
		const struct baseline_change *x = &c->list[i];
		const char *cells[] = { x->where, x->before, x->after };

		buf_addf(to, "| **%s** ", words_name(&severity_words, x->severity));
		add_text(to, x->what);
		buf_addf(to, " (`%s`)", x->code);
		for (size_t k = 0; k < COUNT(cells); k++) {
			buf_adds(to, " | ");
			add_text(to, cells[k]);
		}
		buf_adds(to, " |\n");
	}
	buf_addc(to, '\n');
}

static void put_ports(struct buf *to, const struct observation *o)
{
	if (o->endpoint_count == 0)
		return;
	buf_adds(to, "| Host | Address | Port | |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct buf cell;

		buf_init(&cell, BUF_NO_LIMIT);
		report_text_cell(&cell, o, e);
		buf_adds(to, "| ");
		add_text(to, e->host);
		buf_adds(to, " | ");
		add_text(to, e->address);
		buf_addf(to, " | %u %s | ", e->port, words_name(&role_words, e->role));
		add_text(to, buf_str(&cell));
		buf_adds(to, " |\n");
		buf_clear(&cell);
	}
	buf_addc(to, '\n');
}

static void put_item(struct buf *to, const char *label, const char *text)
{
	if (text == NULL)
		return;
	buf_addf(to, "- **%s** ", label);
	add_text(to, text);
	buf_addc(to, '\n');
}

static void put_finding(struct buf *to, const struct finding *f)
{
	buf_addf(to, "**%s** ", words_name(&severity_words, f->severity));
	add_text(to, f->summary);
	buf_addf(to, " (`%s`)\n\n", f->rule->code);
	for (size_t i = 0; i < f->evidence_count; i++) {
		char *seen = f->evidence[i].endpoint == NULL ? mem_strdup(f->evidence[i].what) :
			     mem_printf("%s: %s", f->evidence[i].endpoint, f->evidence[i].what);

		put_item(to, "Seen", seen);
		free(seen);
	}
	if (f->severity >= SEVERITY_WARNING) {
		put_item(to, "Means", f->rule->means);
		put_item(to, "Do", finding_remedy(f));
		if (f->confidence != CONFIDENCE_CERTAIN)
			put_item(to, "Perhaps", f->rule->others);
	}
	buf_addc(to, '\n');
}

/* What decides the exit status is the heading: the expectations, the changes, or the findings. */
static const char *say_verdict(struct buf *line, const struct report_target *t)
{
	if (t->expected != NULL)
		return words_name(&expect_state_words, headline_expected(line, t));
	if (t->changes != NULL) {
		headline_changed(line, t);
		return baseline_says_nothing(t->changes) ? "unchecked" :
		       words_name(&severity_words, headline_change_severity(t->changes));
	}
	headline_say(line, t, true);
	return t->d->status == STATUS_UNCHECKED ? "unchecked" :
	       words_name(&severity_words, headline_severity(t));
}

static void put_head(struct buf *to, const struct report_target *t)
{
	const struct diagnosis *d = t->d;
	struct buf line;

	buf_init(&line, BUF_NO_LIMIT);
	buf_addf(to, "### %s: ", say_verdict(&line, t));
	add_text(to, buf_str(&line));
	buf_adds(to, "\n\n");
	buf_clear(&line);
	for (size_t i = 0; i < d->verdict_count; i++) {
		buf_adds(to, "- ");
		add_text(to, d->verdicts[i].text);
		buf_addc(to, '\n');
	}
	if (d->recommendation != NULL) {
		buf_adds(to, "- ");
		add_text(to, d->recommendation);
		buf_addc(to, '\n');
	}
	buf_addc(to, '\n');
}

static void markdown_target(struct buf *to, const struct report_style *s, const struct report_target *t,
			    void *kept)
{
	struct buf origin;

	(void)s;
	(void)kept;
	put_head(to, t);
	put_points(to, t);
	put_changes(to, t->changes);
	put_ports(to, t->o);
	for (size_t i = 0; i < t->d->finding_count; i++)
		if (t->d->findings[i].severity != SEVERITY_OK || !headline_is_beside(t))
			put_finding(to, &t->d->findings[i]);
	buf_init(&origin, BUF_NO_LIMIT);
	headline_origin(&origin, t->o);
	add_text(to, buf_str(&origin));
	buf_adds(to, "\n\n");
	buf_clear(&origin);
}

const struct report_format report_markdown = {
	.name = "markdown",
	.help = "for tickets, chat and job summaries",
	.target = markdown_target,
};
