/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules about names and about reaching a port. */
#include <stddef.h>

#include "base/mem.h"
#include "rule_cases.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

/* ---- DNS: targets that stay without an endpoint ---------------------------------------------- */

static struct obs_mail_host *unresolved(struct observation *o, enum dns_rcode rcode,
					enum mail_host_problem problem)
{
	struct obs_mail_host *h;

	build_target(o, TARGET_HOST, "mail.example.com");
	build_query(o, "mail.example.com", "A", rcode, NULL);
	build_query(o, "mail.example.com", "AAAA", rcode, NULL);
	h = build_host(o, "mail.example.com", NULL, MAIL_HOST_TARGET);
	h->problem = problem;
	return h;
}

static void name_not_found(struct observation *o, bool near_miss)
{
	if (near_miss)
		unresolved(o, DNS_NODATA, HOST_NODATA);
	else
		unresolved(o, DNS_NXDOMAIN, HOST_NXDOMAIN);
}

static void name_in_hosts_file(struct observation *o, bool near_miss)
{
	struct obs_mail_host *h = unresolved(o, DNS_NXDOMAIN, HOST_NXDOMAIN);

	if (near_miss) {
		h->problem = HOST_FINE;
		h->from_hosts_file = true;
		strlist_add(&h->addresses, "192.0.2.10");
	}
}

static void no_address(struct observation *o, bool near_miss)
{
	if (near_miss)
		unresolved(o, DNS_NXDOMAIN, HOST_NXDOMAIN);
	else
		unresolved(o, DNS_NODATA, HOST_NODATA);
}

static void servfail(struct observation *o, bool near_miss)
{
	if (near_miss) {
		build_healthy_host(o);
		o->dns.queries[1].rcode = DNS_SERVFAIL;
	} else {
		unresolved(o, DNS_SERVFAIL, HOST_SERVFAIL);
	}
}

static void refused(struct observation *o, bool near_miss)
{
	unresolved(o, near_miss ? DNS_SERVFAIL : DNS_REFUSED,
		   near_miss ? HOST_SERVFAIL : HOST_REFUSED);
}

static void resolver_silent(struct observation *o, bool near_miss)
{
	unresolved(o, near_miss ? DNS_CUT_SHORT : DNS_TIMEOUT,
		   near_miss ? HOST_CUT_SHORT : HOST_TIMEOUT);
}

static void resolver_unreachable(struct observation *o, bool near_miss)
{
	unresolved(o, near_miss ? DNS_REFUSED : DNS_UNREACHABLE,
		   near_miss ? HOST_REFUSED : HOST_TIMEOUT);
}

static void bad_answer(struct observation *o, bool near_miss)
{
	unresolved(o, near_miss ? DNS_TIMEOUT : DNS_MALFORMED,
		   near_miss ? HOST_TIMEOUT : HOST_DNS_ERROR);
}

static void query_failed(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	o->dns.queries[1].rcode = near_miss ? DNS_NODATA : DNS_SERVFAIL;
}

static void null_mx(struct observation *o, bool near_miss)
{
	build_target(o, TARGET_DOMAIN, "example.com");
	build_query(o, "example.com", "MX", DNS_NOERROR, near_miss ? "0 mx.example.com" : "0 .");
	o->dns.null_mx = !near_miss;
}

static void implicit_mx(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	o->target.kind = TARGET_DOMAIN;
	o->dns.implicit_mx = !near_miss;
	o->dns.hosts[0].source = near_miss ? MAIL_HOST_MX : MAIL_HOST_IMPLICIT;
}

static void mx_is_cname(struct observation *o, bool near_miss)
{
	build_healthy_domain(o);
	o->dns.hosts[0].source = near_miss ? MAIL_HOST_TARGET : MAIL_HOST_MX;
	strlist_add(&o->dns.hosts[0].cname, "real.example.net");
}

static void mx_problem(struct observation *o, enum mail_host_problem problem)
{
	build_healthy_domain(o);
	build_host(o, "mx3.example.com", NULL, MAIL_HOST_MX)->problem = problem;
}

