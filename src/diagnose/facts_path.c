/* SPDX-License-Identifier: MIT */
#include "diagnose/facts_path.h"

#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/seen_path.h"

/* Another port of the host serves the same users. */
static bool role_open(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].role == e->role && o->endpoints[i].connect.outcome == OUT_OK &&
		    facts_same_host(&o->endpoints[i], e))
			return true;
	return false;
}

/* ---- where a silent port is dropped --------------------------------------------------------- */

/* Two hosts that are blocked after the same router, which is the last before neither of them. */
bool facts_stops_where_others_stop(const struct observation *o, const struct obs_path *p)
{
	const char *here = facts_hop_address(p, (unsigned)p->after_hop);

	for (size_t i = 0; here != NULL && i < o->path_count; i++) {
		const struct obs_path *x = &o->paths[i];
		const char *there = facts_hop_address(x, (unsigned)x->after_hop);

		if (x->verdict == PATH_DROPPED && strcmp(x->address, p->address) != 0 &&
		    x->after_hop == p->after_hop && there != NULL && strcmp(there, here) == 0 &&
		    x->by_hop < seen_path_distance(x) && p->by_hop < seen_path_distance(p))
			return true;
	}
	return false;
}

/* The first hop is the own network's router, or the provider's. Where hops between are silent for
 * both ports, the block may be at any of them. */
static enum drop_place dropped_at(const struct obs_path *p)
{
	bool next_hop = p->by_hop == (unsigned)p->after_hop + 1;

	if (p->verdict != PATH_DROPPED || p->confidence == CONFIDENCE_POSSIBLE)
		return DROP_NOT_PLACED;
	if (p->by_hop == seen_path_distance(p))
		return next_hop ? DROPPED_NEAR_HOST : DROPPED_ON_THE_WAY;
	return p->by_hop <= 2 ? DROPPED_NEAR_HERE : DROPPED_ON_THE_WAY;
}

bool facts_silent_everywhere(const struct observation *o, unsigned port)
{
	bool probed = false;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (e->port != port || facts_local_failure(o, e))
			continue;
		if (e->connect.outcome != OUT_TIMEOUT)
			return false;
		probed = true;
	}
	return probed;
}

static bool answers_somewhere(const struct observation *o, unsigned port)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port == port && facts_reached(&o->endpoints[i]))
			return true;
	return false;
}

bool facts_25_and_465_silent(const struct observation *o)
{
	for (size_t i = 0; i < o->path_count; i++)
		if (o->paths[i].port == 25 && dropped_at(&o->paths[i]) == DROPPED_NEAR_HOST)
			return false;
	return facts_silent_everywhere(o, 25) && facts_silent_everywhere(o, 465) && answers_somewhere(o, 587);
}

enum drop_place facts_drop_place(const struct observation *o, const struct obs_endpoint *e)
{
	const struct obs_path *p = facts_path(o, e);
	enum drop_place place = p != NULL ? dropped_at(p) : DROP_NOT_PLACED;

	if (e->connect.outcome != OUT_TIMEOUT || facts_port_open(o, e) ||
	    place == DROP_NOT_PLACED ||
	    (e->role != ROLE_RELAY && (role_open(o, e) || !facts_matters(o, e))) ||
	    facts_25_and_465_silent(o))
		return DROP_NOT_PLACED;
	return place == DROPPED_ON_THE_WAY && facts_stops_where_others_stop(o, p)
		       ? DROPPED_NEAR_HERE : place;
}

/* ---- elsewhere ------------------------------------------------------------------------------ */

bool facts_compares(const struct obs_comparison *c, const struct obs_endpoint *e)
{
	if (c->port != e->port || c->address == NULL || e->address == NULL)
		return false;
	if (c->kind != COMPARISON_CONTROL)
		return strcmp(c->address, e->address) == 0;
	/* IPv4 and IPv6 take ways of their own. */
	return strcmp(c->address, e->address) != 0 &&
	       (strchr(c->address, ':') != NULL) == (e->family == FAMILY_IPV6);
}

/* A proxy may say that it is through before it is: the greeting makes it sure. */
static bool opens(const struct obs_comparison *c)
{
	return c->connect.outcome == OUT_OK &&
	       (c->kind != COMPARISON_SOCKS5 || c->greeting != NULL);
}

/* And not in this host: no route for the family, a filter of its own. */
static bool fails(const struct obs_comparison *c)
{
	const struct obs_connect *x = &c->connect;
	bool own = x->icmp.from != NULL && x->source != NULL && strcmp(x->icmp.from, x->source) == 0;

	if (x->outcome == OUT_UNREACHABLE)
		return c->kind == COMPARISON_SOCKS5 || (x->icmp.from != NULL && !own);
	return x->outcome == OUT_TIMEOUT && x->local_drop != KNOWN_YES;
}

/* Another port of the control host answers, so that it is up. */
static bool control_is_up(const struct observation *o, const struct obs_comparison *c)
{
	for (size_t i = 0; i < o->comparison_count; i++) {
		const struct obs_comparison *x = &o->comparisons[i];

		if (x->kind == COMPARISON_CONTROL && x->address != NULL &&
		    strcmp(x->address, c->address) == 0 &&
		    (x->connect.outcome == OUT_OK || x->connect.outcome == OUT_REFUSED))
			return true;
	}
	return false;
}

static bool is_blocked(const struct observation *o, const struct obs_endpoint *e)
{
	return (e->connect.outcome == OUT_TIMEOUT || e->connect.outcome == OUT_UNREACHABLE) &&
	       !facts_local_failure(o, e) && !facts_port_open(o, e) && facts_matters(o, e) &&
	       (e->role == ROLE_RELAY || !role_open(o, e));
}

/* A control host that is silent on all ports may be down: it takes two of them then. */
enum facts_side facts_side(const struct observation *o, const struct obs_endpoint *e)
{
	size_t open[COMPARISON_KIND_COUNT] = { 0 }, failing[COMPARISON_KIND_COUNT] = { 0 }, up = 0;

	if (o->comparison_count == 0 || !is_blocked(o, e))
		return SIDE_NOT_TOLD;
	for (size_t i = 0; i < o->comparison_count; i++) {
		const struct obs_comparison *c = &o->comparisons[i];

		if (!facts_compares(c, e))
			continue;
		open[c->kind] += opens(c);
		failing[c->kind] += fails(c);
		up += c->kind == COMPARISON_CONTROL && fails(c) && control_is_up(o, c);
	}
	if (open[COMPARISON_FROM] > 0 || open[COMPARISON_SOCKS5] > 0)
		return SIDE_OURS;
	if (open[COMPARISON_CONTROL] > 0)
		return failing[COMPARISON_CONTROL] > 0 ? SIDE_NOT_TOLD : SIDE_THEIRS;
	if (up > 0 || failing[COMPARISON_CONTROL] > 1)
		return SIDE_OURS;
	return failing[COMPARISON_SOCKS5] > 0 ? SIDE_THEIRS_PERHAPS : SIDE_NOT_TOLD;
}

bool facts_rejected_by_firewall(const struct observation *o, const struct obs_endpoint *e)
{
	enum icmp_sense sense = icmp_sense(&e->connect.icmp);

	return facts_rejected_elsewhere(o, e) && (sense == ICMP_FIREWALL || sense == ICMP_PORT);
}
