/* SPDX-License-Identifier: MIT */
#include "probe/comparisons.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dns/dns_message.h"
#include "probe/comparison_probe.h"

enum {
	ADDRESSES_MOST = 2,     /* of a control host, and family */
	COMPARISONS_MOST = 64
};

/* A name that is being resolved: a control host, or the proxy. */
struct lookup {
	struct comparisons *owner;
	const struct target *target;
	unsigned asked, answered;
	struct strlist addresses;
};

struct comparisons {
	const struct probe_settings *settings;
	unsigned port;
	comparisons_fn *changed;
	void *owner;
	struct lookup *lookups;        /* the control hosts', then the proxy's */
	size_t lookup_count;
	struct comparison_probe **probes;
	size_t probe_count;
	size_t compared;               /* endpoints, in their order, that were seen to */
	bool controls_begun;
};

/* ---- names ----------------------------------------------------------------------------------- */

static void add_addresses(struct lookup *l, const struct strlist *found, size_t most)
{
	for (size_t i = 0; i < found->count && i < most; i++)
		strlist_add(&l->addresses, found->item[i]);
}

static void on_address(void *arg, struct obs_query *q, const struct dns_answer *answer)
{
	struct lookup *l = arg;

	(void)answer;
	l->answered++;
	if (q->rcode == DNS_NOERROR)
		add_addresses(l, &q->answers, ADDRESSES_MOST);
	obs_query_clear(q);
	l->owner->changed(l->owner->owner);
}

static void look_up(struct comparisons *c, const struct target *target)
{
	struct lookup *l = &c->lookups[c->lookup_count++];
	struct resolver *r = c->settings->resolver;

	l->owner = c;
	l->target = target;
	if (target->kind == TARGET_ADDRESS) {
		strlist_add(&l->addresses, target->name);
	} else if (!resolver_hosts_file(r, target->name, &l->addresses)) {
		l->asked = (unsigned)c->settings->family[FAMILY_IPV4] +
			   c->settings->family[FAMILY_IPV6];
		if (c->settings->family[FAMILY_IPV4])
			resolver_ask(r, target->name, DNS_TYPE_A, on_address, l);
		if (c->settings->family[FAMILY_IPV6])
			resolver_ask(r, target->name, DNS_TYPE_AAAA, on_address, l);
	}
}

static bool known(const struct lookup *l)
{
	return l->answered == l->asked;
}

/* ---- comparisons ------------------------------------------------------------------------------ */

static void on_done(void *owner)
{
	struct comparisons *c = owner;

	c->changed(c->owner);
}

static void compare(struct comparisons *c, enum comparison_kind kind, const char *host,
		    const char *address, unsigned port, const char *proxy)
{
	struct comparison_probe **slot;

	if (c->probe_count >= COMPARISONS_MOST)
		return;
	slot = mem_append(&c->probes, &c->probe_count, sizeof(*slot));
	*slot = comparison_probe_new(c->settings, kind, host, address, port, proxy, on_done, c);
}

static void compare_ports(struct comparisons *c, const struct lookup *l, const char *address)
{
	const struct probe_settings *s = c->settings;
	unsigned only = l->target->port != 0 ? l->target->port : c->port;
	size_t count = only != 0 ? 1 : s->port_count;

	for (size_t i = 0; i < count; i++)
		compare(c, COMPARISON_CONTROL, l->target->name, address,
			only != 0 ? only : s->ports[i], NULL);
}

static void begin_controls(struct comparisons *c)
{
	if (c->controls_begun)
		return;
	for (size_t i = 0; i < c->settings->control_count; i++)
		if (!known(&c->lookups[i]))
			return;
	c->controls_begun = true;
	for (size_t i = 0; i < c->settings->control_count; i++)
		for (size_t a = 0; a < c->lookups[i].addresses.count; a++)
			compare_ports(c, &c->lookups[i], c->lookups[i].addresses.item[a]);
}

static const struct lookup *proxy_lookup(const struct comparisons *c)
{
	return c->settings->socks5 != NULL ? &c->lookups[c->lookup_count - 1] : NULL;
}

static bool is_v6(const char *address)
{
	return strchr(address, ':') != NULL;
}