static void mx_is_address(struct observation *o, bool near_miss)
{
	mx_problem(o, near_miss ? HOST_NXDOMAIN : HOST_IS_ADDRESS);
}

static void mx_bad_name(struct observation *o, bool near_miss)
{
	mx_problem(o, near_miss ? HOST_IS_ADDRESS : HOST_BAD_NAME);
}

static void mx_host_not_found(struct observation *o, bool near_miss)
{
	mx_problem(o, near_miss ? HOST_SERVFAIL : HOST_NXDOMAIN);
}

static void mx_host_no_address(struct observation *o, bool near_miss)
{
	mx_problem(o, near_miss ? HOST_CUT_SHORT : HOST_NODATA);
}

static void mx_private(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_DOMAIN, "example.com");
	build_host(o, "mx1.example.com", near_miss ? "192.0.2.10" : "10.1.2.3", MAIL_HOST_MX);
	e = build_endpoint(o, "mx1.example.com", near_miss ? "192.0.2.10" : "10.1.2.3", 25);
	build_connect(e, OUT_TIMEOUT, NULL, 5 * SECOND);
}

const struct rule_case cases_dns[] = {
	{ "DNS_MX_PRIVATE_ADDRESS", SEVERITY_WARNING, mx_private, "10.1.2.3; not: a public address" },
	{ "DNS_NAME_NOT_FOUND", SEVERITY_PROBLEM, name_not_found, "NXDOMAIN; not: no data" },
	{ "DNS_NAME_NOT_FOUND", SEVERITY_PROBLEM, name_in_hosts_file,
	  "NXDOMAIN; not: the hosts file knows the name" },
	{ "DNS_NO_ADDRESS", SEVERITY_PROBLEM, no_address, "no data; not: NXDOMAIN" },
	{ "DNS_SERVFAIL", SEVERITY_PROBLEM, servfail, "for all; not: AAAA only, with an A at hand" },
	{ "DNS_REFUSED", SEVERITY_PROBLEM, refused, "REFUSED; not: SERVFAIL" },
	{ "DNS_RESOLVER_SILENT", SEVERITY_PROBLEM, resolver_silent, "timeout; not: cut short" },
	{ "DNS_RESOLVER_SILENT", SEVERITY_PROBLEM, resolver_unreachable, "closed; not: REFUSED" },
	{ "DNS_BAD_ANSWER", SEVERITY_PROBLEM, bad_answer, "malformed; not: timeout" },
	{ "DNS_QUERY_FAILED", SEVERITY_WARNING, query_failed, "AAAA fails; not: AAAA has no data" },
	{ "DNS_NULL_MX", SEVERITY_NOTE, null_mx, "MX 0 .; not: MX 0 with a name" },
	{ "DNS_IMPLICIT_MX", SEVERITY_NOTE, implicit_mx, "no MX; not: an MX" },
	{ "DNS_MX_IS_CNAME", SEVERITY_WARNING, mx_is_cname, "of an MX; not: of a probed host" },
	{ "DNS_MX_IS_ADDRESS", SEVERITY_PROBLEM, mx_is_address, "digits; not: a missing name" },
	{ "DNS_MX_BAD_NAME", SEVERITY_PROBLEM, mx_bad_name, "no host name; not: an address" },
	{ "DNS_MX_HOST_NOT_FOUND", SEVERITY_PROBLEM, mx_host_not_found, "NXDOMAIN; not: SERVFAIL" },
	{ "DNS_MX_HOST_NOT_FOUND", SEVERITY_PROBLEM, mx_host_no_address, "no data; not: cut short" },
	{ .code = NULL },
};

/* ---- reaching a port --------------------------------------------------------------------------- */

