/* SPDX-License-Identifier: MIT
 *
 * An address is a place. Where one of its ports is worth a trace:
 *   1. it is silent for 1.1 s: another port that gives any answer is the control; where none of
 *      those probed does, 443 and 80 are tried for it;
 *   2. it is refused while another is open, or rejected by ICMP;
 *   3. 25 is open and speaks as another server than the submission port does (another name in its
 *      greeting, STARTTLS or clear text missing): somebody between may be answering;
 *   4. --trace always: every port.
 * Where a RST or two different voices are the matter, the TTLs with which both ports' answers arrive
 * are compared first, which costs a server one connection: if they are the same, so is the sender as
 * far as can be seen, and nothing is traced.
 * Ports that this host itself drops are not traced: there is nothing to find on the way. */
#include "probe/path_probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/arrival_ttl.h"
#include "net/path_trace.h"
#include "path/path_judge.h"
#include "probe/control_search.h"
#include "probe/port_view.h"

enum {
	/* Of a family, over all targets: they share the first routers' ICMP budgets. And of a target,
	 * unless all are to be traced: one after the other they would keep it waiting. */
	PLACES_MOST = 2,
	ARRIVALS = 1 + PATH_TRACE_PORTS
};
#define TRACE_US 5600000        /* 1.1 s of silence before it */
#define RUN_US 6800000          /* since the target's start */
#define LEAST_US 2000000        /* less is no use to begin */
#define TOGETHER_US 100000      /* of silence that may still be missing */
#define ALONE_US 3000000        /* until then another port may still answer, to compare with */

struct place {
	struct path_probes *owner;
	char *host, *address;
	enum family family;
	bool begun, counted;
	bool searched;                          /* for a control port */
	struct control_search *search;
	unsigned found_control;
	struct path_trace *trace;
	struct arrival_ttl *arrivals[ARRIVALS];
	unsigned traced[LIMIT_PORTS];            /* ports that were, or are, seen to */
	size_t traced_count;
	struct path_trace_plan plan;            /* of the trace that is under way */
	bool was_silent[PATH_TRACE_PORTS];
	bool answers[PATH_TRACE_PORTS];         /* by TCP, so that it has an arrival TTL */
	bool comparing;                         /* arrival TTLs, before a trace */
	unsigned compared_ttl;                  /* of the port, while the control port's is looked for */
};

struct found_ttl {
	char *address;
	unsigned port, ttl;
};

struct path_probes {
	const struct probe_settings *settings;
	uint64_t started_ns;
	const struct obs_target *target;
	path_probes_fn *changed;
	void *owner;
	struct place **places;
	size_t place_count;
	struct obs_path *paths;
	size_t path_count;
	struct found_ttl *ttls;
	size_t ttl_count;
};

static int64_t left_us(const struct path_probes *p)
{
	return RUN_US - (int64_t)((uv_hrtime() - p->started_ns) / 1000);
}

/* ---- what is worth it ------------------------------------------------------------------------ */

static bool seen_to(const struct place *place, unsigned port)
{
	for (size_t i = 0; i < place->traced_count; i++)
		if (place->traced[i] == port)
			return true;
	return false;
}

/* An MX host need not take submissions (RFC 6409): that they are blocked there is no matter. */
static bool need_not_be_open(const struct path_probes *p, const struct port_view *v,
			     const struct port_state *port)
{
	if (p->settings->trace == TRACE_ALWAYS || p->target->kind != TARGET_DOMAIN ||
	    port->role == ROLE_RELAY)
		return false;
	for (size_t i = 0; i < v->count; i++)
		if (v->ports[i].role == ROLE_RELAY)
			return true;
	return false;
}

