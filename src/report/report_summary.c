/* SPDX-License-Identifier: MIT
 *
 * The summary for people: numbers in columns, what they are of beside them. A share is of the line
 * above that begins further to the left; there is none where that is zero. */
#include <string.h>

#include "base/mem.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"
#include "report/headline.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/summary.h"

/* Columns: a label, then cells of a count, a blank and a share. */
enum { LABEL = 28, COUNT_WIDE = 8, SHARE_WIDE = 7, CELL = COUNT_WIDE + 1 + SHARE_WIDE,
       SEVERITY_WIDE = 7, WIDTH_LEAST = 60, TEXT_BYTES = 4096 };

#define MINUTE_US INT64_C(60000000)

struct page {
	struct buf *to;
	struct report_style style;
	const struct summary *s;
	const struct report_tally *t;
};

/* ---- lines ----------------------------------------------------------------------------------- */

/* "12.5 %"; never 100 % of what is not all, nor 0 % of what there is. */
static void add_share(struct buf *to, size_t n, size_t of)
{
	size_t tenths = of > 0 ? (size_t)((double)n / (double)of * 1000 + 0.5) : 0;

	if (of == 0 || n == 0)
		return;
	if (tenths == 0)
		buf_adds(to, "<0.1 %");
	else if (tenths >= 1000 && n < of)
		buf_adds(to, ">99.9 %");
	else
		buf_addf(to, "%zu.%zu %%", tenths / 10, tenths % 10);
}

/* A count, and its share where it is one. */
static void put_cell(struct buf *to, size_t n, size_t of)
{
	struct buf share;

	buf_init(&share, TEXT_BYTES);
	add_share(&share, n, of);
	buf_addf(to, "%*zu %*s", COUNT_WIDE, n, SHARE_WIDE, buf_str(&share));
	buf_clear(&share);
}

/* The label, on a line of its own where it is too long. */
static void put_label(const struct page *p, const char *label, size_t indent)
{
	struct buf safe;

	buf_init(&safe, TEXT_BYTES);
	layout_escape(&safe, label, p->style.utf8);
	layout_spaces(p->to, indent);
	if (indent + layout_width(buf_str(&safe)) <= LABEL) {
		layout_padded(p->to, buf_str(&safe), LABEL - indent);
	} else {
		layout_wrap(p->to, buf_str(&safe), indent, indent + 2, p->style.width);
		layout_end_line(p->to);
		layout_spaces(p->to, LABEL);
	}
	buf_clear(&safe);
}

static void put_line(const struct page *p, const char *label, size_t indent, size_t n, size_t of)
{
	put_label(p, label, indent);
	put_cell(p->to, n, of);
	layout_end_line(p->to);
}

static void put_text(const struct page *p, const struct buf *text)
{
	layout_spaces(p->to, 2);
	layout_wrap(p->to, buf_str(text), 2, 2, p->style.width);
	layout_end_line(p->to);
}

static void put_heading(const struct page *p, const char *heading)
{
	layout_end_line(p->to);
	put_label(p, heading, 0);
}

/* One that stands alone. */
static void put_title(const struct page *p, const char *title)
{
	buf_addf(p->to, "\n%s\n", title);
}

static void add_times(struct buf *to, size_t n)
{
	if (n == 1)
		buf_adds(to, "once");
	else
		buf_addf(to, "%zu times", n);
}

/* The name of a column ends where its counts do; the next of them is that many columns on. */
static void put_column(struct buf *to, const char *name, size_t nth, size_t cell)
{
	size_t columns = nth == 0 ? COUNT_WIDE : cell, n = strlen(name);

	layout_spaces(to, n < columns ? columns - n : 0);
	buf_adds(to, name);
}

/* ---- targets, names -------------------------------------------------------------------------- */

