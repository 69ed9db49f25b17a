/* SPDX-License-Identifier: MIT
 *
 * The report for people. The first word is the verdict; then what was probed, what each port
 * came to, the findings with what to do, and how to send. */
#include <string.h>

#include "diagnose/seen.h"
#include "report/headline.h"
#include "report/layout.h"
#include "report/report_text.h"

enum { LINE_MAX_BYTES = 16384 };

/* Words and colours of a verdict; the colour repeats what the word says. */
struct label {
	const char *word, *colour;
};
static const struct label severity_label[SEVERITY_COUNT] = {
	[SEVERITY_OK] = { "OK", "32" },
	[SEVERITY_NOTE] = { "NOTE", "36" },
	[SEVERITY_WARNING] = { "WARNING", "33" },
	[SEVERITY_PROBLEM] = { "PROBLEM", "1;31" },
};
static const struct label unchecked_label = { "UNCHECKED", "1;35" };
static const struct label beside_label = { "OTHERWISE", "0" };

static const struct label *verdict(const struct report_target *t)
{
	const struct diagnosis *d = t->d;

	if (headline_is_beside(t))
		return &beside_label;
	return d->status == STATUS_UNCHECKED ? &unchecked_label :
	       &severity_label[headline_severity(t)];
}

static void put_label(struct buf *to, const struct report_style *s, const struct label *l)
{
	if (s->colour)
		buf_addf(to, "\033[%sm%s\033[0m", l->colour, l->word);
	else
		buf_adds(to, l->word);
}

void report_text_severity(struct buf *to, const struct report_style *s, enum severity severity)
{
	put_label(to, s, &severity_label[severity]);
}

static void put_headline(struct buf *to, const struct report_style *s, const struct report_target *t)
{
	struct buf raw;

	buf_init(&raw, LINE_MAX_BYTES);
	headline_say(&raw, t, s->utf8);
	layout_escape(to, buf_str(&raw), s->utf8);
	buf_clear(&raw);
}

void report_text_header(struct buf *to, const struct report_style *s, const struct report_target *t)
{
	const struct observation *o = t->o;
	const struct diagnosis *d = t->d;
	const struct label *l = verdict(t);
	struct buf line, took;
	size_t at;

	buf_init(&line, LINE_MAX_BYTES);
	buf_init(&took, 64);
	put_label(to, s, l);
	buf_adds(to, "  ");
	put_headline(&line, s, t);
	layout_wrap(to, buf_str(&line), strlen(l->word) + 2, 2, s->width);
	layout_end_line(to);
	layout_spaces(to, 2);

	buf_reset(&line);
	headline_kind(&line, o);
	headline_counts(&line, d);
	at = layout_wrap(to, buf_str(&line), 2, 2, s->width);
	seen_time(&took, o->duration_us);
	if (at + 2 + took.len > s->width) {
		layout_end_line(to);
		at = 0;
	}
	layout_spaces(to, s->width - at - took.len);
	buf_addf(to, "%s\n", buf_str(&took));
	buf_clear(&line);
	buf_clear(&took);
}

static void put_line(struct buf *to, const struct report_style *s, const char *text)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	layout_escape(&line, text, s->utf8);
	layout_spaces(to, 2);
	layout_wrap(to, buf_str(&line), 2, 4, s->width);
	layout_end_line(to);
	buf_clear(&line);
}

/* What each role comes to, and what to use. */
static void put_verdicts(struct buf *to, const struct report_style *s, const struct diagnosis *d)
{
	if (d->verdict_count > 0)
		layout_end_line(to);
	for (size_t i = 0; i < d->verdict_count; i++)
		put_line(to, s, d->verdicts[i].text);
	if (d->recommendation != NULL)
		put_line(to, s, d->recommendation);
}

static void put_origin(struct buf *to, const struct report_style *s, const struct observation *o)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	headline_origin(&line, o);
	layout_end_line(to);
	put_line(to, s, buf_str(&line));
	buf_clear(&line);
}

static bool several_addresses(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x->host != NULL && e->host != NULL && strcmp(x->host, e->host) == 0 &&
		    x->address != NULL && strcmp(x->address, e->address) != 0)
			return true;
	}
	return false;
}

void report_text_address(struct buf *to, const struct report_style *s, const struct observation *o,
			 const struct obs_endpoint *e)
{
	if (e->address == NULL || !several_addresses(o, e))
		return;
	buf_adds(to, " (");
	layout_escape(to, e->address, s->utf8);
	buf_addc(to, ')');
}

void report_text_endpoint(struct buf *to, const struct report_style *s,
			  const struct observation *o, const struct obs_endpoint *e)
{
	struct buf name;

	buf_init(&name, LINE_MAX_BYTES);
	seen_host_port(&name, e);
	layout_escape(to, buf_str(&name), s->utf8);
	report_text_address(to, s, o, e);
	buf_clear(&name);
}

static void text_target(struct buf *to, const struct report_style *style,
			const struct report_target *t, void *kept)
{
	const struct observation *o = t->o;
	const struct diagnosis *d = t->d;
	struct report_style s = *style;

	(void)kept;
	if (s.width < TEXT_WIDTH_LEAST)
		s.width = TEXT_WIDTH_LEAST;
	if (t->nth > 0)
		layout_end_line(to);
	report_text_expected(to, &s, t);
	report_text_changes(to, &s, t);
	report_text_header(to, &s, t);
	put_verdicts(to, &s, d);
	report_text_matrix(to, &s, o);
	report_text_findings(to, &s, t);
	report_text_paths(to, &s, o);
	report_text_advice(to, &s, o, d);
	put_origin(to, &s, o);
	if (s.transcript)
		report_text_transcript(to, &s, o);
	/* Of a build's log, the end is what is looked at. */
	if (t->expected != NULL && t->expected->by_state[EXPECT_MET] < t->expected->count) {
		layout_end_line(to);
		report_text_expected_summary(to, &s, t);
	}
}

static void text_end(struct buf *to, const struct report_style *s, const struct report_tally *t,
		     void *kept)
{
	struct buf line;

	(void)kept;
	if (t->asked < 2)
		return;
	buf_init(&line, LINE_MAX_BYTES);
	headline_tally(&line, t);
	layout_end_line(to);
	layout_wrap(to, buf_str(&line), 0, 2, s->width < TEXT_WIDTH_LEAST ? TEXT_WIDTH_LEAST : s->width);
	layout_end_line(to);
	buf_clear(&line);
}

const struct report_format report_text = {
	.name = "text",
	.help = "for people: verdict, findings and what to do",
	.target = text_target,
	.end = text_end,
};
