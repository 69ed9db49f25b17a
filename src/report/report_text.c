/* SPDX-License-Identifier: MIT
 *
 * The report for people. The first word is the verdict; then what was probed, what each port
 * came to, the findings with what to do, and how to send. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "diagnose/rule.h"
#include "diagnose/seen.h"
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

static size_t count_severity(const struct diagnosis *d, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < d->finding_count; i++)
		n += d->findings[i].severity == severity;
	return n;
}

static const struct label *verdict(const struct diagnosis *d)
{
	if (d->status == STATUS_UNCHECKED)
		return &unchecked_label;
	if (d->status == STATUS_PROBLEM)
		return &severity_label[SEVERITY_PROBLEM];
	if (count_severity(d, SEVERITY_WARNING) > 0)
		return &severity_label[SEVERITY_WARNING];
	return &severity_label[SEVERITY_OK];
}

/* The first of the most severe. A warning about DNS is a side matter beside one about a port: the
 * probe went on after it. */
static const struct finding *worst(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->finding_count && d->findings[i].severity == SEVERITY_WARNING; i++)
		if (d->findings[i].rule->stage != STAGE_DNS)
			return &d->findings[i];
	return &d->findings[0];
}

/* The finding that speaks for all: the worst, or the one that says all is well. */
static const char *headline(const struct observation *o, const struct diagnosis *d)
{
	const struct finding *last = d->finding_count > 0 ? &d->findings[d->finding_count - 1] : NULL;

	if (o->cut_short)
		return "cut short; this is what is known so far";
	if (d->finding_count > 0 && d->findings[0].severity >= SEVERITY_WARNING)
		return worst(d)->summary;
	if (d->status == STATUS_UNCHECKED)
		return last != NULL ? last->summary : "nothing could be tested";
	return last != NULL && last->severity == SEVERITY_OK ? last->summary : "no problem was found";
}

static void say_target(struct buf *b, const struct observation *o, const struct report_style *s)
{
	const char *name = o->target.name != NULL ? o->target.name : o->target.input;

	if (s->utf8 && o->target.unicode != NULL) {
		layout_escape(b, o->target.unicode, true);
		buf_adds(b, " (");
		layout_escape(b, name, true);
		buf_adds(b, ")");
	} else {
		layout_escape(b, name != NULL ? name : "?", s->utf8);
	}
}

static bool part_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

/* Does the text name the target itself, rather than a host below it? */
static bool names(const char *text, const char *name)
{
	size_t n = strlen(name);

	if (n == 0)
		return false;
	for (const char *at = text; (at = strstr(at, name)) != NULL; at += n)
		if ((at == text || !part_of_name(at[-1])) && !part_of_name(at[n]))
			return true;
	return false;
}

/* "mx1.example.com: All is well"; a headline that names the target needs no name before it. */
static void say_verdict(struct buf *b, const struct observation *o, const struct diagnosis *d,
			const struct report_style *s)
{
	const char *text = headline(o, d);
	bool named = o->target.name != NULL && names(text, o->target.name);

	if (!named || (s->utf8 && o->target.unicode != NULL)) {
		say_target(b, o, s);
		buf_adds(b, ": ");
	}
	layout_escape(b, text, s->utf8);
}

static void say_kind(struct buf *b, const struct observation *o)
{
	size_t n = o->dns.host_count, addresses = 0;

	buf_adds(b, o->target.kind == TARGET_AUTO ? "not resolved" :
		 words_name(&target_kind_words, o->target.kind));
	for (size_t i = 0; i < n; i++)
		addresses += o->dns.hosts[i].addresses.count;
	if (o->dns.null_mx)
		buf_adds(b, ", takes no mail (null MX)");
	else if (o->dns.implicit_mx && addresses > 0)
		buf_adds(b, ", mail goes to its own address (no MX)");
	else if (o->target.kind == TARGET_DOMAIN && n > 0)
		buf_addf(b, ", mail goes to %zu %s (MX)", n, n == 1 ? "host" : "hosts");
	else if (o->target.kind == TARGET_HOST && addresses > 0)
		buf_addf(b, ", %zu %s", addresses, addresses == 1 ? "address" : "addresses");
}