static void put_head(const struct page *p)
{
	struct buf line;

	buf_init(&line, TEXT_BYTES);
	buf_adds(p->to, "SUMMARY  ");
	headline_tally(&line, p->t);
	layout_wrap(p->to, buf_str(&line), strlen("SUMMARY  "), 2, p->style.width);
	layout_end_line(p->to);
	buf_reset(&line);
	if (p->s->done > 0) {
		buf_adds(&line, "Begun ");
		seen_moment(&line, p->s->first_us / 1000000);
		if (p->s->first_us / MINUTE_US != p->s->last_us / MINUTE_US) {
			buf_adds(&line, ", the last target ");
			seen_moment(&line, p->s->last_us / 1000000);
		}
		put_text(p, &line);
	}
	buf_clear(&line);
}

static void put_targets(const struct page *p)
{
	const struct report_tally *t = p->t;
	const struct summary *s = p->s;
	bool weighed = s->by_weight[REPORT_FOUND] != t->by_status[STATUS_PROBLEM] ||
		       s->by_weight[REPORT_UNCHECKED] != t->by_status[STATUS_UNCHECKED];

	put_heading(p, "Targets");
	put_cell(p->to, t->done, 0);
	layout_end_line(p->to);
	put_line(p, "ok", 2, t->by_status[STATUS_OK] - t->with_warnings, t->done);
	put_line(p, "ok, with warnings", 2, t->with_warnings, t->done);
	put_line(p, "with problems", 2, t->by_status[STATUS_PROBLEM], t->done);
	put_line(p, "not checked", 2, t->by_status[STATUS_UNCHECKED], t->done);
	if (s->cut_short > 0)
		put_line(p, "of all, cut short", 2, s->cut_short, t->done);
	if (weighed) {    /* expectations, changes, or --fail-on */
		put_line(p, "make the exit status 1", 2, s->by_weight[REPORT_FOUND], t->done);
		put_line(p, "make the exit status 2", 2, s->by_weight[REPORT_UNCHECKED], t->done);
	}
	if (t->asked > t->done)
		put_line(p, "more, not begun", 2, t->asked - t->done, 0);
}

static void put_names(const struct page *p)
{
	static const struct {
		enum summary_name name;
		bool always;
		const char *label;
	} rows[] = {
		{ SUMMARY_MX, true, "MX hosts with an address" },
		{ SUMMARY_NO_MX, true, "no MX, but an address" },
		{ SUMMARY_HOST, false, "named as a host" },
		{ SUMMARY_NULL_MX, true, "null MX: takes no mail" },
		{ SUMMARY_NXDOMAIN, true, "NXDOMAIN: no such name" },
		{ SUMMARY_DEAD_MX, true, "MX without an address" },
		{ SUMMARY_NO_ADDRESS, true, "neither MX nor address" },
		{ SUMMARY_NO_ANSWER, true, "DNS gave no answer" },
		{ SUMMARY_NAME_CUT_SHORT, false, "cut short" },
	};
	size_t asked = summary_names_asked(p->s);

	_Static_assert(COUNT(rows) == SUMMARY_NAMES, "a row for each");
	if (asked == 0)
		return;
	put_heading(p, "Names");
	put_cell(p->to, asked, 0);
	layout_end_line(p->to);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].always || p->s->names[rows[i].name] > 0)
			put_line(p, rows[i].label, 2, p->s->names[rows[i].name], asked);
}

/* ---- ports ----------------------------------------------------------------------------------- */

struct row {
	enum summary_fact fact, of;    /* the same: no share */
	bool always;                   /* also where it is none at every port, of some */
	unsigned char indent;
	const char *label;
};

static const struct row target_rows[] = {
	{ SUMMARY_PROBED, SUMMARY_PROBED, true, 2, "probed" },
	{ SUMMARY_CONNECTED, SUMMARY_PROBED, true, 4, "connected" },
	{ SUMMARY_WORKS, SUMMARY_PROBED, true, 4, "works" },
	{ SUMMARY_EHLO, SUMMARY_PROBED, true, 4, "EHLO in the clear" },
	{ SUMMARY_OFFERED, SUMMARY_EHLO, true, 6, "STARTTLS offered" },
	{ SUMMARY_STARTTLS, SUMMARY_EHLO, true, 6, "STARTTLS works" },
	{ SUMMARY_NOT_OFFERED, SUMMARY_EHLO, true, 6, "STARTTLS not offered" },
};

