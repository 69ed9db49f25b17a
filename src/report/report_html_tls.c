/* SPDX-License-Identifier: MIT
 *
 * Certificate chains, each once with the endpoints that sent it; and the dialogues, folded. */
#include <string.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/report_html.h"

enum { NAMES_SHOWN = 8 };

static bool same_chain(const struct obs_tls *a, const struct obs_tls *b)
{
	if (a->chain_count != b->chain_count)
		return false;
	for (size_t i = 0; i < a->chain_count; i++)
		if (a->chain[i].sha256 == NULL || b->chain[i].sha256 == NULL ||
		    strcmp(a->chain[i].sha256, b->chain[i].sha256) != 0)
			return false;
	return true;
}

static bool shown_before(const struct observation *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_chain(&o->endpoints[i].tls, &o->endpoints[n].tls))
			return true;
	return false;
}

static void put_names(struct buf *to, const struct obs_certificate *c)
{
	for (size_t i = 0; i < c->sans.count && i < NAMES_SHOWN; i++)
		report_html_put(to, i > 0 ? ", " : "", c->sans.item[i], "");
	if (c->sans.count > NAMES_SHOWN)
		buf_addf(to, " and %zu more", c->sans.count - NAMES_SHOWN);
	if (c->sans.count == 0)
		buf_adds(to, "none");
}

static void put_validity(struct buf *to, const struct obs_certificate *c)
{
	seen_date(to, c->not_before);
	buf_adds(to, " to ");
	seen_date(to, c->not_after);
}

static void put_member(struct buf *to, const struct obs_certificate *c, unsigned row)
{
	switch (row) {
	case 0:
		report_html_put(to, "", c->subject, "");
		break;
	case 1:
		report_html_put(to, "", c->issuer, c->self_issued ? " (itself)" : "");
		break;
	case 2:
		put_names(to, c);
		break;
	case 3:
		put_validity(to, c);
		break;
	case 4:
		report_html_put(to, "", c->key, "");
		break;
	case 5:
		report_html_put(to, "", c->signature, "");
		break;
	default:
		report_html_put(to, "<code>", c->sha256, "</code>");
	}
}

static void put_chain(struct buf *to, const struct report_target *t, size_t n)
{
	static const char *const rows[] = { "Subject", "Issuer", "Names", "Valid", "Key", "Signature",
					    "SHA-256" };
	const struct obs_tls *tls = &t->o->endpoints[n].tls;
	const char *before = "<table class=\"chain\">\n<caption>Sent by ";

	report_html_scroll(to, "Certificate chain");
	for (size_t i = n; i < t->o->endpoint_count; i++)
		if (i == n || same_chain(&t->o->endpoints[i].tls, tls)) {
			buf_adds(to, before);
			report_html_endpoint(to, t, &t->o->endpoints[i]);
			before = ", ";
		}
	buf_adds(to, "</caption>\n<thead><tr><th scope=\"col\">Certificate</th>");
	for (size_t i = 0; i < tls->chain_count; i++)
		buf_addf(to, "<th scope=\"col\">%zu, %s</th>", i + 1,
			 i == 0 ? "the server's" : "an issuer's");
	buf_adds(to, "</tr></thead>\n<tbody>\n");
	for (unsigned row = 0; row < COUNT(rows); row++) {
		buf_addf(to, "<tr><th scope=\"row\">%s</th>", rows[row]);
		for (size_t i = 0; i < tls->chain_count; i++) {
			buf_adds(to, "<td>");
			put_member(to, &tls->chain[i], row);
			buf_adds(to, "</td>");
		}
		buf_adds(to, "</tr>\n");
	}
	buf_adds(to, "</tbody></table>\n");
	report_html_scroll_end(to);
}

void report_html_certificates(struct buf *to, const struct report_target *t)
{
	bool any = false;

	for (size_t i = 0; i < t->o->endpoint_count; i++) {
		if (t->o->endpoints[i].tls.chain_count == 0 || shown_before(t->o, i))
			continue;
		if (!any)
			report_html_open(to, t, "certificates", "Certificates");
		any = true;
		put_chain(to, t, i);
	}
	if (any)
		report_html_close(to);
}

/* ---- transcripts ------------------------------------------------------------------------------- */

static void put_lines(struct buf *to, const struct report_target *t, const struct obs_endpoint *e)
{
	buf_adds(to, "<details>\n<summary>Dialogue with ");
	report_html_endpoint(to, t, e);
	buf_addf(to, ", %zu %s</summary>\n<table class=\"log\">\n<thead><tr><th scope=\"col\">Time</th>"
		 "<th scope=\"col\">From</th><th scope=\"col\">Line</th></tr></thead>\n<tbody>\n",
		 e->transcript_count, e->transcript_count == 1 ? "line" : "lines");
	for (size_t i = 0; i < e->transcript_count; i++) {
		const struct obs_line *l = &e->transcript[i];

		buf_addf(to, "<tr><td>%.1f ms</td><td>%s%s%s</td>", (double)l->at_us / 1e3,
			 l->from_server ? "server" : "client", l->encrypted ? ", in TLS" : "",
			 l->dialogue == DIALOGUE_MAIN ? "" : ", second connection");
		report_html_put(to, "<td><code>", l->text, "</code></td></tr>\n");
	}
	buf_adds(to, "</tbody></table>\n</details>\n");
}

void report_html_transcripts(struct buf *to, const struct report_target *t)
{
	bool any = false;

	for (size_t i = 0; i < t->o->endpoint_count; i++) {
		if (t->o->endpoints[i].transcript_count == 0)
			continue;
		if (!any)
			report_html_open(to, t, "dialogues", "Dialogues");
		any = true;
		put_lines(to, t, &t->o->endpoints[i]);
	}
	if (any)
		report_html_close(to);
}
