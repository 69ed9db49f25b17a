/* SPDX-License-Identifier: MIT
 *
 * What changed of a target as a whole: its mail hosts, their addresses, their endpoints. */
#include "baseline/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baseline/changes.h"
#include "diagnose/facts.h"

static const struct change_row {
	const char *code, *what;
	enum severity severity;
} rows[CHANGE_COUNT] = {
	[CHANGE_MX_ADDED] = { "MX_ADDED", "a mail host was added (MX)", SEVERITY_WARNING },
	[CHANGE_MX_REMOVED] = { "MX_REMOVED", "a mail host was removed (MX)", SEVERITY_WARNING },
	[CHANGE_NULL_MX] = { "NULL_MX_CAME", "the domain takes no mail any more (null MX)", SEVERITY_PROBLEM },
	[CHANGE_ADDRESS_ADDED] = { "ADDRESS_ADDED", "an address was added", SEVERITY_NOTE },
	[CHANGE_ADDRESS_REMOVED] = { "ADDRESS_REMOVED", "an address was removed", SEVERITY_NOTE },
	[CHANGE_NO_ADDRESS] = { "NO_ADDRESS_LEFT", "the host has no address any more", SEVERITY_PROBLEM },
	[CHANGE_PORT_CLOSED] = { "PORT_CLOSED", "the port is not open any more", SEVERITY_PROBLEM },
	[CHANGE_PORT_OPENED] = { "PORT_OPENED", "the port is open now", SEVERITY_NOTE },
	[CHANGE_MODE] = { "MODE_CHANGED", "the port speaks in another mode", SEVERITY_PROBLEM },
	[CHANGE_TURNED_AWAY] = { "TURNED_AWAY", "the server does not greet as it did", SEVERITY_PROBLEM },
	[CHANGE_WELCOME] = { "GREETS_AGAIN", "the server greets now", SEVERITY_NOTE },
	[CHANGE_STARTTLS_GONE] = { "STARTTLS_GONE", "STARTTLS is not to be had any more", SEVERITY_PROBLEM },
	[CHANGE_STARTTLS_CAME] = { "STARTTLS_CAME", "STARTTLS is to be had now", SEVERITY_NOTE },
	[CHANGE_TLS_FAILS] = { "TLS_FAILS", "the TLS handshake fails now", SEVERITY_PROBLEM },
	[CHANGE_TLS_WORKS] = { "TLS_WORKS", "the TLS handshake works now", SEVERITY_NOTE },
	[CHANGE_TLS_LOWERED] = { "TLS_VERSION_LOWERED", "the version of TLS is lower", SEVERITY_WARNING },
	[CHANGE_TLS_RAISED] = { "TLS_VERSION_RAISED", "the version of TLS is higher", SEVERITY_NOTE },
	[CHANGE_TLS_WEAKER] = { "TLS_WEAKER", "TLS has a weakness that it had not", SEVERITY_WARNING },
	[CHANGE_CERT_NOT_VALID] = { "CERT_NOT_VALID", "the certificate is not good any more", SEVERITY_PROBLEM },
	[CHANGE_CERT_VALID] = { "CERT_VALID_AGAIN", "the certificate is good now", SEVERITY_NOTE },
	[CHANGE_ISSUER] = { "CERT_ISSUER_CHANGED", "the certificate is of another issuer", SEVERITY_WARNING },
	[CHANGE_CERT_RENEWED] = { "CERT_RENEWED", "the certificate was renewed", SEVERITY_NOTE },
	[CHANGE_CERT_NAME_DROPPED] = { "CERT_NAME_DROPPED", "the certificate lacks a name that it had", SEVERITY_WARNING },
	[CHANGE_AUTH_DROPPED] = { "AUTH_DROPPED", "a log-in method is not offered any more", SEVERITY_PROBLEM },
	[CHANGE_AUTH_ADDED] = { "AUTH_ADDED", "a log-in method is offered now", SEVERITY_NOTE },
	[CHANGE_AUTH_IN_THE_CLEAR] = { "AUTH_IN_THE_CLEAR", "a log-in that sends the password is offered before TLS now", SEVERITY_WARNING },
	[CHANGE_CAPABILITY_DROPPED] = { "CAPABILITY_DROPPED", "a capability is not offered any more", SEVERITY_WARNING },
	[CHANGE_CAPABILITY_ADDED] = { "CAPABILITY_ADDED", "a capability is offered now", SEVERITY_NOTE },
	[CHANGE_SIZE_LOWERED] = { "SIZE_LOWERED", "the largest message is smaller", SEVERITY_WARNING },
	[CHANGE_SIZE_RAISED] = { "SIZE_RAISED", "the largest message is larger", SEVERITY_NOTE },
	[CHANGE_TLS_NOT_DEMANDED] = { "TLS_NOT_DEMANDED", "TLS is not demanded before mail any more", SEVERITY_WARNING },
};

/* ---- telling --------------------------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void change_add_as(struct baseline_changes *c, enum change what, enum severity severity,
		   const char *where, const char *before, const char *after)
{
	const struct change_row *row = &rows[what];
	struct baseline_change *x;

	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].code == row->code && same(c->list[i].where, where) &&
		    same(c->list[i].before, before) && same(c->list[i].after, after))
			return;
	x = mem_append(&c->list, &c->count, sizeof *x);
	x->code = row->code;
	x->severity = severity;
	x->where = mem_strdup(where);
	x->what = mem_strdup(row->what);
	x->before = mem_strdup(before);
	x->after = mem_strdup(after);
}

void change_add(struct baseline_changes *c, enum change what, const char *where, const char *before,
		const char *after)
{
	change_add_as(c, what, rows[what].severity, where, before, after);
}

void change_unseen(struct baseline_changes *c, const char *where, const char *why)
{
	char *line = mem_printf("%s: %s", where, why);

	if (!strlist_has(&c->unseen, line))
		strlist_add(&c->unseen, line);
	free(line);
}

/* ---- mail hosts ------------------------------------------------------------------------------ */

