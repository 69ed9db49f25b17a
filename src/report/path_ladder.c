/* SPDX-License-Identifier: MIT */
#include "report/path_ladder.h"

#include <string.h>

#include "diagnose/seen_path.h"

enum { TTL_MOST = 255 };

static bool is_local(const struct obs_path *p)
{
	return p->verdict == PATH_LOCAL_DROP || p->verdict == PATH_LOCAL_REJECT;
}

static bool same_address(const struct obs_path *a, const struct obs_path *b)
{
	return a->address != NULL && b->address != NULL && strcmp(a->address, b->address) == 0;
}

/* What this machine stops is drawn beside a port that goes on, or not at all. */
static bool is_drawn(const struct obs_path *p)
{
	return p->hop_count > 0 && (!is_local(p) || p->control_count > 0);
}

bool path_ladder_begins(const struct observation *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_address(&o->paths[i], &o->paths[n]) && is_drawn(&o->paths[i]))
			return false;
	return is_drawn(&o->paths[n]);
}

static void add_lane(struct path_ladder *l, unsigned port, const struct obs_hop *hops, size_t count,
		     unsigned rejected_by, bool here)
{
	struct path_lane *lane;

	for (size_t i = 0; i < l->lane_count; i++)
		if (l->lanes[i].port == port)
			return;
	if (l->lane_count == PATH_LANES || count == 0)
		return;
	lane = &l->lanes[l->lane_count++];
	lane->port = port;
	lane->rejected_by = rejected_by;
	lane->here = here;
	lane->hops = hops;
	lane->count = count < TTL_MOST ? count : TTL_MOST;
	if (hops[lane->count - 1].ttl > l->rows)
		l->rows = hops[lane->count - 1].ttl;
}

void path_ladder_gather(struct path_ladder *l, const struct observation *o, size_t n)
{
	memset(l, 0, sizeof *l);
	l->first = &o->paths[n];
	for (size_t i = n; i < o->path_count; i++)
		if (same_address(&o->paths[i], l->first) && l->lane_count < PATH_LANES - 1)
			add_lane(l, o->paths[i].port, o->paths[i].hops, o->paths[i].hop_count,
				 o->paths[i].by != NULL ? o->paths[i].by_hop : 0,
				 is_local(&o->paths[i]));
	add_lane(l, l->first->control_port, l->first->control, l->first->control_count, 0,
		 false);
}

static const struct obs_hop *hop_of(const struct path_lane *lane, unsigned ttl)
{
	for (size_t i = 0; i < lane->count; i++)
		if (lane->hops[i].ttl == ttl)
			return &lane->hops[i];
	return NULL;
}

const char *path_ladder_who(const struct path_ladder *l, unsigned ttl, const char **role)
{
	const char *address = NULL;

	*role = "";
	for (size_t i = 0; i < l->lane_count; i++) {
		const struct obs_hop *h = hop_of(&l->lanes[i], ttl);

		if (h != NULL && address == NULL &&
		    (h->kind == HOP_EXPIRED || l->lanes[i].rejected_by == 0))
			address = h->from;
	}
	if (ttl != 0 && ttl == seen_path_distance(l->first)) {
		*role = " the host";
		return l->first->address;
	}
	return address != NULL ? address : "does not answer";
}

/* Silent, though packets of the same port were seen farther on: a router that hides. */
static bool only_hides(const struct path_lane *lane, unsigned ttl)
{
	for (size_t i = 0; i < lane->count; i++)
		if (lane->hops[i].ttl > ttl && lane->hops[i].kind != HOP_SILENT)
			return true;
	return false;
}

/* It was lost before: what follows is the same silence. */
static bool is_lost_before(const struct path_lane *lane, unsigned ttl)
{
	const struct obs_hop *before = ttl > 1 ? hop_of(lane, ttl - 1) : NULL;

	return before != NULL && before->kind == HOP_SILENT && !only_hides(lane, ttl - 1);
}

bool path_ladder_cell(const struct path_lane *lane, unsigned ttl, enum hop_kind *kind, int64_t *us)
{
	const struct obs_hop *h = hop_of(lane, ttl);

	*us = -1;
	if (h == NULL || lane->here || is_lost_before(lane, ttl) ||
	    (lane->rejected_by != 0 && ttl > lane->rejected_by))
		return false;
	if (ttl == lane->rejected_by) {
		*kind = HOP_REJECTED;
		return true;
	}
	*kind = h->kind == HOP_SILENT && only_hides(lane, ttl) ? HOP_EXPIRED : h->kind;
	if (h->kind == HOP_EXPIRED || h->kind == HOP_OPEN)
		*us = h->us;
	return true;
}
