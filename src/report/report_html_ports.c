/* SPDX-License-Identifier: MIT
 *
 * Host x address x port as a table: a row an address, a column a port. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/report_html.h"
#include "report/report_text.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void report_html_endpoint(struct buf *to, const struct report_target *t, const struct obs_endpoint *e)
{
	struct buf name;

	buf_init(&name, HTML_TEXT_MAX);
	seen_host_port(&name, e);
	for (size_t i = 0; i < t->o->endpoint_count; i++)
		if (same(t->o->endpoints[i].host, e->host) &&
		    !same(t->o->endpoints[i].address, e->address)) {
			buf_addf(&name, " (%s)", e->address != NULL ? e->address : "?");
			break;
		}
	report_html_put(to, "", buf_str(&name), "");
	buf_clear(&name);
}

/* The gravest finding that rests on the endpoint. */
static enum severity gravest(const struct diagnosis *d, const struct obs_endpoint *e)
{
	char *name = obs_endpoint_name(e);
	enum severity worst = SEVERITY_OK;

	for (size_t i = 0; i < d->finding_count; i++)
		for (size_t k = 0; k < d->findings[i].evidence_count; k++)
			if (same(d->findings[i].evidence[k].endpoint, name) &&
			    d->findings[i].severity > worst)
				worst = d->findings[i].severity;
	free(name);
	return worst;
}

static void put_cell(struct buf *to, const struct report_target *t, const struct obs_endpoint *e)
{
	enum severity worst;
	struct buf text;

	if (e == NULL) {
		buf_adds(to, "<td class=\"quiet\">not probed</td>");
		return;
	}
	worst = gravest(t->d, e);
	buf_init(&text, HTML_TEXT_MAX);
	report_text_cell(&text, t->o, e);
	buf_addf(to, "<td class=\"%s\">", worst == SEVERITY_PROBLEM ? "bad" :
		 worst == SEVERITY_WARNING ? "warn" : e->connect.outcome == OUT_OK ? "good" : "quiet");
	if (worst >= SEVERITY_WARNING) {
		report_html_badge(to, worst);
		buf_addc(to, ' ');
	}
	report_html_put(to, "", buf_str(&text), "</td>");
	buf_clear(&text);
}

static const struct obs_endpoint *find(const struct observation *o, const struct obs_endpoint *like,
				       unsigned port)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (e->port == port && same(e->host, like->host) && same(e->address, like->address))
			return e;
	}
	return NULL;
}

static bool is_first(const struct observation *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same(o->endpoints[i].host, o->endpoints[n].host) &&
		    same(o->endpoints[i].address, o->endpoints[n].address))
			return false;
	return true;
}

/* The next greater port that was probed; 0: there is none. */
static unsigned port_after(const struct observation *o, unsigned port)
{
	unsigned next = 0;

	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port > port && (next == 0 || o->endpoints[i].port < next))
			next = o->endpoints[i].port;
	return next;
}

static const char *role_of(const struct observation *o, unsigned port)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port == port && o->endpoints[i].role != ROLE_OTHER)
			return words_name(&role_words, o->endpoints[i].role);
	return "";
}

static void put_table(struct buf *to, const struct report_target *t)
{
	const struct observation *o = t->o;

	buf_adds(to, "<table class=\"ports\">\n<thead><tr><th scope=\"col\">Host</th>"
		 "<th scope=\"col\">Address</th>");
	for (unsigned port = port_after(o, 0); port != 0; port = port_after(o, port))
		buf_addf(to, "<th scope=\"col\">%u %s</th>", port, role_of(o, port));
	buf_adds(to, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (!is_first(o, i))
			continue;
		report_html_put(to, "<tr><th scope=\"row\">", e->host, "</th>");
		report_html_put(to, "<td class=\"address\">", e->address, "</td>");
		for (unsigned port = port_after(o, 0); port != 0; port = port_after(o, port))
			put_cell(to, t, find(o, e, port));
		buf_adds(to, "</tr>\n");
	}
	buf_adds(to, "</tbody></table>\n");
}

static void put_unresolved(struct buf *to, const struct observation *o)
{
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct obs_mail_host *h = &o->dns.hosts[i];

		if (h->problem == HOST_FINE || report_text_host_problem[h->problem] == NULL)
			continue;
		report_html_put(to, "<p>", h->name != NULL ? h->name : "?", ": ");
		report_html_put(to, "", report_text_host_problem[h->problem], "</p>\n");
	}
}

void report_html_ports(struct buf *to, const struct report_target *t)
{
	if (t->o->endpoint_count == 0 && t->o->dns.host_count == 0)
		return;
	report_html_open(to, t, "ports", "Hosts and ports");
	if (t->o->endpoint_count > 0) {
		report_html_scroll(to, "Hosts and ports");
		put_table(to, t);
		report_html_scroll_end(to);
	}
	put_unresolved(to, t->o);
	report_html_close(to);
}