static const struct obs_mail_host *find_host(const struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (same(o->dns.hosts[i].name, name))
			return &o->dns.hosts[i];
	return NULL;
}

/* Did the resolver answer the MX question, if it was asked? */
static bool answered(const struct observation *o)
{
	for (size_t i = 0; i < o->dns.query_count; i++) {
		const struct obs_query *q = &o->dns.queries[i];

		if (same(q->type, "MX") && (facts_no_answer(q->rcode) || q->rcode == DNS_CUT_SHORT))
			return false;
	}
	return true;
}

static bool looked_up(const struct obs_mail_host *h)
{
	return h->problem == HOST_FINE || h->problem == HOST_NXDOMAIN || h->problem == HOST_NODATA;
}

static void compare_addresses(struct baseline_changes *c, const struct obs_mail_host *was,
			      const struct obs_mail_host *is)
{
	if (!looked_up(was) || !looked_up(is)) {
		change_unseen(c, is->name, "its addresses were not answered for");
		return;
	}
	if (was->addresses.count > 0 && is->addresses.count == 0) {
		change_add(c, CHANGE_NO_ADDRESS, is->name, was->addresses.item[0], NULL);
		return;
	}
	for (size_t i = 0; i < was->addresses.count; i++)
		if (!strlist_has(&is->addresses, was->addresses.item[i]))
			change_add(c, CHANGE_ADDRESS_REMOVED, is->name, was->addresses.item[i], NULL);
	for (size_t i = 0; i < is->addresses.count; i++)
		if (!strlist_has(&was->addresses, is->addresses.item[i]))
			change_add(c, CHANGE_ADDRESS_ADDED, is->name, NULL, is->addresses.item[i]);
}

static void compare_hosts(struct baseline_changes *c, const struct observation *was,
			  const struct observation *is)
{
	const char *domain = is->target.name;

	if (!answered(was) || !answered(is)) {
		change_unseen(c, domain != NULL ? domain : "?", "the resolver did not answer the MX question");
		return;
	}
	if (is->dns.null_mx && !was->dns.null_mx) {
		change_add(c, CHANGE_NULL_MX, domain, NULL, NULL);
		return;
	}
	for (size_t i = 0; i < was->dns.host_count; i++) {
		const struct obs_mail_host *h = &was->dns.hosts[i], *now = find_host(is, h->name);

		if (now != NULL)
			compare_addresses(c, h, now);
		else if (h->source == MAIL_HOST_MX)
			change_add(c, CHANGE_MX_REMOVED, domain, h->name, NULL);
	}
	for (size_t i = 0; i < is->dns.host_count; i++)
		if (is->dns.hosts[i].source == MAIL_HOST_MX &&
		    find_host(was, is->dns.hosts[i].name) == NULL)
			change_add(c, CHANGE_MX_ADDED, domain, NULL, is->dns.hosts[i].name);
}

/* ---- endpoints ------------------------------------------------------------------------------- */

static bool alike(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	return a->port == b->port && a->family == b->family && same(a->host, b->host);
}

/* The same address; or where that has moved, the one in the same place of the host's family. */
static const struct obs_endpoint *find_endpoint(const struct observation *o, const struct observation *in,
						const struct obs_endpoint *e)
{
	size_t place = 0;

	for (size_t i = 0; i < o->endpoint_count; i++)
		if (alike(&o->endpoints[i], e) && same(o->endpoints[i].address, e->address))
			return &o->endpoints[i];
	for (const struct obs_endpoint *x = in->endpoints; x < e; x++)
		place += alike(x, e);
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (alike(&o->endpoints[i], e) && place-- == 0)
			return &o->endpoints[i];
	return NULL;
}

/* Worst first; qsort() is not stable by its contract, and the order of the record should stay. */
static void sort(struct baseline_changes *c)
{
	for (size_t i = 1; i < c->count; i++)
		for (size_t k = i; k > 0 && c->list[k - 1].severity < c->list[k].severity; k--) {
			struct baseline_change x = c->list[k];

			c->list[k] = c->list[k - 1];
			c->list[k - 1] = x;
		}
}

void baseline_compare(struct baseline_changes *c, const struct observation *before,
		      const struct observation *now)
{
	memset(c, 0, sizeof *c);
	c->known = before != NULL;
	if (before == NULL)
		return;
	compare_hosts(c, before, now);
	for (size_t i = 0; i < now->endpoint_count; i++) {
		struct pair p = { before, now, find_endpoint(before, now, &now->endpoints[i]),
				  &now->endpoints[i] };

		if (p.was != NULL)
			baseline_compare_endpoint(c, &p);
	}
	sort(c);
}

void baseline_changes_clear(struct baseline_changes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->list[i].where);
		free(c->list[i].what);
		free(c->list[i].before);
		free(c->list[i].after);
	}
	free(c->list);
	strlist_clear(&c->unseen);
	memset(c, 0, sizeof *c);
}
