/* SPDX-License-Identifier: MIT
 *
 * The report as one HTML file that needs nothing else: for a browser, for the artefacts of a CI run,
 * for paper. The verdict is first; every section is a heading and real tables or lists, so that it
 * stays readable where a policy forbids the style sheet. */
#include "report/report_html.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/headline.h"
#include "report/markup.h"

/* What end() lists: the targets in order. */
struct entry {
	size_t nth;
	char *word, *name;
};

struct kept {
	struct entry *list;
	size_t count;
};

void report_html_put(struct buf *to, const char *before, const char *text, const char *after)
{
	buf_adds(to, before);
	markup_text(to, text);
	buf_adds(to, after);
}

void report_html_open(struct buf *to, const struct report_target *t, const char *id, const char *title)
{
	buf_addf(to, "<section aria-labelledby=\"t%zu-%s\">\n<h3 id=\"t%zu-%s\">", t->nth, id, t->nth,
		 id);
	report_html_put(to, "", title, "</h3>\n");
}

void report_html_close(struct buf *to)
{
	buf_adds(to, "</section>\n");
}

void report_html_scroll(struct buf *to, const char *label)
{
	report_html_put(to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", label,
			"\">\n");
}

void report_html_scroll_end(struct buf *to)
{
	buf_adds(to, "</div>\n");
}

static void put_badge(struct buf *to, const char *class, const char *word)
{
	buf_addf(to, "<span class=\"badge %s\">%s</span>", class, word);
}

static const struct {
	const char *class, *word;
} severities[SEVERITY_COUNT] = {
	[SEVERITY_OK] = { "good", "OK" },
	[SEVERITY_NOTE] = { "note", "NOTE" },
	[SEVERITY_WARNING] = { "warn", "WARNING" },
	[SEVERITY_PROBLEM] = { "bad", "PROBLEM" },
};