static bool worthwhile(const struct path_probes *p, const struct port_view *v, const struct port_state *port)
{
	bool refused = port->at.reach == REACH_REFUSED;

	if (need_not_be_open(p, v, port))
		return false;
	if (port->at.reach == REACH_SILENT)
		return true;
	if (!port_view_is_settled(v) || port->at.reach == REACH_HERE)
		return false;
	if (p->settings->trace == TRACE_ALWAYS)
		return port->number != port_view_control(v, 0) || v->count == 1;
	if (port->at.reach == REACH_REJECTED)
		return !path_says_no_host(&port->at.record->connect.icmp) ||
		       port_view_has(v, REACH_OPEN);
	return (refused && port_view_has(v, REACH_OPEN)) || port_view_two_voices(v, port);
}

static void leave_out(struct place *place, size_t i)
{
	size_t last = --place->plan.port_count;

	place->plan.ports[i] = place->plan.ports[last];
	place->was_silent[i] = place->was_silent[last];
	place->answers[i] = place->answers[last];
}

/* The ports that are worth a trace now, as many as fit in one. */
static void choose(const struct path_probes *p, struct place *place, const struct port_view *v)
{
	struct path_trace_plan *plan = &place->plan;

	memset(plan, 0, sizeof *plan);
	for (size_t i = 0; i < v->count && plan->port_count < PATH_TRACE_PORTS; i++) {
		const struct port_state *port = &v->ports[i];

		if (seen_to(place, port->number) || port->at.local_drop == KNOWN_YES ||
		    !worthwhile(p, v, port))
			continue;
		place->was_silent[plan->port_count] = port->at.reach == REACH_SILENT;
		place->answers[plan->port_count] = port->at.reach == REACH_OPEN ||
						   port->at.reach == REACH_REFUSED;
		plan->ports[plan->port_count++] = port->number;
	}
	plan->control_port = port_view_control(v, plan->port_count > 0 ? plan->ports[0] : 0);
	if (plan->control_port == 0)
		plan->control_port = place->found_control;
	for (size_t i = 0; i < plan->port_count; i++)
		if (plan->ports[i] == plan->control_port)
			leave_out(place, i--);
}

static void see_to(struct place *place, unsigned port)
{
	if (place->traced_count < LIMIT_PORTS)
		place->traced[place->traced_count++] = port;
}

/* ---- blocked by this host -------------------------------------------------------------------- */

static bool rejected_here(const struct port_state *port)
{
	return port->at.reach == REACH_HERE && port->at.record != NULL &&
	       path_rejected_here(&port->at.record->connect);
}

static struct obs_path *add_path(struct path_probes *p, struct place *place, unsigned port)
{
	struct obs_path *path = mem_append(&p->paths, &p->path_count, sizeof *path);

	see_to(place, port);
	path->host = mem_strdup(place->host);
	path->address = mem_strdup(place->address);
	path->port = port;
	return path;
}

static void add_own_rejection(struct obs_path *path, const struct obs_connect *c)
{
	struct obs_hop *h = mem_append(&path->hops, &path->hop_count, sizeof *h);

	h->ttl = 1;
	h->kind = HOP_REJECTED;
	h->us = c->us;
	h->from = mem_strdup(c->icmp.from);
	h->icmp = c->icmp;
	h->icmp.from = mem_strdup(c->icmp.from);
	path_judge(path, c->source);
}

/* The paths from that one on have come to their verdict now. */
static void date_paths(struct path_probes *p, size_t first)
{
	for (size_t i = first; i < p->path_count; i++)
		p->paths[i].us = (int64_t)((uv_hrtime() - p->started_ns) / 1000);
}

static void note_local_blocks(struct path_probes *p, struct place *place, const struct port_view *v)
{
	size_t first = p->path_count;

	for (size_t i = 0; i < v->count; i++) {
		const struct port_state *port = &v->ports[i];
		struct obs_path *path;

		if (seen_to(place, port->number))
			continue;
		if (rejected_here(port)) {
			path = add_path(p, place, port->number);
			add_own_rejection(path, &port->at.record->connect);
		} else if (port->at.reach == REACH_SILENT && port->at.local_drop == KNOWN_YES) {
			path = add_path(p, place, port->number);
			path->resent = port->at.resent;
			path->resent_failed = port->at.resent_failed;
			path_judge(path, NULL);
		}
	}
	date_paths(p, first);
}