static const struct row endpoint_rows[] = {
	{ SUMMARY_PROBED, SUMMARY_PROBED, true, 2, "probed" },
	{ SUMMARY_CONNECTED, SUMMARY_PROBED, true, 4, "connected" },
	{ SUMMARY_SILENT, SUMMARY_PROBED, false, 4, "no answer" },
	{ SUMMARY_REFUSED, SUMMARY_PROBED, false, 4, "refused" },
	{ SUMMARY_UNREACHED, SUMMARY_PROBED, false, 4, "unreachable, or reset" },
	{ SUMMARY_STOPPED_HERE, SUMMARY_PROBED, false, 4, "stopped by this machine" },
	{ SUMMARY_CUT_SHORT, SUMMARY_PROBED, false, 4, "cut short" },
	{ SUMMARY_WORKS, SUMMARY_PROBED, true, 4, "works" },
	{ SUMMARY_EHLO, SUMMARY_PROBED, true, 4, "EHLO in the clear" },
	{ SUMMARY_OFFERED, SUMMARY_EHLO, true, 6, "STARTTLS offered" },
	{ SUMMARY_STARTTLS, SUMMARY_EHLO, true, 6, "STARTTLS works" },
	{ SUMMARY_NOT_OFFERED, SUMMARY_EHLO, true, 6, "STARTTLS not offered" },
	{ SUMMARY_TLS_FAILED, SUMMARY_PROBED, false, 4, "TLS fails" },
	{ SUMMARY_TLS, SUMMARY_PROBED, true, 4, "TLS works" },
	{ SUMMARY_TLS13, SUMMARY_TLS, false, 6, "TLS 1.3" },
	{ SUMMARY_TLS12, SUMMARY_TLS, false, 6, "TLS 1.2" },
	{ SUMMARY_TLS11, SUMMARY_TLS, false, 6, "TLS 1.1" },
	{ SUMMARY_TLS10, SUMMARY_TLS, false, 6, "TLS 1.0" },
	{ SUMMARY_TLS_OTHER, SUMMARY_TLS, false, 6, "another version" },
	{ SUMMARY_VERIFIED, SUMMARY_TLS, true, 6, "certificate verified" },
	{ SUMMARY_NAMELESS, SUMMARY_TLS, false, 6, "good, but for no name" },
	{ SUMMARY_NOT_VERIFIED, SUMMARY_TLS, true, 6, "not verified" },
};

static const size_t *counts_at(const struct page *p, size_t port, bool targets)
{
	return targets ? p->s->ports[port].targets : p->s->ports[port].endpoints;
}

static void put_row(const struct page *p, const struct row *r, size_t first, size_t end, bool targets)
{
	bool any = false;

	for (size_t i = first; i < end; i++)
		any = any || counts_at(p, i, targets)[r->always ? r->of : r->fact] > 0;
	if (!any)
		return;
	put_label(p, r->label, r->indent);
	for (size_t i = first; i < end; i++) {
		const size_t *counts = counts_at(p, i, targets);

		if (r->of != r->fact && counts[r->of] == 0)
			buf_addf(p->to, "%*s%*s", COUNT_WIDE, "-", CELL - COUNT_WIDE, "");
		else
			put_cell(p->to, counts[r->fact], r->of != r->fact ? counts[r->of] : 0);
	}
	layout_end_line(p->to);
}

