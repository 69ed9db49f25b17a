/* SPDX-License-Identifier: MIT */
#include "explain/explain_report.h"

#include <ctype.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "report/layout.h"
#include "report/report_text.h"

enum {
	LINE_MAX_BYTES = 16384, FULL_MOST = 3, BRIEF_MOST = 8,
	LIST_INDENT = 10
};

void explain_report_summary(struct buf *to, const struct diag_rule *r)
{
	for (const char *s = r->summary; *s != '\0'; s++) {
		if (*s != '%') {
			buf_addc(to, *s);
			continue;
		}
		s++;
		buf_adds(to, *s == 'T' ? "NAME" : *s == 'H' ? "HOST" : "HOST:PORT");
	}
}

/* ---- text ---------------------------------------------------------------------------------- */

static void heading(struct buf *to, const struct report_style *s, const struct diag_rule *r)
{
	struct buf summary;

	buf_init(&summary, LINE_MAX_BYTES);
	explain_report_summary(&summary, r);
	report_text_heading(to, s, r->severity, buf_str(&summary), r->code);
	buf_clear(&summary);
}

static void body(struct buf *to, const struct report_style *s, const struct diag_rule *r)
{
	layout_labelled(to, "Means", r->means, s->width);
	layout_labelled(to, "Do", r->remedy, s->width);
	if (r->relay_remedy != NULL)
		layout_labelled(to, "On 25", r->relay_remedy, s->width);
	if (r->others != NULL)
		layout_labelled(to, "Perhaps", r->others, s->width);
	report_text_references(to, s, r);
}

void explain_report_rule(struct buf *to, const struct report_style *s, const struct diag_rule *r)
{
	heading(to, s, r);
	body(to, s, r);
}

static void seen(struct buf *to, const struct report_style *s, const struct explained *e, bool whole)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	if (!whole) {
		buf_addf(&line, "line %zu", e->line);
		if (e->count > 1)
			buf_addf(&line, ", and %zu more like it", e->count - 1);
		buf_adds(&line, ": ");
	}
	layout_escape(&line, e->text, s->utf8);
	layout_labelled(to, "Seen", buf_str(&line), s->width);
	buf_clear(&line);
}

static void also(struct buf *to, const struct report_style *s, const struct explanation *x,
		 size_t from)
{
	struct buf line;

	if (from >= x->count)
		return;
	buf_adds(to, "\nThese fit as well; for each, smtpprobe --explain CODE:\n");
	buf_init(&line, LINE_MAX_BYTES);
	for (size_t i = from; i < x->count && i < from + BRIEF_MOST; i++) {
		buf_reset(&line);
		buf_addf(&line, "%s: ", x->list[i].rule->code);
		explain_report_summary(&line, x->list[i].rule);
		layout_spaces(to, 2);
		layout_wrap(to, buf_str(&line), 2, 4, s->width);
		layout_end_line(to);
	}
	if (x->count > from + BRIEF_MOST)
		buf_addf(to, "  and %zu more (--output json has them all)\n",
			 x->count - from - BRIEF_MOST);
	buf_clear(&line);
}

static void paragraph(struct buf *to, const struct report_style *s, const char *escaped)
{
	layout_wrap(to, escaped, 0, 0, s->width);
	layout_end_line(to);
}

static void not_known(struct buf *to, const struct report_style *s)
{
	paragraph(to, s,
		  "Not known: no diagnosis fits this text. Lines that help most hold the server's "
		  "reply (three digits and a text, such as \"530 5.7.0 ...\") or the innermost "
		  "error of a stack trace. To see for yourself, probe the server: smtpprobe "
		  "--host NAME.");
}

void explain_report_no_code(struct buf *to, const struct report_style *s, const char *code,
			    const struct diag_rule *near)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	buf_adds(&line, "Not known: no diagnosis has the code ");
	layout_escape(&line, code, s->utf8);
	if (near != NULL)
		buf_addf(&line, ". Did you mean %s?", near->code);
	else
		buf_adds(&line, ". smtpprobe --list-diagnoses lists them all.");
	paragraph(to, s, buf_str(&line));
	buf_clear(&line);
}

void explain_report_bare(struct buf *to, const struct report_style *s, const struct bare_code *b,
			 const struct explanation *x)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	if (b->means != NULL)
		buf_addf(&line, "%s: %s ", b->reply, b->means);
	if (b->subject != NULL)
		buf_addf(&line, "%s is about %s. ", b->status, b->subject);
	buf_adds(&line, "The words behind the number tell the cause: give them with it, in quotes.");
	if (x->count > 0 && x->list[0].leads)
		buf_adds(&line, " Without them, most likely:");
	paragraph(to, s, buf_str(&line));
	buf_clear(&line);
	if (x->count == 0 || !x->list[0].leads) {
		also(to, s, x, 0);
		return;
	}
	buf_addc(to, '\n');
	explain_report_rule(to, s, x->list[0].rule);
	also(to, s, x, 1);
}

