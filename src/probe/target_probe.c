/* SPDX-License-Identifier: MIT
 *
 * Resolving and probing overlap: an endpoint is probed as soon as its address is known. One
 * pass, advance(), brings everything up to date after any event: it makes the endpoints of new
 * addresses, opens what there is room for, and sees whether all is done. */
#include "probe/target_probe.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/printable.h"
#include "net/gateway.h"
#include "plan/exclusions.h"
#include "net/vantage.h"
#include "probe/comparisons.h"
#include "probe/mail_hosts.h"
#include "probe/path_probes.h"

/* A server frees the place of a connection a moment after it has ended (Exim: when it reaps the
 * child), so that the second try of what was turned away does not come at once. */
#define REPEAT_AFTER_MS 1000

/* Room is also freed by time: a connect that hangs soon counts no longer; and its silence is
 * something to look into. */
#define TICK_MS 100
#define LIST_TICK_MS 250 /* of thousands at a time, most of which only wait */

struct target_probe {
	const struct probe_settings *settings;
	const struct target *target;
	target_fn *done;
	void *owner;
	uint64_t started_ns;
	struct observation record;
	struct mail_hosts *hosts;
	struct endpoint_probe **endpoints;
	size_t endpoint_count;
	struct path_probes *paths;
	struct comparisons *comparisons;
	uv_timer_t deadline, tick, repeat;
	unsigned handles;
	bool finishing;
};

/* ---- endpoints ------------------------------------------------------------------------------ */

static void advance(struct target_probe *p);

static void on_endpoint(void *owner, struct endpoint_probe *e)
{
	(void)e;
	advance(owner);
}

static bool known(const struct target_probe *p, const char *host, const char *address,
		  unsigned port)
{
	for (size_t i = 0; i < p->endpoint_count; i++) {
		const struct endpoint_probe *e = p->endpoints[i];

		if (endpoint_probe_port(e) == port &&
		    strcmp(endpoint_probe_address(e), address) == 0 &&
		    strcmp(endpoint_probe_host(e), host) == 0)
			return true;
	}
	return false;
}

/* By its name, one that it is an alias of, or the address. */
static bool excluded(const struct target_probe *p, const struct obs_mail_host *h, const char *address)
{
	const struct exclusions *x = p->settings->excluded;

	for (size_t i = 0; i < h->cname.count; i++)
		if (exclusions_name(x, h->cname.item[i]))
			return true;
	return exclusions_name(x, h->name) || exclusions_address(x, address);
}

static void add_endpoints(struct target_probe *p, struct obs_mail_host *h)
{
	size_t left_out = 0;
	const unsigned *ports = p->target->port != 0 ? &p->target->port : p->settings->ports;
	size_t port_count = p->target->port != 0 ? 1 : p->settings->port_count;

	for (size_t a = 0; a < h->addresses.count; a++) {
		if (excluded(p, h, h->addresses.item[a])) {
			left_out++;
			continue;
		}
		for (size_t i = 0; i < port_count; i++) {
			const char *address = h->addresses.item[a];
			enum family family =
				strchr(address, ':') != NULL ? FAMILY_IPV6 : FAMILY_IPV4;

			if (known(p, h->name, address, ports[i]))
				continue;
			struct endpoint_probe **slot =
				mem_append(&p->endpoints, &p->endpoint_count, sizeof(void *));
			*slot = endpoint_probe_new(p->settings, h->name, address, family, ports[i],
						   p->started_ns, on_endpoint, p);
		}
	}
	if (left_out > 0)
		h->problem = left_out == h->addresses.count ? HOST_EXCLUDED : HOST_FINE;
}

static unsigned connections_to(const struct target_probe *p, const char *address)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->endpoint_count; i++)
		if (strcmp(endpoint_probe_address(p->endpoints[i]), address) == 0)
			n += endpoint_probe_connections(p->endpoints[i]);
	return n;
}

static void open_what_fits(struct target_probe *p)
{
	for (size_t i = 0; i < p->endpoint_count; i++) {
		unsigned used;

		if (endpoint_probe_done(p->endpoints[i]))
			continue;
		used = connections_to(p, endpoint_probe_address(p->endpoints[i]));
		if (used < CONNECTIONS_PER_ADDRESS)
			endpoint_probe_go(p->endpoints[i], CONNECTIONS_PER_ADDRESS - used);
	}
}

static void share_what_is_done(struct target_probe *p)
{
	for (size_t i = 0; i < p->endpoint_count; i++)
		endpoint_probe_share(p->endpoints[i]);
}

/* waiting: those that wait for another target's probe count as done, as they have nothing open. That
 * other target may be waiting for what we have to try again. */
static bool all_done(const struct target_probe *p, bool waiting)
{
	if (!mail_hosts_done(p->hosts))
		return false;
	for (size_t i = 0; i < p->endpoint_count; i++)
		if (!endpoint_probe_done(p->endpoints[i]) && !(waiting && endpoint_probe_waits(p->endpoints[i])))
			return false;
	return path_probes_done(p->paths) && comparisons_done(p->comparisons);
}

