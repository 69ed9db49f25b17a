/* SPDX-License-Identifier: MIT
 *
 * Questions that several rules ask of a record: see facts.h. */
#include "diagnose/facts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "path/path_judge.h"

bool facts_family_here(const struct observation *o, const struct obs_endpoint *e)
{
	return e->family == FAMILY_IPV6 ? o->vantage.ipv6.route : o->vantage.ipv4.route;
}

/* connect() failed before an address of ours was chosen, and no ICMP error came. */
static bool said_at_once(const struct obs_connect *c)
{
	return c->outcome == OUT_UNREACHABLE && c->source == NULL && c->icmp.from == NULL;
}

bool facts_local_error_at_once(const struct obs_endpoint *e, const char *error)
{
	return said_at_once(&e->connect) && e->connect.error != NULL &&
	       strcmp(e->connect.error, error) == 0;
}

bool facts_route_forbids(const struct observation *o, const struct obs_endpoint *e)
{
	return facts_local_error_at_once(e, "EHOSTUNREACH") ||
	       facts_local_error_at_once(e, "EINVAL") ||
	       (facts_local_error_at_once(e, "ENETUNREACH") && facts_family_here(o, e));
}

bool facts_route_missing(const struct observation *o, const struct obs_endpoint *e)
{
	return e->connect.outcome == OUT_UNREACHABLE && !facts_family_here(o, e) &&
	       !facts_route_forbids(o, e);
}

/* ---- this machine, or the path -------------------------------------------------------------- */

const struct obs_path *facts_path(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->path_count; i++)
		if (o->paths[i].port == e->port && o->paths[i].address != NULL &&
		    e->address != NULL && strcmp(o->paths[i].address, e->address) == 0)
			return &o->paths[i];
	return NULL;
}

static const char *address_at(const struct obs_hop *hops, size_t count, unsigned ttl)
{
	for (size_t i = 0; i < count; i++)
		if (hops[i].ttl == ttl && hops[i].kind == HOP_EXPIRED)
			return hops[i].from;
	return NULL;
}

const char *facts_hop_address(const struct obs_path *p, unsigned ttl)
{
	const char *address = address_at(p->hops, p->hop_count, ttl);

	return address != NULL ? address : address_at(p->control, p->control_count, ttl);
}

static bool path_is(const struct observation *o, const struct obs_endpoint *e,
		    enum path_verdict verdict)
{
	const struct obs_path *p = facts_path(o, e);

	return p != NULL && p->verdict == verdict;
}

bool facts_dropped_here(const struct observation *o, const struct obs_endpoint *e)
{
	return e->connect.outcome == OUT_TIMEOUT &&
	       (e->connect.local_drop == KNOWN_YES || path_is(o, e, PATH_LOCAL_DROP));
}

bool facts_rejected_here(const struct observation *o, const struct obs_endpoint *e)
{
	return path_rejected_here(&e->connect) ||
	       (e->connect.outcome == OUT_REFUSED && path_is(o, e, PATH_LOCAL_REJECT));
}

bool facts_next_hop_dead(const struct obs_endpoint *e)
{
	const struct obs_connect *c = &e->connect;

	return c->icmp.from != NULL && c->source != NULL && strcmp(c->icmp.from, c->source) == 0 &&
	       !path_rejected_here(c) && c->syn_retransmits == 0;
}

bool facts_local_failure(const struct observation *o, const struct obs_endpoint *e)
{
	return facts_route_missing(o, e) || e->connect.outcome == OUT_DENIED ||
	       e->connect.outcome == OUT_ERROR || said_at_once(&e->connect) ||
	       facts_dropped_here(o, e) || facts_rejected_here(o, e) || facts_next_hop_dead(e);
}

bool facts_rejected_elsewhere(const struct observation *o, const struct obs_endpoint *e)
{
	return e->connect.outcome == OUT_UNREACHABLE && !facts_local_failure(o, e);
}

/* Three tries of a second each: Linux, net.ipv4.neigh.default.mcast_solicit and retrans_time_ms. */
#define NEIGHBOUR_US 2500000