static void say_counts(struct buf *b, const struct diagnosis *d)
{
	static const struct {
		enum severity severity;
		const char *one, *many;
	} counted[] = {
		{ SEVERITY_PROBLEM, "problem", "problems" },
		{ SEVERITY_WARNING, "warning", "warnings" },
		{ SEVERITY_NOTE, "note", "notes" },
	};
	const char *before = "; ";

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		size_t n = count_severity(d, counted[i].severity);

		if (n == 0)
			continue;
		buf_addf(b, "%s%zu %s", before, n, n == 1 ? counted[i].one : counted[i].many);
		before = ", ";
	}
}

void report_text_header(struct buf *to, const struct report_style *s, const struct observation *o,
			const struct diagnosis *d)
{
	const struct label *l = verdict(d);
	struct buf line, took;
	size_t at;

	buf_init(&line, LINE_MAX_BYTES);
	buf_init(&took, 64);
	put_label(to, s, l);
	buf_adds(to, "  ");
	say_verdict(&line, o, d, s);
	layout_wrap(to, buf_str(&line), strlen(l->word) + 2, 2, s->width);
	layout_end_line(to);
	layout_spaces(to, 2);

	buf_reset(&line);
	say_kind(&line, o);
	say_counts(&line, d);
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

/* When, and from where: a report is read long after, and by others. */
static void put_origin(struct buf *to, const struct report_style *s, const struct observation *o)
{
	const char *source[] = { o->vantage.ipv4.source, o->vantage.ipv6.source };
	const char *before = " from ";
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	buf_adds(&line, "Probed on ");
	seen_moment(&line, o->started_at_us / 1000000);
	for (size_t i = 0; i < sizeof(source) / sizeof(source[0]); i++)
		if (source[i] != NULL) {
			buf_addf(&line, "%s%s%s", before, source[i],
				 i == 0 && o->vantage.private4 == KNOWN_YES ? " (a private address)" : "");
			before = " and ";
		}
	if (o->vantage.cloud != NULL)
		buf_addf(&line, ", at %s", o->vantage.cloud);
	if (o->vantage.container != NULL)
		buf_addf(&line, ", in a container (%s),", o->vantage.container);
	if (o->tool.version != NULL)
		buf_addf(&line, " by smtpprobe %s", o->tool.version);
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
	report_text_header(to, &s, o, d);
	put_verdicts(to, &s, d);
	report_text_matrix(to, &s, o);
	report_text_findings(to, &s, o, d);
	report_text_paths(to, &s, o);
	report_text_advice(to, &s, o, d);
	put_origin(to, &s, o);
	if (s.transcript)
		report_text_transcript(to, &s, o);
}

/* "12 targets: 9 ok (2 with warnings), 2 with problems, 1 not checked" */
static void text_end(struct buf *to, const struct report_style *s, const struct report_tally *t,
		     void *kept)
{
	struct buf line;

	(void)kept;
	if (t->asked < 2)
		return;
	buf_init(&line, LINE_MAX_BYTES);
	buf_addf(&line, "%zu targets: %zu ok", t->asked, t->by_status[STATUS_OK]);
	if (t->with_warnings > 0)
		buf_addf(&line, " (%zu with warnings)", t->with_warnings);
	buf_addf(&line, ", %zu with problems", t->by_status[STATUS_PROBLEM]);
	if (t->by_status[STATUS_UNCHECKED] > 0)
		buf_addf(&line, ", %zu not checked", t->by_status[STATUS_UNCHECKED]);
	if (t->asked > t->done)
		buf_addf(&line, ", %zu not begun", t->asked - t->done);
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