/* ---- the search for a control port ------------------------------------------------------------ */

static void on_searched(void *owner)
{
	struct place *place = owner;

	place->found_control = control_search_found(place->search);
	control_search_free(place->search);
	place->search = NULL;
	place->owner->changed(place->owner->owner);
}

static void search(struct place *place)
{
	place->searched = true;
	place->search = control_search_new(place->owner->settings, place->address, on_searched, place);
}

/* ---- traces ----------------------------------------------------------------------------------- */

/* A port that was slow, or greets under another name, and is just open: nothing to tell. */
static void leave_out_open(struct path_probes *p, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < p->path_count; i++)
		if (p->paths[i].verdict == PATH_OPEN)
			obs_path_clear(&p->paths[i]);
		else
			p->paths[kept++] = p->paths[i];
	p->path_count = kept;
}

static void on_traced(void *owner, struct path_trace *t)
{
	struct place *place = owner;
	struct path_probes *p = place->owner;
	size_t first = p->path_count;

	place->trace = NULL;
	path_trace_take(t, &p->paths, &p->path_count);
	if (p->settings->trace == TRACE_AUTO)
		leave_out_open(p, first);
	date_paths(p, first);
	p->changed(p->owner);
}

static void on_arrival(void *owner, struct arrival_ttl *a);

static void find_arrival(struct place *place, unsigned port, unsigned guess)
{
	uv_loop_t *loop = place->owner->settings->loop;

	for (size_t i = 0; i < ARRIVALS; i++)
		if (place->arrivals[i] == NULL) {
			place->arrivals[i] = arrival_ttl_new(loop, place->address, port, guess,
							     on_arrival, place);
			return;
		}
}

static void trace(struct place *place)
{
	const struct probe_settings *s = place->owner->settings;

	place->trace = path_trace_new(s->loop, s->syn_watch, &place->plan, on_traced, place);
}

/* First the port's, then the control port's; another one is worth a trace. */
static void compare(struct place *place, unsigned port, unsigned ttl)
{
	if (port == place->plan.ports[0] && ttl != 0) {
		place->compared_ttl = ttl;
		find_arrival(place, place->plan.control_port, ttl);
		return;
	}
	place->comparing = false;
	if (ttl == 0 || ttl != place->compared_ttl)
		trace(place);
}

static void on_arrival(void *owner, struct arrival_ttl *a)
{
	struct place *place = owner;
	struct path_probes *p = place->owner;
	struct found_ttl *found = mem_append(&p->ttls, &p->ttl_count, sizeof *found);

	found->address = mem_strdup(place->address);
	found->port = arrival_ttl_port(a);
	found->ttl = arrival_ttl_found(a);
	for (size_t i = 0; i < ARRIVALS; i++)
		if (place->arrivals[i] == a)
			place->arrivals[i] = NULL;
	arrival_ttl_free(a);
	if (place->comparing)
		compare(place, found->port, found->ttl);
	p->changed(p->owner);
}

/* Of the ports that answer, and of the control port to compare them with. */
static void find_arrivals(struct place *place)
{
	const struct path_trace_plan *plan = &place->plan;
	bool any_answers = false;

	for (size_t i = 0; i < plan->port_count; i++)
		if (place->answers[i]) {
			any_answers = true;
			find_arrival(place, plan->ports[i], 0);
		}
	if (any_answers && plan->control_port != 0)
		find_arrival(place, plan->control_port, 0);
}

static bool finding_arrivals(const struct place *place)
{
	for (size_t i = 0; i < ARRIVALS; i++)
		if (place->arrivals[i] != NULL)
			return true;
	return false;
}

static bool busy(const struct place *place)
{
	return place->search != NULL || place->trace != NULL || finding_arrivals(place);
}

/* A run with a trace ends in a bearable time, unless all is to be traced. */
static int64_t deadline(const struct path_probes *p)
{
	int64_t left = left_us(p);

	return p->settings->trace == TRACE_ALWAYS || left > TRACE_US ? TRACE_US : left;
}