bool facts_host_down(const struct observation *o, const struct obs_endpoint *e)
{
	return facts_rejected_elsewhere(o, e) && path_says_no_host(&e->connect.icmp) &&
	       e->connect.us >= NEIGHBOUR_US;
}

bool facts_reached(const struct obs_endpoint *e)
{
	return e->connect.outcome == OUT_OK || e->connect.outcome == OUT_REFUSED ||
	       e->connect.outcome == OUT_RESET;
}

bool facts_connect_failed(const struct observation *o, const struct obs_endpoint *e)
{
	switch (e->connect.outcome) {
	case OUT_TIMEOUT:
	case OUT_REFUSED:
	case OUT_RESET:
	case OUT_UNREACHABLE:
		return !facts_local_failure(o, e);
	default:
		return false;
	}
}

bool facts_same_host(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	if (a->host == NULL || b->host == NULL)
		return a->host == b->host;
	return strcmp(a->host, b->host) == 0;
}

bool facts_port_open(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x->port == e->port && x->connect.outcome == OUT_OK && facts_same_host(x, e))
			return true;
	}
	return false;
}

bool facts_matters(const struct observation *o, const struct obs_endpoint *e)
{
	if (o->target.kind != TARGET_DOMAIN || e->role == ROLE_RELAY)
		return true;
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].role == ROLE_RELAY)
			return false;
	return true;
}

bool facts_host_open(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x->connect.outcome == OUT_OK && facts_same_host(x, e) && facts_matters(o, x))
			return true;
	}
	return false;
}

bool facts_host_reached(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (facts_reached(&o->endpoints[i]) && facts_same_host(&o->endpoints[i], e))
			return true;
	return false;
}

bool facts_relay_reached(const struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].role == ROLE_RELAY && facts_reached(&o->endpoints[i]))
			return true;
	return false;
}

bool facts_tls_agreed(const struct obs_endpoint *e)
{
	return e->mode == MODE_IMPLICIT_TLS || e->starttls.outcome == OUT_OK;
}

bool facts_tls_up(const struct obs_endpoint *e)
{
	return facts_tls_agreed(e) && e->tls.outcome == OUT_OK;
}

bool facts_works_with_tls(const struct obs_endpoint *e)
{
	return facts_tls_up(e) && e->ehlo_tls.reply.outcome == OUT_OK;
}

static const struct {
	const char *begins, *speaks;
} protocols[] = {
	{ "SSH-", "SSH" },
	{ "HTTP/", "HTTP" },
	{ "<!DOCTYPE", "HTTP" },
	{ "<html", "HTTP" },
	{ "+OK", "POP3" },
	{ "* OK", "IMAP" },
	{ "* PREAUTH", "IMAP" },
	{ "* BYE", "IMAP" },
	{ "RFB ", "VNC" },
	{ "-ERR", "POP3 or Redis" },
};

const char *facts_other_protocol(const char *text)
{
	for (size_t i = 0; text != NULL && i < COUNT(protocols); i++)
		if (strncasecmp(text, protocols[i].begins, strlen(protocols[i].begins)) == 0)
			return protocols[i].speaks;
	return NULL;
}

const char *facts_first_text(const struct obs_endpoint *e)
{
	if (e->mode == MODE_NOT_SMTP && e->first_bytes != NULL)
		return e->first_bytes;
	/* Silent to a listener, and then text in answer to a ClientHello: HTTP does that. */
	if (e->mode == MODE_SILENT && e->tls.outcome == OUT_NOT_TLS)
		return e->tls.first_bytes;
	if (e->greeting.outcome == OUT_MALFORMED && e->greeting.lines.count > 0)
		return e->greeting.lines.item[0];
	return NULL;
}

bool facts_like_reply(const char *text)
{
	return text != NULL && strspn(text, "0123456789") == 3;
}