static void silent_25(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	if (near_miss) {
		/* Nothing else answers either: the host may just as well be down. */
		build_connect(build_at(o, 465), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
		build_connect(build_at(o, 587), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	}
}

static void silent_25_others_refuse(struct observation *o, bool near_miss)
{
	build_healthy_domain(o);
	for (size_t i = 0; i < o->endpoint_count; i += 3)
		build_connect(&o->endpoints[i], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	if (near_miss)
		build_starttls(&o->endpoints[3]), build_connect(&o->endpoints[3], OUT_OK, NULL, MS);
}

static void silent_25_at_host(struct observation *o, bool near_miss)
{
	build_healthy_domain(o);
	build_connect(&o->endpoints[0], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	if (near_miss)
		build_connect(&o->endpoints[3], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void port_silent(struct observation *o, bool near_miss)
{
	silent_25(o, !near_miss);
}

static void some_ports_silent(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 465), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	if (near_miss)
		o->target.kind = TARGET_DOMAIN;
}

static void port_refused(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_REFUSED, "ECONNREFUSED", 11 * MS);
	if (!near_miss) {
		build_connect(build_at(o, 465), OUT_REFUSED, "ECONNREFUSED", 11 * MS);
		build_connect(build_at(o, 587), OUT_REFUSED, "ECONNREFUSED", 11 * MS);
	}
}

static void mx_refused(struct observation *o, bool near_miss)
{
	build_healthy_domain(o);
	if (!near_miss)
		build_connect(&o->endpoints[0], OUT_REFUSED, "ECONNREFUSED", 11 * MS);
}

static void host_unreachable(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_connect(&o->endpoints[i], OUT_UNREACHABLE, "EHOSTUNREACH", 3 * SECOND);
	o->vantage.ipv4.route = !near_miss;
}

static void relay_rejected(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, near_miss ? 465 : 25), OUT_UNREACHABLE, "EHOSTUNREACH", 9 * MS);
}

static void no_route(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 587), OUT_UNREACHABLE, "ENETUNREACH", 0);
	o->vantage.ipv4.route = near_miss;
}

static struct obs_endpoint *add_ipv6(struct observation *o, enum outcome outcome,
				     const char *error)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_endpoint(o, "smtp.example.com", "2001:db8::10", 587);
	build_connect(e, outcome, error, 5 * SECOND);
	return e;
}

static void no_ipv6(struct observation *o, bool near_miss)
{
	add_ipv6(o, OUT_UNREACHABLE, "ENETUNREACH");
	o->vantage.ipv6.route = near_miss;
}

static void ipv6_broken(struct observation *o, bool near_miss)
{
	add_ipv6(o, OUT_TIMEOUT, "ETIMEDOUT");
	if (near_miss)
		build_connect(build_at(o, 587), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void ipv6_unreachable(struct observation *o, bool near_miss)
{
	add_ipv6(o, OUT_UNREACHABLE, "ENETUNREACH");
	o->vantage.ipv6.route = !near_miss;
}

static void local_denied(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), near_miss ? OUT_REFUSED : OUT_DENIED,
		      near_miss ? "ECONNREFUSED" : "EACCES", 0);
}

static void local_error(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), near_miss ? OUT_CUT_SHORT : OUT_ERROR,
		      near_miss ? NULL : "EMFILE", 0);
}

static void address_dead(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_endpoint(o, "smtp.example.com", "192.0.2.99", 587), OUT_REFUSED,
		      "ECONNREFUSED", 10 * MS);
	if (near_miss)
		build_connect(build_at(o, 587), OUT_REFUSED, "ECONNREFUSED", 10 * MS);
}

static void closed_before_greeting(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	build_forget(e);
	build_reply(&e->greeting, near_miss ? OUT_CUT_SHORT : OUT_CLOSED, NULL, 3 * MS);
}

static void closed_at_mx(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_domain(o);
	e = &o->endpoints[near_miss ? 2 : 0];
	build_connect(e, OUT_OK, NULL, 10 * MS);
	build_forget(e);
	build_reply(&e->greeting, OUT_RESET, NULL, 3 * MS);
}