/* ---- second tries --------------------------------------------------------------------------- */

static void on_repeat(uv_timer_t *timer)
{
	struct target_probe *p = timer->data;

	for (size_t i = 0; i < p->endpoint_count; i++)
		if (endpoint_probe_turned_away(p->endpoints[i])) {
			endpoint_probe_repeat_alone(p->endpoints[i]);
			break;
		}
	advance(p);
}

/* With nothing else open, the first that was turned away is tried again; true: one was. */
static bool repeat_one_alone(struct target_probe *p)
{
	for (size_t i = 0; i < p->endpoint_count; i++)
		if (endpoint_probe_turned_away(p->endpoints[i])) {
			uv_timer_start(&p->repeat, on_repeat, REPEAT_AFTER_MS, 0);
			return true;
		}
	return false;
}

/* ---- the end -------------------------------------------------------------------------------- */

/* Endpoints in the order of hosts, addresses and ports, in whatever order they were found. */
static void collect_endpoints(struct target_probe *p)
{
	struct observation *o = &p->record;

	o->endpoints = mem_zalloc(p->endpoint_count, sizeof *o->endpoints);
	for (size_t h = 0; h < o->dns.host_count; h++)
		for (size_t a = 0; a < o->dns.hosts[h].addresses.count; a++)
			for (size_t i = 0; i < p->endpoint_count; i++) {
				struct endpoint_probe *e = p->endpoints[i];

				if (e == NULL ||
				    strcmp(endpoint_probe_host(e), o->dns.hosts[h].name) != 0 ||
				    strcmp(endpoint_probe_address(e),
					   o->dns.hosts[h].addresses.item[a]) != 0)
					continue;
				endpoint_probe_take(e, &o->endpoints[o->endpoint_count++]);
				p->endpoints[i] = NULL;
			}
}

/* The way to the target itself, where it is known: that of its first address of each family. */
static void observe_routes(struct obs_vantage *v, const struct observation *o)
{
	struct obs_route *routes[FAMILY_COUNT] = {[FAMILY_IPV4] = &v->ipv4, [FAMILY_IPV6] = &v->ipv6};
	bool known[FAMILY_COUNT] = {false, false};

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct obs_route *to = routes[e->family];

		if (known[e->family])
			continue;
		known[e->family] = true;
		free(to->source);
		*to = (struct obs_route){ 0 };
		if (e->connect.source != NULL)
			*to = (struct obs_route){ .source = mem_strdup(e->connect.source), .route = true };
		else
			vantage_route(to, e->family, e->address);
	}
}

static void observe_vantage(struct target_probe *p)
{
	struct obs_vantage *v = &p->record.vantage;

	here_observe(p->settings->here, v);
	observe_routes(v, &p->record);
	resolver_servers(p->settings->resolver, &v->resolvers);
	if (v->ipv4.source != NULL)
		v->private4 = gateway_is_private4(v->ipv4.source) ? KNOWN_YES : KNOWN_NO;
}

static void on_finish(uv_timer_t *timer)
{
	struct target_probe *p = timer->data;

	p->done(p->owner, p);
}

/* The owner is told from the loop, never from within the event that ended the last endpoint. */
static void finish(struct target_probe *p)
{
	p->finishing = true;
	uv_timer_stop(&p->tick);
	uv_timer_stop(&p->repeat);
	mail_hosts_free(p->hosts);
	p->hosts = NULL;
	p->record.duration_us = (int64_t)((uv_hrtime() - p->started_ns) / 1000);
	uv_timer_start(&p->deadline, on_finish, 0, 0);
}

static void advance(struct target_probe *p)
{
	if (p->finishing)
		return;
	for (size_t i = 0; i < p->record.dns.host_count; i++)
		add_endpoints(p, &p->record.dns.hosts[i]);
	open_what_fits(p);
	path_probes_advance(p->paths, p->endpoints, p->endpoint_count);
	comparisons_advance(p->comparisons, p->endpoints, p->endpoint_count);
	share_what_is_done(p);
	if (!uv_is_active((uv_handle_t *)&p->repeat) && all_done(p, true) && !repeat_one_alone(p) && all_done(p, false))
		finish(p);
}

static void cut(struct target_probe *p)
{
	if (p->finishing)
		return;
	p->record.cut_short = true;
	for (size_t i = 0; i < p->endpoint_count; i++)
		endpoint_probe_cut(p->endpoints[i]);
	finish(p);
}

/* ---- events --------------------------------------------------------------------------------- */

static void on_hosts(void *owner)
{
	advance(owner);
}

static void on_more(void *owner)
{
	advance(owner);
}

static bool is_held(const struct target_probe *p)
{
	for (size_t i = 0; i < p->endpoint_count; i++)
		if (!endpoint_probe_done(p->endpoints[i]) && endpoint_probe_is_held(p->endpoints[i]))
			return true;
	return false;
}