/* FTP and LMTP greet with 220 as SMTP does (RFC 959 5.4, RFC 2033 4.2), but know no EHLO. */
static const char *protocol_of_greeting(const struct obs_endpoint *e)
{
	const char *text = e->greeting.lines.count > 0 ? e->greeting.lines.item[0] : NULL;

	if (text == NULL || e->ehlo.reply.outcome != OUT_REJECTED || e->ehlo.reply.code / 100 != 5)
		return NULL;
	if (strcasestr(text, "ftp") != NULL && strcasestr(text, "smtp") == NULL)
		return "FTP";
	return strcasestr(text, "lmtp") != NULL ? "LMTP, for delivery inside of one machine" : NULL;
}

const char *facts_spoken_protocol(const struct obs_endpoint *e)
{
	const char *other = facts_other_protocol(facts_first_text(e));

	return other != NULL ? other : protocol_of_greeting(e);
}

bool facts_not_smtp(const struct obs_endpoint *e)
{
	const char *text = facts_first_text(e);

	if (facts_spoken_protocol(e) != NULL)
		return true;
	/* A code of three digits is SMTP gone wrong rather than something else. */
	if (e->mode == MODE_NOT_SMTP)
		return !facts_like_reply(text);
	return e->mode == MODE_SILENT && text != NULL && !facts_like_reply(text);
}

bool facts_address_only(const struct obs_endpoint *e)
{
	return e->tls.verified_name == NULL ||
	       (e->address != NULL && strcmp(e->tls.verified_name, e->address) == 0);
}

bool facts_reply_class(const struct obs_reply *r, int first_digit)
{
	return r->outcome == OUT_REJECTED && r->code / 100 == first_digit;
}

bool facts_certificate_good(const struct obs_endpoint *e)
{
	unsigned faults = e->tls.faults;

	if (facts_address_only(e))
		return facts_tls_up(e) && (faults & ~(unsigned)CERT_NAME_MISMATCH) == 0;
	return facts_tls_up(e) && e->tls.verified && faults == 0;
}

static bool all_x(const char *keyword)
{
	size_t n = 0;

	while (keyword[n] == 'X')
		n++;
	/* "XXXA", "XXXXXXXA": the ASA keeps the last letter of what it overwrites. */
	return n >= 3 && (keyword[n] == '\0' || keyword[n + 1] == '\0');
}

bool facts_masked(const struct obs_endpoint *e)
{
	const struct obs_reply *g = &e->greeting;

	if (g->code == 220 && g->lines.count > 0) {
		const char *text = g->lines.item[0];
		size_t stars = 0, others = 0;

		for (text += strlen(text) < 4 ? strlen(text) : 4; *text != '\0'; text++) {
			stars += *text == '*';
			others += *text != '*' && !isspace((unsigned char)*text);
		}
		/* A few characters of the real banner survive the masking. */
		if (stars >= 4 && stars > 2 * others)
			return true;
	}
	for (size_t i = 0; i < e->ehlo.cap_count; i++)
		if (e->ehlo.caps[i].keyword != NULL && all_x(e->ehlo.caps[i].keyword))
			return true;
	return false;
}

bool facts_reply_says(const struct obs_reply *r, const char *const *words)
{
	for (size_t i = 0; i < r->lines.count; i++)
		for (const char *const *w = words; *w != NULL; w++)
			if (strcasestr(r->lines.item[i], *w) != NULL)
				return true;
	return false;
}

enum facts_demand facts_demand(const struct obs_endpoint *e)
{
	static const char *const tls[] = { "tls", "encrypt", "secure", NULL };
	static const char *const login[] = { "auth", "login", "log in", "log-in", NULL };
	const struct obs_reply *r = &e->enforcement.reply;

	if (r->code != 530)
		return DEMAND_NOTHING;
	if (facts_reply_says(r, tls))
		return DEMAND_TLS;
	if (facts_reply_says(r, login))
		return DEMAND_LOGIN;
	return DEMAND_NOTHING;
}

bool facts_relay_wants_log_in(const struct obs_endpoint *e)
{
	return e->role == ROLE_RELAY && facts_demand(e) == DEMAND_LOGIN;
}