static void connect_ends(struct observation *o, unsigned port, enum outcome how)
{
	struct obs_endpoint *e = build_at(o, port);

	build_forget(e);
	build_connect(e, how, how == OUT_REFUSED ? "ECONNREFUSED" : NULL, 5 * SECOND);
}

static void silent_25_465(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	connect_ends(o, 25, OUT_TIMEOUT);
	connect_ends(o, 465, near_miss ? OUT_REFUSED : OUT_TIMEOUT);
}

static void mail_ports_silent(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_endpoint(o, o->endpoints[0].host, o->endpoints[0].address, 443);
	e->role = ROLE_OTHER;
	build_connect(e, near_miss ? OUT_TIMEOUT : OUT_REFUSED, NULL, 5 * SECOND);
	connect_ends(o, 25, OUT_TIMEOUT);
	connect_ends(o, 465, OUT_TIMEOUT);
	connect_ends(o, 587, OUT_TIMEOUT);
}

const struct rule_case cases_connect[] = {
	{ "NET_25_465_SILENT", SEVERITY_PROBLEM, silent_25_465, "587 answers; not: 465 is refused" },
	{ "NET_MAIL_PORTS_SILENT", SEVERITY_PROBLEM, mail_ports_silent,
	  "443 answers; not: it is silent too" },
	{ "NET_25_SILENT_OTHERS_ANSWER", SEVERITY_PROBLEM, silent_25,
	  "465 and 587 answer; not: they are silent too" },
	{ "NET_25_SILENT_OTHERS_ANSWER", SEVERITY_PROBLEM, silent_25_others_refuse,
	  "465 and 587 refuse; not: 25 of another host answers" },
	{ "NET_25_SILENT_AT_HOST", SEVERITY_PROBLEM, silent_25_at_host,
	  "25 of the other MX answers; not: it is silent as well" },
	{ "NET_PORT_SILENT", SEVERITY_PROBLEM, port_silent, "all silent; not: 25 alone" },
	{ "NET_SOME_PORTS_SILENT", SEVERITY_NOTE, some_ports_silent,
	  "465 of a submission host; not: of an MX host" },
	{ "NET_PORT_REFUSED", SEVERITY_PROBLEM, port_refused,
	  "all ports; not: 25 of a host whose 587 works" },
	{ "NET_PORT_REFUSED", SEVERITY_PROBLEM, mx_refused, "25 of an MX; not: its 465 and 587" },
	{ "NET_HOST_UNREACHABLE", SEVERITY_PROBLEM, host_unreachable,
	  "a router says so; not: this machine has no route" },
	{ "NET_25_REJECTED", SEVERITY_PROBLEM, relay_rejected,
	  "25 by ICMP, others work; not: 465 by ICMP, others work" },
	{ "NET_NO_ROUTE", SEVERITY_PROBLEM, no_route, "no IPv4 route; not: a route" },
	{ "NET_NO_IPV6", SEVERITY_NOTE, no_ipv6, "no IPv6 route; not: a route" },
	{ "NET_IPV6_BROKEN", SEVERITY_WARNING, ipv6_broken,
	  "v6 silent, v4 works; not: v4 silent as well" },
	{ "NET_IPV6_BROKEN", SEVERITY_WARNING, ipv6_unreachable,
	  "unreachable behind our route; not: no route here" },
	{ "NET_LOCAL_DENIED", SEVERITY_PROBLEM, local_denied, "EACCES; not: refused" },
	{ "NET_LOCAL_ERROR", SEVERITY_PROBLEM, local_error, "EMFILE; not: cut short" },
	{ "NET_ADDRESS_DEAD", SEVERITY_WARNING, address_dead,
	  "one of two refuses; not: both refuse" },
	{ "NET_CLOSED_BEFORE_GREETING", SEVERITY_PROBLEM, closed_before_greeting,
	  "closed; not: cut short by us" },
	{ "NET_CLOSED_BEFORE_GREETING", SEVERITY_PROBLEM, closed_at_mx,
	  "25 of an MX; not: its 587" },
	{ .code = NULL },
};