/* Of a list, one that stands in a queue of ours gets its time again: what we do for want of room, or
 * out of politeness, is no fault of the target. The queue moves, so that there is an end to it. */
static void on_deadline(uv_timer_t *timer)
{
	struct target_probe *p = timer->data;

	if (p->settings->of_list && is_held(p))
		uv_timer_start(timer, on_deadline, (uint64_t)(p->settings->timeout_us + 999) / 1000, 0);
	else
		cut(p);
}

static bool answers_elsewhere(const struct target_probe *p, const struct endpoint_probe *silent)
{
	for (size_t i = 0; i < p->endpoint_count; i++) {
		struct endpoint_reach r;

		if (strcmp(endpoint_probe_address(p->endpoints[i]), endpoint_probe_address(silent)) != 0)
			continue;
		endpoint_probe_reach(p->endpoints[i], &r);
		if (r.reach == REACH_OPEN || r.reach == REACH_REFUSED)
			return true;
	}
	return false;
}

/* Of a list. A target of its own is waited for longer, as its route is traced meanwhile. */
static void conclude_silence(struct target_probe *p)
{
	for (size_t i = 0; i < p->endpoint_count; i++)
		if (!endpoint_probe_done(p->endpoints[i]) && answers_elsewhere(p, p->endpoints[i]))
			endpoint_probe_conclude(p->endpoints[i]);
}

static void on_tick(uv_timer_t *timer)
{
	struct target_probe *p = timer->data;

	if (p->settings->of_list)
		conclude_silence(p);
	advance(p);
}

static void on_closed(uv_handle_t *handle)
{
	struct target_probe *p = handle->data;

	if (--p->handles == 0)
		free(p);
}

/* ---- the interface -------------------------------------------------------------------------- */

static void observe_target(struct target_probe *p)
{
	struct obs_target *t = &p->record.target;
	struct timespec now;

	t->input = printable_dup(p->target->input, strlen(p->target->input));
	t->kind = p->target->kind;
	t->name = mem_strdup(p->target->name);
	t->unicode = p->target->unicode != NULL
			     ? printable_dup(p->target->unicode, strlen(p->target->unicode))
			     : NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	p->record.message_size = p->settings->message_size;
	p->record.tool.contact = mem_strdup(p->settings->contact);
	p->record.started_at_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct target_probe *target_probe_new(const struct probe_settings *settings,
				      const struct target *target, target_fn *done, void *owner)
{
	struct target_probe *p = mem_zalloc(1, sizeof *p);
	unsigned tick_ms = settings->of_list ? LIST_TICK_MS : TICK_MS;

	p->settings = settings;
	p->target = target;
	p->done = done;
	p->owner = owner;
	p->started_ns = uv_hrtime();
	observe_target(p);
	uv_timer_init(settings->loop, &p->deadline);
	uv_timer_init(settings->loop, &p->tick);
	uv_timer_init(settings->loop, &p->repeat);
	p->deadline.data = p->tick.data = p->repeat.data = p;
	p->handles = 3;
	uv_timer_start(&p->deadline, on_deadline, (uint64_t)(settings->timeout_us + 999) / 1000, 0);
	uv_timer_start(&p->tick, on_tick, tick_ms, tick_ms);
	p->paths = path_probes_new(settings, p->started_ns, &p->record.target, on_more, p);
	p->comparisons = comparisons_new(settings, target->port, on_more, p);
	p->hosts = mail_hosts_new(settings, target, &p->record.dns, &p->record.target, on_hosts, p);
	advance(p);
	return p;
}

void target_probe_cut(struct target_probe *p)
{
	cut(p);
}

void target_probe_take(struct target_probe *p, struct observation *to)
{
	collect_endpoints(p);
	path_probes_take(p->paths, &p->record);
	comparisons_take(p->comparisons, &p->record);
	observe_vantage(p);
	*to = p->record;
	free(p->endpoints);
	uv_close((uv_handle_t *)&p->deadline, on_closed);
	uv_close((uv_handle_t *)&p->tick, on_closed);
	uv_close((uv_handle_t *)&p->repeat, on_closed);
}

struct waiting {
	waiting_fn *fn;
	void *arg;
};

static void say(void *arg, const char *words)
{
	const struct waiting *w = arg;

	w->fn(w->arg, NULL, words);
}

void target_probe_waiting(const struct target_probe *p, waiting_fn *fn, void *arg)
{
	struct waiting w = {fn, arg};

	if (p->finishing)
		return;
	if (!mail_hosts_done(p->hosts)) {
		char *words = mem_printf("%s  resolving names", p->record.target.input);

		fn(arg, NULL, words);
		free(words);
	}
	path_probes_say(p->paths, say, &w);
	for (size_t i = 0; i < p->endpoint_count; i++)
		if (!endpoint_probe_done(p->endpoints[i]))
			fn(arg, p->endpoints[i], NULL);
}