bool facts_only_put_off(const struct observation *o)
{
	bool any = false;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (e->connect.outcome != OUT_OK)
			continue;
		if (!facts_reply_class(&e->greeting, 4) && !facts_reply_class(&e->ehlo.reply, 4))
			return false;
		any = true;
	}
	return any;
}

bool facts_sends_secret(const struct obs_capability *auth)
{
	static const char *const methods[] = { "PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER" };

	for (size_t i = 0; i < COUNT(methods); i++)
		for (size_t k = 0; k < auth->params.count; k++)
			if (strcasecmp(auth->params.item[k], methods[i]) == 0)
				return true;
	return false;
}

bool facts_log_in_before_tls(const struct obs_endpoint *e)
{
	const struct obs_capability *auth = obs_ehlo_find(&e->ehlo, "AUTH");

	return auth != NULL && facts_sends_secret(auth) && facts_demand(e) != DEMAND_TLS;
}

bool facts_no_answer(enum dns_rcode rcode)
{
	switch (rcode) {
	case DNS_NOT_ASKED:
	case DNS_NOERROR:
	case DNS_NODATA:
	case DNS_NXDOMAIN:
	case DNS_CUT_SHORT:
		return false;
	default:
		return true;
	}
}

bool facts_has_address(const struct observation *o)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (o->dns.hosts[i].addresses.count > 0)
			return true;
	return false;
}

bool facts_dns_definite_fault(const struct observation *o)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		switch (o->dns.hosts[i].problem) {
		case HOST_NXDOMAIN:
		case HOST_NODATA:
		case HOST_IS_ADDRESS:
		case HOST_BAD_NAME:
			return true;
		default:
			break;
		}
	if (o->dns.null_mx || o->dns.host_count > 0)
		return false;
	for (size_t i = 0; i < o->dns.query_count; i++)
		if (o->dns.queries[i].rcode == DNS_NXDOMAIN)
			return true;
	return false;
}

bool facts_tested(const struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].connect.outcome == OUT_OK ||
		    facts_connect_failed(o, &o->endpoints[i]))
			return true;
	return facts_dns_definite_fault(o);
}

const struct obs_reply *facts_wants_certificate(const struct obs_endpoint *e)
{
	static const char *const words[] = { "certificate", NULL };
	const struct obs_reply *first =
		e->mode == MODE_IMPLICIT_TLS ? &e->greeting : &e->ehlo_tls.reply;
	const struct obs_reply *no = first->outcome == OUT_REJECTED ? first : &e->ehlo_tls.reply;

	return e->tls.client_certificate_requested && no->outcome == OUT_REJECTED &&
			       facts_reply_says(no, words)
		       ? no
		       : NULL;
}

bool facts_large_packets_lost(const struct obs_endpoint *e)
{
	bool small = e->small_segments.mss != 0;

	/* A port that is silent to the ClientHello as well may be one whose answer got lost. */
	if (e->tls.outcome != OUT_TIMEOUT || (!facts_tls_agreed(e) && e->mode != MODE_SILENT))
		return false;
	if (small)
		return e->small_segments.outcome == OUT_OK;
	/* One small segment of ours without an answer is a firewall's work rather: a ClientHello fits
	 * any path. Two and more are a large one. */
	return e->tcp.out_of_order > 0 || (e->tcp.retransmits > 0 && e->tcp.unacknowledged > 1);
}

bool facts_wants_sni(const struct obs_endpoint *e)
{
	const struct obs_certificate *c = e->tls.chain_count > 0 ? &e->tls.chain[0] : NULL;

	return facts_tls_agreed(e) && c != NULL && c->subject != NULL &&
	       strcasestr(c->subject, "no sni") != NULL;
}

bool facts_certificate_fault(const struct obs_endpoint *e, unsigned faults)
{
	return facts_tls_agreed(e) && (e->tls.faults & faults) != 0 && !facts_wants_sni(e);
}
