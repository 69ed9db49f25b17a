/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules about where a port is blocked. */
#include <stddef.h>

#include "base/mem.h"
#include "path_build.h"
#include "rule_cases.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

#define HOST "mail.example.com"
#define ADDRESS "192.0.2.10"
#define OPEN3 "10.99.1.1 10.99.2.2 open"
#define OPEN4 "10.99.1.1 10.99.2.2 10.99.3.3 open"

static struct obs_endpoint *silent(struct observation *o, unsigned port)
{
	struct obs_endpoint *e = build_at(o, port);

	build_connect(e, OUT_TIMEOUT, NULL, 5 * SECOND);
	e->connect.syn_retransmits = 4;
	e->connect.local_drop = KNOWN_NO;
	return e;
}

static struct obs_path *path(struct observation *o, const char *hops, const char *control)
{
	return build_path(o, HOST, ADDRESS, 25, hops, control);
}

static void icmp(struct obs_endpoint *e, unsigned type, unsigned code, const char *from)
{
	e->connect.icmp.type = type;
	e->connect.icmp.code = code;
	build_set(&e->connect.icmp.from, from);
}

static struct obs_endpoint *unreachable(struct observation *o, unsigned port, int64_t us)
{
	struct obs_endpoint *e = build_at(o, port);

	build_connect(e, OUT_UNREACHABLE, "EHOSTUNREACH", us);
	return e;
}

/* ---- this machine ---------------------------------------------------------------------------- */

static void dropped_by_this_host(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25)->connect.local_drop = near_miss ? NOT_KNOWN : KNOWN_YES;
}

static void dropped_by_this_host_in_the_trace(struct observation *o, bool near_miss)
{
	struct obs_path *p;

	build_healthy_host(o);
	silent(o, 25)->connect.local_drop = NOT_KNOWN;
	p = path(o, "* *", OPEN3);
	p->resent = 3;
	p->resent_failed = near_miss ? 2 : 3;
	build_asked_again(p, 2, 2);
}

static void rejected_by_this_host(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	icmp(unreachable(o, 25, MS), 3, 13, near_miss ? "192.0.2.1" : "192.0.2.200");
}

static void reset_by_this_host(struct observation *o, bool near_miss)
{
	struct obs_path *p;

	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_REFUSED, "ECONNREFUSED", MS);
	p = path(o, "reset", OPEN3);
	p->resent = 1;
	p->resent_failed = !near_miss;
	build_asked_again(p, 0, 0);
}

static void next_hop_dead(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	icmp(unreachable(o, 25, near_miss ? MS : 140 * MS), 3, 1, "192.0.2.200");
}

static void route_forbids(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = unreachable(o, 25, 0);
	if (!near_miss)
		build_set(&e->connect.source, NULL);
}

static void ports_used_up(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	build_connect(e, OUT_UNREACHABLE, "EADDRNOTAVAIL", 0);
	build_set(&e->connect.source, NULL);
	o->vantage.ipv4.route = !near_miss;
}

/* ---- rejected -------------------------------------------------------------------------------- */

static void host_down(struct observation *o, bool near_miss)
{
	static const unsigned ports[] = { 25, 465, 587 };

	build_healthy_host(o);
	for (size_t i = 0; i < COUNT(ports); i++)
		icmp(unreachable(o, ports[i], near_miss ? 20 * MS : 3080 * MS), 3, 1, "10.99.2.2");
}

static void host_rejected(struct observation *o, bool near_miss)
{
	static const unsigned ports[] = { 25, 465, 587 };

	build_healthy_host(o);
	for (size_t i = 0; i < COUNT(ports); i++)
		icmp(unreachable(o, ports[i], 20 * MS), 3, near_miss ? 0 : 13, "10.99.2.2");
}

static void port_rejected(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	icmp(unreachable(o, near_miss ? 25 : 465, 20 * MS), 3, 13, "10.99.1.1");
}

/* ---- dropped --------------------------------------------------------------------------------- */

static void dropped_near_here(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	build_asked_again(path(o, "10.99.1.1 * *", OPEN3), 2, near_miss ? 1 : 2);
}

/* Both stop after the same router, which is far from both hosts; not where it is the last one. */
static void dropped_where_others_are(struct observation *o, bool near_miss)
{
	const char *hops = near_miss ? "10.99.1.1 10.99.2.2 *" : "10.99.1.1 10.99.2.2 * *";
	const char *control = near_miss ? OPEN3 : OPEN4;

	build_healthy_host(o);
	silent(o, 25);
	build_host(o, "mx2.example.com", "192.0.2.20", MAIL_HOST_TARGET);
	build_connect(build_endpoint(o, "mx2.example.com", "192.0.2.20", 25), OUT_TIMEOUT, NULL,
		      5 * SECOND);
	build_asked_again(path(o, hops, control), 2, 2);
	build_asked_again(build_path(o, "mx2.example.com", "192.0.2.20", 25, hops, control), 2, 2);
}

