/* SPDX-License-Identifier: MIT */
#include "engine.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/mem.h"
#include "net/syn.h"
#include "probe/address_pool.h"
#include "probe/endpoint_pool.h"

enum { ADDRESSES_MOST = 1024 };

static bool is_list(const struct options *o)
{
	return o->input != NULL && o->action == ACTION_PROBE;
}

static void settle(struct engine *g, const struct options *o)
{
	struct probe_settings *s = &g->settings;

	s->loop = &g->loop;
	s->ports = o->ports;
	s->port_count = o->port_count;
	s->family[FAMILY_IPV4] = o->families != FAMILIES_IPV6;
	s->family[FAMILY_IPV6] = o->families != FAMILIES_IPV4;
	s->excluded = o->excluded;
	s->ehlo = o->ehlo;
	s->contact = o->contact;
	s->sni = o->sni;
	s->message_size = o->message_size;
	s->trace = o->trace;
	s->of_list = is_list(o);
	s->enforcement = o->enforcement != ENFORCEMENT_NEVER;
	s->tracing = g->tracing;
	s->controls = o->controls;
	s->control_count = o->control_count;
	s->from = o->from;
	s->socks5 = o->socks5.input != NULL ? &o->socks5 : NULL;
	s->timeout_us = o->timeout_us;
	s->connect_us = o->connect_timeout_us;
	s->greeting_us = o->greeting_timeout_us;
	s->reply_us = o->reply_timeout_us;
	s->tls_us = o->tls_timeout_us;
}

void engine_close(struct engine *g)
{
	resolver_free(g->settings.resolver);
	address_pool_free(g->settings.addresses);
	conn_gate_free(g->settings.gate);
	syn_watch_free(g->settings.syn_watch);
	here_free(g->settings.here);
	pool_door_free(g->settings.pool);
	uv_run(&g->loop, UV_RUN_DEFAULT); /* the last close callbacks */
	uv_loop_close(&g->loop);
	tls_context_free(g->settings.tls);
}

unsigned engine_part(const struct engine_share *s, unsigned whole)
{
	return whole / s->of + (s->nth < whole % s->of);
}

static struct conn_gate *open_gate(struct engine *g, const struct options *o, const struct engine_share *share)
{
	return conn_gate_new(&g->loop, &(struct conn_limits){
		.open = engine_part(share, conn_gate_room(share->of)), .per_second = engine_part(share, o->rate),
		.wait_for_ports = is_list(o) }, share->groups);
}

struct conn_groups *engine_groups_new(const struct options *o)
{
	bool of_list = is_list(o);

	return conn_groups_new((unsigned[]){ [GROUP_OF_PROVIDER] = of_list ? o->per_provider : 0,
					     [GROUP_OF_ADDRESS] = o->per_host }, of_list);
}

bool engine_open(struct engine *g, const struct options *o, const struct engine_share *share, struct err *e)
{
	struct probe_settings *s = &g->settings;

	memset(g, 0, sizeof *g);
	if (o->from != NULL && !syn_may_come_from(o->from, e))
		return false;
	settle(g, o);
	s->tls = tls_context_new(o->ca_file, e);
	if (s->tls == NULL)
		return false;
	if (uv_loop_init(&g->loop) != 0) {
		tls_context_free(s->tls);
		return err_set(e, "the event loop cannot be started: %s", strerror(errno));
	}
	s->gate = open_gate(g, o, share);
	if (o->input != NULL)
		tls_context_one_key_share(s->tls);
	s->syn_watch = syn_watch_new(&g->loop);
	s->here = here_new();
	if (share->pool != NULL)
		s->pool = pool_door_new(share->pool, &g->loop);
	s->resolver = resolver_new(&g->loop, o->resolver, o->dns_timeout_us, e);
	if (s->resolver != NULL && o->input != NULL)
		resolver_of_list(s->resolver, share->of);
	if (s->resolver != NULL && s->pool != NULL)
		s->addresses = address_pool_new(&g->loop, s->resolver, ADDRESSES_MOST);
	if (s->resolver == NULL)
		engine_close(g);
	return s->resolver != NULL;
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct engine *g = handle->data;

	(void)number;
	uv_signal_stop(&g->interrupt);
	uv_signal_stop(&g->terminate);
	g->signalled(g->signalled_to);
}

/* They do not keep the loop alive. */
static void watch_signals(struct engine *g)
{
	signal(SIGPIPE, SIG_IGN); /* a closed connection is an outcome, not an end */
	uv_signal_init(&g->loop, &g->interrupt);
	uv_signal_init(&g->loop, &g->terminate);
	g->interrupt.data = g->terminate.data = g;
	uv_signal_start(&g->interrupt, on_signal, SIGINT);
	uv_signal_start(&g->terminate, on_signal, SIGTERM);
	uv_unref((uv_handle_t *)&g->interrupt);
	uv_unref((uv_handle_t *)&g->terminate);
}

void engine_run(struct engine *g, engine_signal_fn *signalled, void *to)
{
	g->signalled = signalled;
	g->signalled_to = to;
	if (signalled != NULL)
		watch_signals(g);
	tls_context_load_trust(g->settings.tls);
	uv_run(&g->loop, UV_RUN_DEFAULT);
	if (signalled == NULL)
		return;
	uv_close((uv_handle_t *)&g->interrupt, NULL);
	uv_close((uv_handle_t *)&g->terminate, NULL);
}

void engine_take(struct target_probe *p, struct observation *to)
{
	struct obs_tool *t = &to->tool;

	target_probe_take(p, to);
	t->version = mem_strdup(PACKAGE_VERSION);
	t->gnutls = mem_strdup(tls_context_library_version());
	t->cares = mem_strdup(resolver_library_version());
	t->uv = mem_strdup(uv_version_string());
}
