/* SPDX-License-Identifier: MIT
 *
 * Host x address x port as a table. Three shapes, the first that fits the width:
 *
 *   wide    HOST, ADDRESS and one column a port
 *   tall    the host on a line of its own, below it ADDRESS and one column a port
 *   list    one line an endpoint
 *
 * One host that is the target itself, or an address, needs no HOST column: the line above the
 * table names it. Hosts without an address are listed below. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "report/layout.h"
#include "report/report_text.h"

enum { GAP = 3, CELL_MAX = 2048, TABLE_PORTS = LIMIT_PORTS };

struct row {
	char *host, *address;                      /* escaped */
	const struct obs_endpoint *first;          /* of that host and address */
	const struct obs_endpoint *at[TABLE_PORTS];    /* by column */
};

struct table {
	const struct observation *o;
	const struct report_style *s;
	struct row *row;
	size_t row_count;
	unsigned port[TABLE_PORTS];
	char *heading[TABLE_PORTS];
	size_t width[TABLE_PORTS];
	size_t port_count;
	size_t host_width, address_width;
	bool hosts_shown;
};

static char *escaped(const char *text, bool utf8)
{
	struct buf b;

	buf_init(&b, CELL_MAX);
	layout_escape(&b, text != NULL ? text : "?", utf8);
	return buf_take(&b);
}