static void dropped_on_the_way(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	build_asked_again(path(o, near_miss ? "10.99.1.1 * *" : "10.99.1.1 10.99.2.2 *", OPEN4), 2, 2);
}

/* Hop 2 and 3 are silent for both. */
static void dropped_at_a_silent_hop(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	build_asked_again(path(o, "10.99.1.1 * * *",
			       near_miss ? OPEN4 : "10.99.1.1 * * open"), 2, 2);
}

static void dropped_near_host(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	build_asked_again(path(o, "10.99.1.1 10.99.2.2 *", near_miss ? OPEN4 : OPEN3), 2, 2);
}

/* ---- answered by somebody else ---------------------------------------------------------------- */

static void reset_on_the_way(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_REFUSED, "ECONNREFUSED", MS);
	path(o, near_miss ? "10.99.1.1 10.99.2.2 reset" : "10.99.1.1 reset", OPEN3);
}

static void reset_with_another_ttl(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_REFUSED, "ECONNREFUSED", MS);
	path(o, "10.99.1.1 10.99.2.2 reset", OPEN3);
	build_at(o, 587)->connect.arrival_ttl = 62;
	build_at(o, 25)->connect.arrival_ttl = near_miss ? 62 : 63;
}

static void intercepted(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	path(o, near_miss ? OPEN3 : "10.99.1.1 open", OPEN3);
}

static void at_a_cloud(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	build_set(&o->vantage.cloud, near_miss ? "Scaleway" : "Hetzner Cloud");
}

static void cloud_and_own_filter(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 465)->connect.local_drop = near_miss ? KNOWN_YES : KNOWN_NO;
	build_set(&o->vantage.cloud, "Hetzner Cloud");
}

/* ---- elsewhere -------------------------------------------------------------------------------- */

static struct obs_comparison *comparison(struct observation *o, enum comparison_kind kind,
					 const char *address, enum outcome outcome)
{
	struct obs_comparison *c = mem_append(&o->comparisons, &o->comparison_count, sizeof *c);

	c->kind = kind;
	c->host = mem_strdup(address);
	c->address = mem_strdup(address);
	c->port = 25;
	c->via = kind != COMPARISON_CONTROL ? mem_strdup("192.0.2.99") : NULL;
	c->connect.outcome = outcome;
	c->proxy_reply = outcome == OUT_OK ? 0 : -1;
	return c;
}

static void silent_at_the_control_too(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	comparison(o, COMPARISON_CONTROL, "198.51.100.7", near_miss ? OUT_OK : OUT_TIMEOUT);
	comparison(o, COMPARISON_CONTROL, "198.51.100.7", OUT_OK)->port = 587;
}

/* One that is silent on all ports may be down. */
static void silent_at_two_controls(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	comparison(o, COMPARISON_CONTROL, "198.51.100.7", OUT_TIMEOUT);
	comparison(o, COMPARISON_CONTROL, near_miss ? "2001:db8::7" : "198.51.100.8", OUT_TIMEOUT);
}

static void open_by_the_proxy(struct observation *o, bool near_miss)
{
	struct obs_comparison *c;

	build_healthy_host(o);
	silent(o, 25);
	c = comparison(o, COMPARISON_SOCKS5, ADDRESS, OUT_OK);
	if (!near_miss)
		c->greeting = mem_strdup("220 mail.example.com ESMTP");
}

static void open_from_another_source(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	comparison(o, COMPARISON_FROM, ADDRESS, near_miss ? OUT_TIMEOUT : OUT_OK);
}

static void open_at_the_control(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25)->connect.local_drop = near_miss ? KNOWN_YES : KNOWN_NO;
	comparison(o, COMPARISON_CONTROL, "198.51.100.7", OUT_OK);
}

static void silent_by_the_proxy_too(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	silent(o, 25);
	comparison(o, COMPARISON_SOCKS5, ADDRESS, OUT_TIMEOUT);
	if (near_miss)
		comparison(o, COMPARISON_CONTROL, "198.51.100.7", OUT_OK);
}

static void proxy_unusable(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	comparison(o, COMPARISON_SOCKS5, ADDRESS, near_miss ? OUT_REFUSED : OUT_ERROR);
}

static void syn_lost(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_at(o, 587)->connect.syn_retransmits = near_miss ? 0 : 1;
}