static void start(struct path_probes *p, struct place *place)
{
	struct path_trace_plan *plan = &place->plan;

	place->begun = true;
	plan->host = place->host;
	plan->address = place->address;
	plan->deadline_us = deadline(p);
	place->comparing = p->settings->trace == TRACE_AUTO && place->answers[0] &&
			   plan->control_port != 0;
	if (place->comparing)
		plan->port_count = 1;
	for (size_t i = 0; i < plan->port_count; i++)
		see_to(place, plan->ports[i]);
	if (place->comparing) {
		find_arrival(place, plan->ports[0], 0);
		return;
	}
	trace(place);
	find_arrivals(place);
}

/* A port that was only slow, or whose first SYN was lost. */
static void drop_answered(struct place *place, const struct port_view *v)
{
	const struct path_trace_plan *plan = &place->plan;

	for (size_t i = 0; i < plan->port_count; i++) {
		const struct port_state *port = port_view_find(v, plan->ports[i]);

		if (place->was_silent[i] && port != NULL &&
		    (port->at.reach == REACH_OPEN || port->at.reach == REACH_REFUSED))
			path_trace_drop_port(place->trace, plan->ports[i]);
	}
}

/* ---- the course ------------------------------------------------------------------------------- */

static struct place *place_of(struct path_probes *p, const struct endpoint_probe *e)
{
	const char *address = endpoint_probe_address(e);
	struct place *place;

	for (size_t i = 0; i < p->place_count; i++)
		if (strcmp(p->places[i]->address, address) == 0)
			return p->places[i];
	place = mem_zalloc(1, sizeof *place);
	place->owner = p;
	place->address = mem_strdup(address);
	place->host = mem_strdup(endpoint_probe_host(e));
	place->family = strchr(address, ':') != NULL ? FAMILY_IPV6 : FAMILY_IPV4;
	*(struct place **)mem_append(&p->places, &p->place_count, sizeof place) = place;
	return place;
}

static bool has_room(const struct path_probes *p, const struct place *place)
{
	unsigned begun = 0;

	for (size_t i = 0; i < p->place_count; i++)
		begun += p->places[i]->begun && p->places[i]->family == place->family;
	return p->settings->tracing[place->family] < PLACES_MOST &&
	       (place->begun || begun < PLACES_MOST || p->settings->trace == TRACE_ALWAYS);
}

/* Keeps the count of all targets' traces. */
static void count(struct place *place, bool now)
{
	unsigned *tracing = &place->owner->settings->tracing[place->family];

	if (now && !place->counted)
		(*tracing)++;
	else if (!now && place->counted)
		(*tracing)--;
	place->counted = now;
}

static bool silent_for_long(const struct port_view *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->ports[i].at.reach == REACH_SILENT && !v->ports[i].done &&
		    v->ports[i].at.age_us < ALONE_US)
			return false;
	return true;
}

/* Ports that were begun together are traced together: one that falls silent at any moment is waited
 * for. Else which of them have been silent for long enough is a matter of microseconds. */
static bool one_more_comes(const struct port_view *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->ports[i].at.reach == REACH_WAITING &&
		    v->ports[i].at.age_us > REACH_SILENT_US - TOGETHER_US)
			return true;
	return false;
}

static void advance_place(struct path_probes *p, struct place *place, const struct port_view *v)
{
	if (place->trace != NULL)
		drop_answered(place, v);
	note_local_blocks(p, place, v);
	if (busy(place) || !has_room(p, place) || one_more_comes(v) ||
	    (p->settings->trace == TRACE_AUTO && left_us(p) < LEAST_US))
		return;
	choose(p, place, v);
	if (place->plan.port_count == 0)
		return;
	if (place->plan.control_port == 0 && !place->searched && place->was_silent[0] &&
	    port_view_is_settled(v))
		search(place);
	else if (place->plan.control_port != 0 || !place->was_silent[0] ||
		 (place->searched && silent_for_long(v)))
		start(p, place);
}