static void compare_endpoint(struct comparisons *c, const struct endpoint_probe *e)
{
	const char *host = endpoint_probe_host(e), *address = endpoint_probe_address(e);
	const struct lookup *proxy = proxy_lookup(c);
	const char *from = c->settings->from;
	unsigned char bytes[16];
	bool from_v4 = from != NULL && inet_pton(AF_INET, from, bytes) == 1;
	bool from_v6 = from != NULL && inet_pton(AF_INET6, from, bytes) == 1;

	/* An address of the other family is no source for this one; an interface is for both. */
	if (from != NULL && (is_v6(address) ? !from_v4 : !from_v6))
		compare(c, COMPARISON_FROM, host, address, endpoint_probe_port(e), NULL);
	if (proxy != NULL && proxy->addresses.count > 0)
		compare(c, COMPARISON_SOCKS5, host, address, endpoint_probe_port(e),
			proxy->addresses.item[0]);
}

/* One endpoint after the other, each once it is done or has been silent for a while. */
static void begin_endpoints(struct comparisons *c, struct endpoint_probe *const *endpoints,
			    size_t count)
{
	const struct lookup *proxy = proxy_lookup(c);

	if ((c->settings->from == NULL && proxy == NULL) || (proxy != NULL && !known(proxy)))
		return;
	for (; c->compared < count; c->compared++) {
		struct endpoint_reach at;

		endpoint_probe_reach(endpoints[c->compared], &at);
		if (!endpoint_probe_done(endpoints[c->compared]) && at.reach != REACH_SILENT)
			return;
		compare_endpoint(c, endpoints[c->compared]);
	}
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct comparisons *comparisons_new(const struct probe_settings *settings, unsigned port,
				    comparisons_fn *changed, void *owner)
{
	struct comparisons *c = mem_zalloc(1, sizeof *c);

	c->settings = settings;
	c->port = port;
	c->changed = changed;
	c->owner = owner;
	c->lookups = mem_zalloc(settings->control_count + 1, sizeof *c->lookups);
	for (size_t i = 0; i < settings->control_count; i++)
		look_up(c, &settings->controls[i]);
	if (settings->socks5 != NULL)
		look_up(c, settings->socks5);
	return c;
}

void comparisons_advance(struct comparisons *c, struct endpoint_probe *const *endpoints, size_t count)
{
	begin_controls(c);
	begin_endpoints(c, endpoints, count);
}

bool comparisons_done(const struct comparisons *c)
{
	for (size_t i = 0; i < c->lookup_count; i++)
		if (!known(&c->lookups[i]))
			return false;
	for (size_t i = 0; i < c->probe_count; i++)
		if (!comparison_probe_done(c->probes[i]))
			return false;
	return true;
}

/* A name without an address is recorded as what could not be compared with. */
static void add_unresolved(const struct comparisons *c, struct observation *to)
{
	const struct lookup *proxy = proxy_lookup(c);

	for (size_t i = 0; i < c->lookup_count; i++) {
		const struct lookup *l = &c->lookups[i];
		struct obs_comparison *slot;

		if (l->addresses.count > 0)
			continue;
		slot = mem_append(&to->comparisons, &to->comparison_count, sizeof *slot);
		slot->kind = l == proxy ? COMPARISON_SOCKS5 : COMPARISON_CONTROL;
		slot->via = l == proxy ? mem_strdup(l->target->input) : NULL;
		slot->host = mem_strdup(l->target->name);
		slot->port = l->target->port;
		slot->proxy_reply = -1;
		slot->connect.outcome = OUT_ERROR;
		slot->connect.error = mem_strdup("its name has no address");
	}
}

void comparisons_take(struct comparisons *c, struct observation *to)
{
	for (size_t i = 0; i < c->lookup_count; i++)
		resolver_cancel(c->settings->resolver, &c->lookups[i]);
	for (size_t i = 0; i < c->probe_count; i++) {
		struct obs_comparison *slot =
			mem_append(&to->comparisons, &to->comparison_count, sizeof *slot);

		comparison_probe_take(c->probes[i], slot);
	}
	add_unresolved(c, to);
	for (size_t i = 0; i < c->lookup_count; i++)
		strlist_clear(&c->lookups[i].addresses);
	free(c->lookups);
	free(c->probes);
	free(c);
}