void report_html_badge(struct buf *to, enum severity severity)
{
	put_badge(to, severities[severity].class, severities[severity].word);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

struct shown_verdict {
	const char *class, *word;
};

static struct shown_verdict of_severity(enum severity severity)
{
	return (struct shown_verdict){ severities[severity].class, severities[severity].word };
}

/* What decides the exit status is the verdict: the expectations, the changes, or the findings. Its
 * sentence goes to *line. */
static struct shown_verdict say_verdict(struct buf *line, const struct report_target *t)
{
	static const struct shown_verdict unchecked = { "unknown", "UNCHECKED" };
	static const struct shown_verdict states[EXPECT_STATE_COUNT] = {
		[EXPECT_MET] = { "good", "MET" },
		[EXPECT_UNCHECKED] = { "unknown", "UNCHECKED" },
		[EXPECT_NOT_MET] = { "bad", "NOT MET" },
	};

	if (t->expected != NULL)
		return states[headline_expected(line, t)];
	if (t->changes != NULL) {
		headline_changed(line, t);
		return !baseline_says_nothing(t->changes) ? of_severity(headline_change_severity(t->changes)) : unchecked;
	}
	headline_say(line, t, true);
	return t->d->status == STATUS_UNCHECKED ? unchecked : of_severity(headline_severity(t));
}

static void put_verdict(struct buf *to, const struct report_target *t)
{
	struct shown_verdict v;
	struct buf line;

	buf_init(&line, HTML_TEXT_MAX);
	v = say_verdict(&line, t);
	buf_addf(to, "<div class=\"verdict %s\">\n<h2 id=\"t%zu-verdict\">", v.class, t->nth);
	put_badge(to, v.class, v.word);
	report_html_put(to, " ", buf_str(&line), "</h2>\n");
	buf_reset(&line);
	headline_kind(&line, t->o);
	headline_counts(&line, t->d);
	buf_adds(&line, "; took ");
	seen_time(&line, t->o->duration_us);
	report_html_put(to, "<p class=\"quiet\">", buf_str(&line), "</p>\n");
	buf_clear(&line);
	if (t->d->verdict_count > 0) {
		buf_adds(to, "<ul>\n");
		for (size_t i = 0; i < t->d->verdict_count; i++)
			report_html_put(to, "<li>", t->d->verdicts[i].text, "</li>\n");
		buf_adds(to, "</ul>\n");
	}
	if (t->d->recommendation != NULL)
		report_html_put(to, "<p><strong>", t->d->recommendation, "</strong></p>\n");
	buf_adds(to, "</div>\n");
}

/* ---- expectations, changes ------------------------------------------------------------------- */

static void put_sights(struct buf *to, const struct report_target *t, const struct expect_verdict *v)
{
	if (v->why != NULL)
		report_html_put(to, "<p>", v->why, "</p>");
	buf_adds(to, v->sight_count > 0 ? "<ul>" : "");
	for (size_t i = 0; i < v->sight_count; i++) {
		buf_adds(to, "<li>");
		if (v->sights[i].endpoint != NULL) {
			report_html_endpoint(to, t, v->sights[i].endpoint);
			buf_adds(to, ": ");
		}
		report_html_put(to, "", v->sights[i].seen, "</li>");
	}
	buf_adds(to, v->sight_count > 0 ? "</ul>" : "");
}

static void put_expected(struct buf *to, const struct report_target *t)
{
	static const char *const classes[EXPECT_STATE_COUNT] = {
		[EXPECT_MET] = "good", [EXPECT_UNCHECKED] = "unknown", [EXPECT_NOT_MET] = "bad",
	};

	if (t->expected == NULL || t->expected->count == 0)
		return;
	report_html_open(to, t, "expected", "Expectations");
	report_html_scroll(to, "Expectations");
	buf_adds(to, "<table>\n<thead><tr><th scope=\"col\">Expected</th><th scope=\"col\">Result</th>"
		 "<th scope=\"col\">Seen</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < t->expected->count; i++) {
		const struct expect_verdict *v = &t->expected->list[i];

		report_html_put(to, "<tr><th scope=\"row\"><code>", v->text, "</code></th><td>");
		put_badge(to, classes[v->state], words_name(&expect_state_words, v->state));
		buf_adds(to, "</td><td>");
		put_sights(to, t, v);
		if (v->remedy != NULL)
			report_html_put(to, "<p><strong>Do</strong> ", v->remedy, "</p>");
		buf_adds(to, "</td></tr>\n");
	}
	buf_adds(to, "</tbody></table>\n");
	report_html_scroll_end(to);
	report_html_close(to);
}

static void put_change_rows(struct buf *to, const struct baseline_changes *c)
{
	buf_adds(to, "<table>\n<thead><tr><th scope=\"col\">Where</th><th scope=\"col\">What</th>"
		 "<th scope=\"col\">Before</th><th scope=\"col\">Now</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < c->count; i++) {
		const struct baseline_change *x = &c->list[i];

		report_html_put(to, "<tr><th scope=\"row\">", x->where, "</th><td>");
		report_html_badge(to, x->severity);
		report_html_put(to, " ", x->what, " <code class=\"quiet\">");
		report_html_put(to, "", x->code, "</code></td>");
		report_html_put(to, "<td>", x->before != NULL ? x->before : "nothing", "</td>");
		report_html_put(to, "<td>", x->after != NULL ? x->after : "nothing", "</td></tr>\n");
	}
	buf_adds(to, "</tbody></table>\n");
}

static void put_changes(struct buf *to, const struct report_target *t)
{
	const struct baseline_changes *c = t->changes;

	if (c == NULL)
		return;
	report_html_open(to, t, "changes", "Since the baseline");
	if (!c->known) {
		buf_adds(to, "<p>The baseline does not have this target.</p>\n");
	} else if (c->count == 0) {
		buf_adds(to, "<p>");
		put_badge(to, "good", "UNCHANGED");
		buf_adds(to, " Nothing has changed in meaning.</p>\n");
	} else {
		report_html_scroll(to, "Changes since the baseline");
		put_change_rows(to, c);
		report_html_scroll_end(to);
	}
	if (c->unseen.count > 0) {
		buf_adds(to, "<p>Could not be compared:</p>\n<ul>\n");
		for (size_t i = 0; i < c->unseen.count; i++)
			report_html_put(to, "<li>", c->unseen.item[i], "</li>\n");
		buf_adds(to, "</ul>\n");
	}
	report_html_close(to);
}

/* ---- the document ---------------------------------------------------------------------------- */

static void *html_begin(struct buf *to, const struct report_style *s)
{
	const char *part;

	(void)s;
	buf_adds(to, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" "
		 "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<title>smtpprobe report</title>\n<style>\n");
	for (size_t i = 0; (part = report_html_style(i)) != NULL; i++)
		buf_adds(to, part);
	buf_adds(to, "</style>\n</head>\n<body>\n<header><h1>Mail server report</h1></header>\n<main>\n");
	return mem_zalloc(1, sizeof(struct kept));
}

static void html_target(struct buf *to, const struct report_style *s, const struct report_target *t,
			void *kept)
{
	struct kept *k = kept;
	struct buf line;

	(void)s;
	buf_init(&line, HTML_TEXT_MAX);
	if (k != NULL) {
		struct entry *e = mem_append(&k->list, &k->count, sizeof(*e));

		e->nth = t->nth;
		e->word = mem_strdup(say_verdict(&line, t).word);
		buf_reset(&line);
		headline_target(&line, t->o, true);
		e->name = mem_strdup(buf_str(&line));
		buf_reset(&line);
	}
	buf_addf(to, "<article id=\"t%zu\" aria-labelledby=\"t%zu-verdict\">\n", t->nth, t->nth);
	put_verdict(to, t);
	put_expected(to, t);
	put_changes(to, t);
	report_html_ports(to, t);
	report_html_findings(to, t);
	report_html_paths(to, t);
	report_html_timing(to, t);
	report_html_certificates(to, t);
	report_html_advice(to, t);
	report_html_transcripts(to, t);
	headline_origin(&line, t->o);
	report_html_put(to, "<p class=\"origin quiet\">", buf_str(&line), "</p>\n</article>\n");
	buf_clear(&line);
}

/* Several targets are listed once all are known. */
static void put_list(struct buf *to, const struct kept *k, const struct report_tally *t)
{
	struct buf line;

	buf_init(&line, HTML_TEXT_MAX);
	headline_tally(&line, t);
	report_html_put(to, "<nav aria-labelledby=\"targets\">\n<h2 id=\"targets\">", buf_str(&line),
			"</h2>\n<ul>\n");
	for (size_t i = 0; i < k->count; i++) {
		buf_addf(to, "<li>%s <a href=\"#t%zu\">", k->list[i].word, k->list[i].nth);
		report_html_put(to, "", k->list[i].name, "</a></li>\n");
	}
	buf_adds(to, "</ul>\n</nav>\n");
	buf_clear(&line);
}

static void html_end(struct buf *to, const struct report_style *s, const struct report_tally *t,
		     void *kept)
{
	struct kept *k = kept;

	(void)s;
	buf_adds(to, "</main>\n<footer>\n");
	if (k != NULL && t->asked > 1)
		put_list(to, k, t);
	buf_adds(to, "<p class=\"quiet\">Each finding in full: "
		 "<code>smtpprobe --explain CODE</code></p>\n</footer>\n</body>\n</html>\n");
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->count; i++) {
		free(k->list[i].word);
		free(k->list[i].name);
	}
	free(k->list);
	free(k);
}

const struct report_format report_html = {
	.name = "html",
	.help = "one page for a browser, without scripts or requests",
	.begin = html_begin,
	.target = html_target,
	.end = html_end,
};