void path_probes_advance(struct path_probes *p, struct endpoint_probe *const *endpoints,
			 size_t endpoint_count)
{
	struct port_view v;

	if (p->settings->trace == TRACE_NEVER)
		return;
	for (size_t i = 0; i < endpoint_count; i++)
		place_of(p, endpoints[i]);
	for (size_t i = 0; i < p->place_count; i++) {
		port_view_take(&v, p->places[i]->host, p->places[i]->address, endpoints,
			       endpoint_count);
		count(p->places[i], busy(p->places[i]));
		advance_place(p, p->places[i], &v);
		count(p->places[i], busy(p->places[i]));
	}
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct path_probes *path_probes_new(const struct probe_settings *settings, uint64_t started_ns,
				    const struct obs_target *target, path_probes_fn *changed,
				    void *owner)
{
	struct path_probes *p = mem_zalloc(1, sizeof *p);

	p->settings = settings;
	p->started_ns = started_ns;
	p->target = target;
	p->changed = changed;
	p->owner = owner;
	return p;
}

bool path_probes_done(const struct path_probes *p)
{
	for (size_t i = 0; i < p->place_count; i++)
		if (busy(p->places[i]))
			return false;
	return true;
}

void path_probes_say(const struct path_probes *p, path_probes_say_fn *fn, void *arg)
{
	for (size_t i = 0; i < p->place_count; i++) {
		const struct place *place = p->places[i];
		const struct path_trace_plan *plan = &place->plan;
		char text[256];

		if (place->trace == NULL || !place->was_silent[0])
			continue;
		if (plan->control_port != 0)
			snprintf(text, sizeof text, "%s  port %u gets no answer, %u does; finding "
				 "out where it stops", place->address, plan->ports[0],
				 plan->control_port);
		else
			snprintf(text, sizeof text, "%s  port %u gets no answer; finding out how "
				 "far it gets", place->address, plan->ports[0]);
		fn(arg, text);
	}
}

static void free_place(struct path_probes *p, struct place *place)
{
	count(place, false);
	control_search_free(place->search);
	if (place->trace != NULL) {
		size_t first = p->path_count;

		path_trace_take(place->trace, &p->paths, &p->path_count);
		date_paths(p, first);
	}
	for (size_t i = 0; i < ARRIVALS; i++)
		arrival_ttl_free(place->arrivals[i]);
	free(place->host);
	free(place->address);
	free(place);
}

static void take_ttl(struct observation *to, const struct found_ttl *found)
{
	for (size_t i = 0; i < to->endpoint_count; i++) {
		struct obs_endpoint *e = &to->endpoints[i];

		if (e->port == found->port && strcmp(e->address, found->address) == 0)
			e->connect.arrival_ttl = found->ttl;
	}
}

static size_t endpoint_of(const struct observation *o, const struct obs_path *path)
{
	size_t i = 0;

	while (i < o->endpoint_count && strcmp(o->endpoints[i].address, path->address) != 0)
		i++;
	return i;
}

/* As the endpoints stand, by MX preference, whichever came to its verdict first. */
static void sort_paths(struct path_probes *p, const struct observation *o)
{
	for (size_t i = 1; i < p->path_count; i++)
		for (size_t k = i; k > 0 && endpoint_of(o, &p->paths[k]) < endpoint_of(o, &p->paths[k - 1]); k--) {
			struct obs_path path = p->paths[k];

			p->paths[k] = p->paths[k - 1];
			p->paths[k - 1] = path;
		}
}

void path_probes_take(struct path_probes *p, struct observation *to)
{
	for (size_t i = 0; i < p->place_count; i++)
		free_place(p, p->places[i]);
	sort_paths(p, to);
	for (size_t i = 0; i < p->ttl_count; i++) {
		take_ttl(to, &p->ttls[i]);
		free(p->ttls[i].address);
	}
	to->paths = p->paths;
	to->path_count = p->path_count;
	free(p->places);
	free(p->ttls);
	free(p);
}