/* As many ports as fit, side by side; then the next. */
static void put_ports(const struct page *p, const char *heading, const struct row *rows, size_t count,
		      bool targets)
{
	size_t beside = (p->style.width - LABEL) / CELL;

	for (size_t first = 0; first < p->s->port_count; first += beside) {
		size_t end = first + beside < p->s->port_count ? first + beside : p->s->port_count;

		put_heading(p, heading);
		for (size_t i = first; i < end; i++) {
			char name[16];

			snprintf(name, sizeof name, "%u", p->s->ports[i].port);
			put_column(p->to, name, i - first, CELL);
		}
		layout_end_line(p->to);
		for (size_t i = 0; i < count; i++)
			put_row(p, &rows[i], first, end, targets);
	}
}

static void put_endpoint_notes(const struct page *p)
{
	const struct summary *s = p->s;
	struct buf line;

	buf_init(&line, TEXT_BYTES);
	if (s->port_count > 0) {
		buf_addf(&line, "A share is of the line above that begins further to the left. A target "
			 "counts at a port where one of its endpoints does; STARTTLS is not offered where "
			 "none offers it. An endpoint is a host, address and port, and counts once, as it "
			 "was first seen: %zu of them, met ", s->endpoints.count);
		add_times(&line, s->endpoints_seen);
		buf_addc(&line, '.');
	}
	if (s->endpoints_beyond > 0) {
		buf_addf(&line, " No more than %zu are told apart; one beyond these was met ",
			 s->endpoints.most);
		add_times(&line, s->endpoints_beyond);
		buf_adds(&line, ", and is not counted as an endpoint.");
	}
	if (s->ports_beyond > 0) {
		buf_addf(&line, " No more than %zu ports are; another was met ", s->port_count);
		add_times(&line, s->ports_beyond);
		buf_adds(&line, ", and is not counted.");
	}
	if (s->no_route > 0)
		buf_addf(&line, " Left out: addresses of a family that the machine had no route for, at "
			 "%zu target%s.", s->no_route, s->no_route == 1 ? "" : "s");
	if (line.len > 0) {
		layout_end_line(p->to);
		put_text(p, &line);
	}
	buf_clear(&line);
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* A count with its text behind it, broken only where the line is full. */
static void put_behind(const struct page *p, size_t n, size_t of, const char *escaped)
{
	const size_t at = CELL + 2;

	put_cell(p->to, n, of);
	layout_spaces(p->to, 2);
	layout_verbatim(p->to, escaped, at, at, p->style.width);
	layout_end_line(p->to);
}

static void put_codes(const struct page *p, const char *heading, const struct summary_code *list,
		      size_t count, size_t of)
{
	if (count == 0)
		return;
	put_title(p, heading);
	for (size_t i = 0; i < count; i++) {
		enum severity gravest = summary_gravest(&list[i]);
		const char *before = " (";
		struct buf text;

		buf_init(&text, TEXT_BYTES);
		buf_addf(&text, "%-*s  %s", SEVERITY_WIDE, words_name(&severity_words, gravest),
			 list[i].code);
		for (unsigned k = gravest; k-- > 0;)
			if (list[i].by_severity[k] > 0) {
				buf_addf(&text, "%s%s at %zu", before, words_name(&severity_words, k),
					 list[i].by_severity[k]);
				before = ", ";
			}
		if (list[i].by_severity[gravest] < list[i].targets)
			buf_addc(&text, ')');
		put_behind(p, list[i].targets, of, buf_str(&text));
		buf_clear(&text);
	}
}

static void put_hosts(const struct page *p)
{
	const struct summary *s = p->s;
	struct buf text;

	if (s->with_mx == 0)
		return;
	put_title(p, "Mail hosts (MX)");
	buf_init(&text, TEXT_BYTES);
	for (size_t i = 0; i < s->host_count && i < SUMMARY_TOP_HOSTS; i++) {
		buf_reset(&text);
		layout_escape(&text, s->hosts[i].name, p->style.utf8);
		put_behind(p, s->hosts[i].targets, s->with_mx, buf_str(&text));
	}
	buf_reset(&text);
	buf_addf(&text, "MX records of %zu target%s name %zu host%s%s.", s->with_mx,
		 s->with_mx == 1 ? "" : "s", s->host_count, s->host_count == 1 ? "" : "s",
		 s->hosts_beyond > 0 ? " and more" :
		 s->host_count > SUMMARY_TOP_HOSTS ? "; these are the most frequent" : "");
	if (s->hosts_beyond > 0) {
		buf_addf(&text, " The first %zu are told apart; others, of which one might belong here, are "
			 "named ", s->host_names.most);
		add_times(&text, s->hosts_beyond);
		buf_addc(&text, '.');
	}
	put_text(p, &text);
	buf_clear(&text);
}

static void put_states(const struct page *p, const char *label, const size_t by_state[EXPECT_STATE_COUNT],
		       bool shares)
{
	static const enum expect_state order[] = { EXPECT_MET, EXPECT_NOT_MET, EXPECT_UNCHECKED };
	size_t of = 0;

	for (size_t i = 0; i < COUNT(order); i++)
		of += by_state[order[i]];
	put_label(p, label, 2);
	for (size_t i = 0; i < COUNT(order); i++)
		if (shares)
			put_cell(p->to, by_state[order[i]], of);
		else
			buf_addf(p->to, "%*zu", i == 0 ? COUNT_WIDE : COUNT_WIDE + 2, by_state[order[i]]);
	layout_end_line(p->to);
}

static void put_expected(const struct page *p)
{
	static const char *const columns[] = { "met", "not met", "unchecked" };
	bool shares = LABEL + COUNT(columns) * CELL <= p->style.width;

	if (p->s->claim_count == 0)
		return;
	put_heading(p, "Expectations, by target");
	for (size_t i = 0; i < COUNT(columns); i++)
		put_column(p->to, columns[i], i, shares ? CELL : COUNT_WIDE + 2);
	layout_end_line(p->to);
	put_states(p, "all of them", p->s->expected, shares);
	for (size_t i = 0; i < p->s->claim_count; i++)
		put_states(p, p->s->claims[i].text, p->s->claims[i].by_state, shares);
}

static void put_changes(const struct page *p)
{
	const struct summary *s = p->s;

	if (s->compared == 0)
		return;
	put_codes(p, "Changes since the baseline, by target", s->changes, s->change_count, s->compared);
	if (s->change_count == 0)
		put_title(p, "Nothing has changed since the baseline");
	if (s->not_in_baseline > 0)
		put_behind(p, s->not_in_baseline, s->compared, "not in the baseline");
}

/* ---- the format ------------------------------------------------------------------------------ */

static void *text_begin(struct buf *to, const struct report_style *s)
{
	(void)to;
	(void)s;
	return summary_begin();
}

static void text_target(struct buf *to, const struct report_style *s, const struct report_target *t,
			void *kept)
{
	(void)to;
	(void)s;
	summary_add(kept, t);
}

static void text_end(struct buf *to, const struct report_style *style, const struct report_tally *t,
		     void *kept)
{
	struct page p = { .to = to, .style = *style, .s = kept, .t = t };

	if (p.style.width < WIDTH_LEAST)
		p.style.width = WIDTH_LEAST;
	summary_sort(kept);
	put_head(&p);
	put_expected(&p);
	put_changes(&p);
	put_targets(&p);
	put_names(&p);
	put_ports(&p, "Targets by port", target_rows, COUNT(target_rows), true);
	put_ports(&p, "Endpoints by port", endpoint_rows, COUNT(endpoint_rows), false);
	put_endpoint_notes(&p);
	put_codes(&p, "Findings, by target", p.s->findings, p.s->finding_count, p.s->done);
	if (p.s->finding_count > 0)
		buf_adds(to, "  What a code means: smtpprobe --explain CODE\n");
	put_hosts(&p);
	summary_free(kept);
}

const struct report_format report_summary = {
	.name = "summary",
	.help = "counts over all targets, for people",
	.begin = text_begin,
	.target = text_target,
	.end = text_end,
};