const struct rule_case cases_path[] = {
	{ "NET_DROPPED_BY_THIS_HOST", SEVERITY_PROBLEM, dropped_by_this_host,
	  "no SYN could leave; not: that is not known" },
	{ "NET_DROPPED_BY_THIS_HOST", SEVERITY_PROBLEM, dropped_by_this_host_in_the_trace,
	  "no SYN of the trace could leave; not: one could" },
	{ "NET_REJECTED_BY_THIS_HOST", SEVERITY_PROBLEM, rejected_by_this_host,
	  "ICMP of an own address; not: of another" },
	{ "NET_REJECTED_BY_THIS_HOST", SEVERITY_PROBLEM, reset_by_this_host,
	  "a RST, and the SYN cannot leave; not: it can" },
	{ "NET_NEXT_HOP_DEAD", SEVERITY_PROBLEM, next_hop_dead,
	  "ICMP of an own address after a while; not: at once" },
	{ "NET_LOCAL_ROUTE_FORBIDS", SEVERITY_PROBLEM, route_forbids,
	  "connect() says so; not: an ICMP error that was not read" },
	{ "NET_LOCAL_PORTS_USED_UP", SEVERITY_PROBLEM, ports_used_up,
	  "no port although there is a route; not: no route" },
	{ "NET_HOST_DOWN", SEVERITY_PROBLEM, host_down, "after 3 s; not: at once" },
	{ "NET_HOST_REJECTED", SEVERITY_PROBLEM, host_rejected,
	  "prohibited, on all ports; not: a router has no route" },
	{ "NET_PORT_REJECTED", SEVERITY_NOTE, port_rejected,
	  "465 while others answer; not: 25, which is NET_25_REJECTED" },
	{ "PATH_DROPPED_NEAR_HERE", SEVERITY_PROBLEM, dropped_near_here,
	  "after hop 1 of 3; not: not confirmed" },
	{ "PATH_DROPPED_NEAR_HERE", SEVERITY_PROBLEM, dropped_where_others_are,
	  "two hosts stop after the same hop; not: the last one" },
	{ "PATH_DROPPED_ON_THE_WAY", SEVERITY_PROBLEM, dropped_on_the_way,
	  "after hop 2 of 4; not: after hop 1" },
	{ "PATH_DROPPED_ON_THE_WAY", SEVERITY_PROBLEM, dropped_at_a_silent_hop,
	  "between hop 1 and the host, silent for both; not: at hop 2, which answers" },
	{ "PATH_DROPPED_NEAR_HOST", SEVERITY_PROBLEM, dropped_near_host,
	  "after the last hop; not: after the one before" },
	{ "PATH_RESET_ON_THE_WAY", SEVERITY_PROBLEM, reset_on_the_way,
	  "from hop 2 of 3; not: from hop 3" },
	{ "PATH_RESET_ON_THE_WAY", SEVERITY_PROBLEM, reset_with_another_ttl,
	  "arrives with another TTL; not: with the same" },
	{ "PATH_INTERCEPTED", SEVERITY_WARNING, intercepted, "open at hop 2 of 3; not: at 3" },
	{ "NET_CLOUD_BLOCKS_MAIL", SEVERITY_NOTE, at_a_cloud,
	  "25 silent at one that blocks it; not: at one of which nothing is known" },
	{ "NET_CLOUD_BLOCKS_MAIL", SEVERITY_NOTE, cloud_and_own_filter,
	  "465 silent; not: dropped by this machine itself" },
	{ "NET_BLOCKED_ON_OUR_SIDE", SEVERITY_PROBLEM, silent_at_the_control_too,
	  "25 of the control host is silent as well; not: it opens" },
	{ "NET_BLOCKED_ON_OUR_SIDE", SEVERITY_PROBLEM, silent_at_two_controls,
	  "25 of two control hosts is silent; not: one is of the other family" },
	{ "NET_BLOCKED_ON_OUR_SIDE", SEVERITY_PROBLEM, open_by_the_proxy,
	  "the server greets by the proxy; not: the proxy only says that it is through" },
	{ "NET_BLOCKED_ON_OUR_SIDE", SEVERITY_PROBLEM, open_from_another_source,
	  "opens from another source; not: silent from there as well" },
	{ "NET_BLOCKED_AT_THAT_END", SEVERITY_PROBLEM, open_at_the_control,
	  "25 of the control host opens; not: this machine drops it itself" },
	{ "NET_NOT_BY_PROXY_EITHER", SEVERITY_NOTE, silent_by_the_proxy_too,
	  "silent by the proxy; not: a control host tells more" },
	{ "NET_COMPARISON_FAILED", SEVERITY_WARNING, proxy_unusable,
	  "the proxy cannot be used; not: it is refused" },
	{ "NET_SYN_LOST", SEVERITY_NOTE, syn_lost, "sent again; not: answered at once" },
	{ .code = NULL },
};