static char *cell_text(const struct table *t, const struct obs_endpoint *e)
{
	struct buf b;
	char *text;

	buf_init(&b, CELL_MAX);
	if (e != NULL)
		report_text_cell(&b, t->o, e);
	text = escaped(buf_str(&b), t->s->utf8);
	buf_clear(&b);
	return text;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void widen(size_t *width, const char *text)
{
	size_t w = layout_width(text);

	if (w > *width)
		*width = w;
}

static int by_number(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void collect_ports(struct table *t)
{
	for (size_t i = 0; i < t->o->endpoint_count; i++) {
		unsigned port = t->o->endpoints[i].port;
		size_t k = 0;

		while (k < t->port_count && t->port[k] != port)
			k++;
		if (k == t->port_count && k < TABLE_PORTS)
			t->port[t->port_count++] = port;
	}
	if (t->port_count > 0)
		qsort(t->port, t->port_count, sizeof(t->port[0]), by_number);
}

static size_t column_of(const struct table *t, unsigned port)
{
	size_t k = 0;

	while (k < t->port_count && t->port[k] != port)
		k++;
	return k;
}

static void place(struct table *t, const struct obs_endpoint *e)
{
	size_t column = column_of(t, e->port), i = t->row_count;
	struct row *r;

	/* Endpoints of one address stand together or nearly so. */
	while (i > 0 && !(same(t->row[i - 1].first->host, e->host) &&
			  same(t->row[i - 1].first->address, e->address)))
		i--;
	if (i > 0) {
		r = &t->row[i - 1];
	} else {
		r = mem_append(&t->row, &t->row_count, sizeof(*r));
		r->first = e;
		r->host = escaped(e->host, t->s->utf8);
		r->address = escaped(e->address, t->s->utf8);
		widen(&t->host_width, r->host);
		widen(&t->address_width, r->address);
		t->hosts_shown = t->hosts_shown || (!same(e->host, e->address) &&
						    !same(e->host, t->o->target.name));
	}
	if (column < t->port_count)
		r->at[column] = e;
}

static void measure(struct table *t)
{
	for (size_t k = 0; k < t->port_count; k++) {
		enum role role = ROLE_OTHER;

		for (size_t i = 0; i < t->row_count; i++) {
			char *text = cell_text(t, t->row[i].at[k]);

			if (t->row[i].at[k] != NULL)
				role = t->row[i].at[k]->role;
			widen(&t->width[k], text);
			free(text);
		}
		t->heading[k] = role == ROLE_OTHER ? mem_printf("%u", t->port[k]) :
				mem_printf("%u %s", t->port[k], words_name(&role_words, role));
		widen(&t->width[k], t->heading[k]);
	}
	widen(&t->host_width, "HOST");
	widen(&t->address_width, "ADDRESS");
}

static size_t ports_width(const struct table *t)
{
	size_t width = t->address_width;

	for (size_t k = 0; k < t->port_count; k++)
		width += GAP + t->width[k];
	return width;
}

static void put_columns(struct buf *to, const struct table *t, const struct row *r)
{
	layout_padded(to, r != NULL ? r->address : "ADDRESS", t->address_width);
	for (size_t k = 0; k < t->port_count; k++) {
		char *text = r != NULL ? cell_text(t, r->at[k]) : mem_strdup(t->heading[k]);

		layout_spaces(to, GAP);
		layout_padded(to, text, t->width[k]);
		free(text);
	}
}

static void put_wide(struct buf *to, const struct table *t)
{
	for (size_t i = 0; i <= t->row_count; i++) {
		const struct row *r = i > 0 ? &t->row[i - 1] : NULL;
		bool again = i > 1 && same(r->first->host, t->row[i - 2].first->host);

		layout_spaces(to, 2);
		if (t->hosts_shown) {
			layout_padded(to, r == NULL ? "HOST" : again ? "" : r->host,
				      t->host_width);
			layout_spaces(to, GAP);
		}
		put_columns(to, t, r);
		layout_end_line(to);
	}
}

static void put_tall(struct buf *to, const struct table *t)
{
	layout_spaces(to, 4);
	put_columns(to, t, NULL);
	layout_end_line(to);
	for (size_t i = 0; i < t->row_count; i++) {
		const struct row *r = &t->row[i];

		if (t->hosts_shown &&
		    (i == 0 || !same(r->first->host, t->row[i - 1].first->host))) {
			layout_spaces(to, 2);
			layout_wrap(to, r->host, 2, 2, t->s->width);
			layout_end_line(to);
		}
		layout_spaces(to, 4);
		put_columns(to, t, r);
		layout_end_line(to);
	}
}

static void put_endpoint(struct buf *to, const struct table *t, const struct obs_endpoint *e,
			 size_t name_width)
{
	char *text = cell_text(t, e);
	struct buf name;
	size_t at;

	buf_init(&name, CELL_MAX);
	report_text_endpoint(&name, t->s, t->o, e);
	layout_spaces(to, 2);
	at = layout_wrap(to, buf_str(&name), 2, 4, t->s->width);
	if (at > name_width + 2 || name_width + 2 + GAP + layout_width(text) > t->s->width) {
		layout_end_line(to);
		layout_spaces(to, 6);
		at = 6;
	} else {
		layout_spaces(to, name_width + 2 - at + GAP);
		at = name_width + 2 + GAP;
	}
	layout_wrap(to, text, at, at, t->s->width);
	layout_end_line(to);
	buf_clear(&name);
	free(text);
}

static void put_list(struct buf *to, const struct table *t)
{
	size_t name_width = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < t->row_count; i++)
			for (size_t k = 0; k < t->port_count; k++) {
				const struct obs_endpoint *e = t->row[i].at[k];
				struct buf name;

				if (e == NULL)
					continue;
				if (pass == 1) {
					put_endpoint(to, t, e, name_width);
					continue;
				}
				buf_init(&name, CELL_MAX);
				report_text_endpoint(&name, t->s, t->o, e);
				widen(&name_width, buf_str(&name));
				buf_clear(&name);
			}
}

const char *const report_text_host_problem[HOST_PROBLEM_COUNT] = {
	[HOST_NXDOMAIN] = "the name does not exist",
	[HOST_NODATA] = "no address",
	[HOST_SERVFAIL] = "the resolver failed (SERVFAIL)",
	[HOST_REFUSED] = "the resolver refused",
	[HOST_TIMEOUT] = "no answer from the resolver",
	[HOST_DNS_ERROR] = "the resolver's answer cannot be used",
	[HOST_IS_ADDRESS] = "an address instead of a name",
	[HOST_BAD_NAME] = "not a host name",
	[HOST_CUT_SHORT] = "not looked up: cut short",
	[HOST_EXCLUDED] = "not probed: excluded",
};

static void put_unresolved(struct buf *to, const struct table *t)
{
	for (size_t i = 0; i < t->o->dns.host_count; i++) {
		const struct obs_mail_host *h = &t->o->dns.hosts[i];
		struct buf line;

		if (h->problem == HOST_FINE || report_text_host_problem[h->problem] == NULL)
			continue;
		buf_init(&line, CELL_MAX);
		layout_escape(&line, h->name != NULL ? h->name : "?", t->s->utf8);
		buf_addf(&line, ": %s", report_text_host_problem[h->problem]);
		layout_spaces(to, 2);
		layout_wrap(to, buf_str(&line), 2, 4, t->s->width);
		layout_end_line(to);
		buf_clear(&line);
	}
}

static void collect(struct table *t)
{
	bool *placed = mem_zalloc(t->o->endpoint_count, sizeof(*placed));

	collect_ports(t);
	for (size_t h = 0; h <= t->o->dns.host_count; h++)
		for (size_t i = 0; i < t->o->endpoint_count; i++) {
			const struct obs_endpoint *e = &t->o->endpoints[i];

			if (placed[i] || (h < t->o->dns.host_count &&
					  !same(t->o->dns.hosts[h].name, e->host)))
				continue;
			place(t, e);
			placed[i] = true;
		}
	free(placed);
}

void report_text_matrix(struct buf *to, const struct report_style *s, const struct observation *o)
{
	struct table t = { .o = o, .s = s };
	size_t start;

	buf_addc(to, '\n');
	start = to->len;
	collect(&t);
	measure(&t);
	if (t.row_count == 0)
		; /* only hosts without an address, or nothing at all */
	else if (2 + (t.hosts_shown ? t.host_width + GAP : 0) + ports_width(&t) <= s->width)
		put_wide(to, &t);
	else if (4 + ports_width(&t) <= s->width)
		put_tall(to, &t);
	else
		put_list(to, &t);
	put_unresolved(to, &t);
	if (to->len == start)
		to->data[to->len = start - 1] = '\0';    /* no table, no blank line */
	for (size_t i = 0; i < t.row_count; i++) {
		free(t.row[i].host);
		free(t.row[i].address);
	}
	for (size_t k = 0; k < t.port_count; k++)
		free(t.heading[k]);
	free(t.row);
}