void explain_report_text(struct buf *to, const struct report_style *s, const struct explanation *x,
			 bool whole)
{
	size_t full = 0;

	if (x->count == 0)
		not_known(to, s);
	while (full < x->count && full < (whole ? 1 : FULL_MOST) && x->list[full].leads) {
		const struct explained *e = &x->list[full++];

		if (full > 1)
			buf_addc(to, '\n');
		heading(to, s, e->rule);
		seen(to, s, e, whole);
		body(to, s, e->rule);
	}
	also(to, s, x, full);
}

/* The severity and the code, which scripts may take, and the summary below them. */
static void list_rule(struct buf *to, const struct report_style *s, const struct diag_rule *r)
{
	struct buf line;

	buf_addf(to, "  %-8s%s", words_name(&severity_words, r->severity), r->code);
	if (r->relay_severity != SEVERITY_OK && r->relay_severity != r->severity)
		buf_addf(to, "  (on a relay port: %s)", words_name(&severity_words, r->relay_severity));
	buf_addc(to, '\n');
	buf_init(&line, LINE_MAX_BYTES);
	explain_report_summary(&line, r);
	layout_spaces(to, LIST_INDENT);
	layout_wrap(to, buf_str(&line), LIST_INDENT, LIST_INDENT, s->width);
	layout_end_line(to);
	buf_clear(&line);
}

void explain_report_list(struct buf *to, const struct report_style *s)
{
	const struct diag_rule *r;

	for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
		bool any = false;

		for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
			if (r->stage != stage)
				continue;
			if (!any)
				buf_addf(to, "%s%s\n", to->len > 0 ? "\n" : "",
					 words_name(&stage_words, stage));
			any = true;
			list_rule(to, s, r);
		}
	}
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void member(struct json_writer *w, const char *key, const char *value)
{
	json_writer_key(w, key);
	json_writer_string(w, value);
}

static void write_members(struct json_writer *w, const struct diag_rule *r)
{
	struct buf summary;

	buf_init(&summary, LINE_MAX_BYTES);
	explain_report_summary(&summary, r);
	member(w, "code", r->code);
	member(w, "severity", words_name(&severity_words, r->severity));
	member(w, "relay_severity", words_name(&severity_words, r->relay_severity != SEVERITY_OK ?
					       r->relay_severity : r->severity));
	member(w, "stage", words_name(&stage_words, r->stage));
	member(w, "summary", buf_str(&summary));
	member(w, "means", r->means);
	member(w, "do", r->remedy);
	member(w, "relay_do", r->relay_remedy);
	member(w, "others", r->others);
	json_writer_key(w, "references");
	json_writer_begin_list(w);
	for (size_t i = 0; i < COUNT(r->references) && r->references[i] != NULL; i++)
		json_writer_string(w, r->references[i]);
	json_writer_end_list(w);
	buf_clear(&summary);
}

static void write_rule(struct json_writer *w, const struct diag_rule *r)
{
	json_writer_begin_object(w);
	write_members(w, r);
	json_writer_end_object(w);
}

static void write_explained(struct json_writer *w, const struct explained *e)
{
	json_writer_begin_object(w);
	json_writer_key(w, "leads");
	json_writer_bool(w, e->leads);
	json_writer_key(w, "line");
	json_writer_int(w, (int64_t)e->line);
	json_writer_key(w, "count");
	json_writer_int(w, (int64_t)e->count);
	member(w, "text", e->text);
	write_members(w, e->rule);
	json_writer_end_object(w);
}

static void write_bare(struct json_writer *w, const struct bare_code *b)
{
	json_writer_key(w, "reply");
	if (b == NULL) {
		json_writer_null(w);
		return;
	}
	json_writer_begin_object(w);
	member(w, "code", b->reply[0] != '\0' ? b->reply : NULL);
	member(w, "status", b->status[0] != '\0' ? b->status : NULL);
	member(w, "means", b->means);
	member(w, "about", b->subject);
	member(w, "reference", b->reference);
	json_writer_end_object(w);
}

void explain_report_json(struct buf *to, const struct explanation *x, const struct bare_code *bare,
			 const struct diag_rule *near)
{
	struct json_writer w;

	json_writer_init(&w, to);
	json_writer_begin_object(&w);
	member(&w, "schema", "smtpprobe.explanation/1");
	json_writer_key(&w, "known");
	json_writer_bool(&w, x->count > 0 || bare != NULL);
	write_bare(&w, bare);
	member(&w, "near", near != NULL ? near->code : NULL);
	json_writer_key(&w, "diagnoses");
	json_writer_begin_list(&w);
	for (size_t i = 0; i < x->count; i++)
		write_explained(&w, &x->list[i]);
	json_writer_end_list(&w);
	json_writer_end_object(&w);
	buf_addc(to, '\n');
}

void explain_report_list_json(struct buf *to)
{
	const struct diag_rule *r;
	struct json_writer w;

	json_writer_init(&w, to);
	json_writer_begin_object(&w);
	member(&w, "schema", "smtpprobe.diagnoses/1");
	json_writer_key(&w, "diagnoses");
	json_writer_begin_list(&w);
	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		write_rule(&w, r);
	json_writer_end_list(&w);
	json_writer_end_object(&w);
	buf_addc(to, '\n');
}
