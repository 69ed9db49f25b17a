/* SPDX-License-Identifier: MIT
 *
 * The procedure:
 *   1. The listener connects and waits for a greeting. At a port number where TLS comes first
 *      (465) a second connection sends a ClientHello at the same time; elsewhere only once the
 *      listener has heard nothing for a while. The ClientHello's connection is opened first: a
 *      server that serves one connection after the other then settles the race at once.
 *   2. Whichever is answered first in its own language is the main dialogue, and the port's
 *      mode; the other is closed. A listener that is never answered waits for its deadline.
 *   3. Beside a plaintext dialogue runs the enforcement test on a connection of its own, started
 *      as soon as the listener is connected: later, it would make the run longer than the main
 *      dialogue is. Where the server turns only this second connection away (its limit is ours
 *      to blame: a greeting or EHLO with 421, or a close), the test is repeated alone, once.
 *      And where a server that has finished the main dialogue does not even greet the other
 *      connection (it serves one after the other, or only one), the test is given up soon.
 *   4. A greeting with 421 may be our own doing as well. On request of the owner, who knows when
 *      nothing else is open, everything is tried again with one connection at a time.
 *   5. A handshake that stalled is tried once more, alone, with small segments: where that works,
 *      large packets are what gets lost on the way.
 *   6. All is joined into one record when no connection is left.
 *   7. Of a list, a port number where TLS comes first gets the ClientHello alone, and a listener only if
 *      that is not answered in TLS: half as many connections for what is nearly always so.
 *   8. Where targets share endpoints, one of them probes, and the others wait for its record. */
#include "probe/endpoint_probe.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/target.h"
#include "probe/endpoint_internal.h"
#include "probe/endpoint_join.h"

/* A SYN that went unanswered for so long is no connection that a server could be counting. */
#define SYN_COUNTS_US 1000000

#define MOVE(to, from) ((to) = (from), memset(&(from), 0, sizeof(from)))

static void changed(void *owner, struct dialogue *d);

static struct dialogue *open_dialogue(struct endpoint_probe *p, enum dialogue_kind kind)
{
	if (p->opened_ns == 0)
		p->opened_ns = uv_hrtime();
	return dialogue_open(kind, p->settings, p->host, p->address, p->port, 0, p->started_ns,
			     changed, p);
}

/* ---- the enforcement test ----------------------------------------------------------------- */

/* How long its greeting may take, given that of the main dialogue. */
static int64_t served_within_us(const struct endpoint_probe *p)
{
	return 1000000 + 2 * dialogue_record(p->listener)->greeting.us;
}

static void on_not_served(uv_timer_t *timer)
{
	struct endpoint_probe *p = timer->data;
	int64_t left;

	if (p->enforcement == NULL || dialogue_phase(p->enforcement) > PHASE_UP)
		return;
	left = served_within_us(p) - dialogue_age_us(p->enforcement); /* it may have stood at the gate */
	if (left > 0) {
		uv_timer_start(timer, on_not_served, (uint64_t)left / 1000 + 1, 0);
	} else {
		dialogue_cut(p->enforcement);
		p->changed(p->owner, p);
	}
}

/* The main dialogue is over. Without one that got through EHLO there is nothing to enforce;
 * with one, the test's greeting is due in about the time that the main one's took. */
static void enforcement_alone(struct endpoint_probe *p)
{
	const struct obs_endpoint *r = dialogue_record(p->listener);

	if (r->ehlo.reply.outcome != OUT_OK) {
		p->want_enforcement = false;
		if (p->enforcement != NULL)
			dialogue_cut(p->enforcement);
	} else if (p->alone) {
		p->want_enforcement = p->settings->enforcement;
	} else if (running(p->enforcement)) {
		uv_timer_start(&p->timer, on_not_served, (uint64_t)served_within_us(p) / 1000, 0);
	}
}

static void listener_changed(struct endpoint_probe *p)
{
	enum dialogue_phase phase = dialogue_phase(p->listener);

	if (phase == PHASE_UP && p->hello == NULL)
		endpoint_race_begin(p);
	if (phase == PHASE_UP && !port_is_tls_first(p->port) && !p->alone)
		p->want_enforcement = p->settings->enforcement;
	if (dialogue_heard_tls(p->listener))
		p->want_hello = p->hello == NULL; /* an alert: it took us for a bad ClientHello */
	else if (dialogue_heard(p->listener) && !p->plaintext)
		endpoint_race_plaintext(p);
	if (phase == PHASE_OVER) {
		uv_timer_stop(&p->timer);
		enforcement_alone(p);
	}
}

/* Was the test turned away at the door that the main dialogue came through: by its greeting, by
 * a 421 to EHLO, or without a word? */
static bool turned_away(const struct endpoint_probe *p)
{
	const struct obs_reply *ehlo = &dialogue_record(p->enforcement)->enforcement.ehlo.reply;
	bool dropped = dialogue_dropped(p->enforcement) &&
		       (!dialogue_heard(p->enforcement) || ehlo->outcome == OUT_CLOSED ||
			ehlo->outcome == OUT_RESET);

	return (dialogue_greeting_code(p->enforcement) >= 400 || ehlo->code == 421 || dropped) &&
	       !running(p->listener) &&
	       dialogue_record(p->listener)->ehlo.reply.outcome == OUT_OK;
}

static void repeat_enforcement_alone(struct endpoint_probe *p)
{
	if (p->enforcement_repeated || p->cut || p->enforcement == NULL ||
	    running(p->enforcement) || !turned_away(p))
		return;
	p->enforcement_repeated = true;
	dialogue_free(p->enforcement);
	p->enforcement = NULL;
	p->want_enforcement = true;
}

/* ---- small segments ------------------------------------------------------------------------ */

/* What every path carries: RFC 9293 3.7.1 (IPv4), and RFC 8200 5 less the two headers. */
static unsigned least_segment(const struct endpoint_probe *p)
{
	return p->family == FAMILY_IPV6 ? 1220 : 536;
}

/* The server agreed to TLS, or part of its answer came, and the handshake did not end. Where TLS
 * comes first its answer may be what was lost, so silence there counts as well: there is time for
 * it while the listener waits. Any other port that keeps silent is not asked twice. */
static bool stalled(struct dialogue *d, bool tls)
{
	const struct obs_endpoint *r;

	if (d == NULL || dialogue_phase(d) != PHASE_OVER)
		return false;
	r = dialogue_record(d);
	return r->tls.outcome == OUT_TIMEOUT &&
	       (tls || r->starttls.outcome == OUT_OK || r->tcp.out_of_order > 0);
}

static void consider_small_segments(struct endpoint_probe *p)
{
	if (p->small_tried || p->cut)
		return;
	if (!stalled(p->listener, false) && !stalled(p->hello, p->tls || port_is_tls_first(p->port)))
		return;
	p->small_tried = p->want_small = true;
}

static void small_changed(void *owner, struct dialogue *d)
{
	struct endpoint_probe *p = owner;

	(void)d;
	p->changed(p->owner, p);
}

static void open_small(struct endpoint_probe *p)
{
	enum dialogue_kind kind = stalled(p->listener, false) ? DIALOGUE_LISTEN : DIALOGUE_TLS_FIRST;

	p->want_small = false;
	p->small = dialogue_open(kind, p->settings, p->host, p->address, p->port, least_segment(p),
				 p->started_ns, small_changed, p);
}

static void changed(void *owner, struct dialogue *d)
{
	struct endpoint_probe *p = owner;

	if (d == p->hello && dialogue_heard_tls(d) && !p->tls)
		endpoint_race_tls(p);
	if (d == p->hello && p->alone && !p->tls && !running(d))
		p->want_listener = p->listener == NULL;
	if (d == p->hello && endpoint_race_hello_first(p))
		endpoint_race_hello_changed(p);
	if (d == p->listener)
		listener_changed(p);
	repeat_enforcement_alone(p);
	consider_small_segments(p);
	p->changed(p->owner, p);
}

/* ---- opening ------------------------------------------------------------------------------ */

void endpoint_probe_go(struct endpoint_probe *p, unsigned room)
{
	if (p->waits)
		return;
	if (p->alone && room > 0)
		room = endpoint_probe_connections(p) == 0;
	if (room > 0 && p->want_hello) {
		p->want_hello = false;
		p->hello = open_dialogue(p, DIALOGUE_TLS_FIRST);
		room--;
	}
	if (room > 0 && p->want_listener) {
		p->want_listener = false;
		p->listener = open_dialogue(p, DIALOGUE_LISTEN);
		room--;
	}
	if (room > 0 && p->want_enforcement) {
		p->want_enforcement = false;
		p->enforcement = open_dialogue(p, DIALOGUE_ENFORCE);
	}
	if (room > 0 && p->want_small && !running(p->hello) && !running(p->enforcement) &&
	    (!running(p->listener) || port_is_tls_first(p->port)))
		open_small(p);
}

static unsigned counts(const struct dialogue *d)
{
	if (!running(d))
		return 0;
	return dialogue_phase(d) != PHASE_CONNECTING || dialogue_age_us(d) < SYN_COUNTS_US;
}

unsigned endpoint_probe_connections(const struct endpoint_probe *p)
{
	return counts(p->listener) + counts(p->hello) + counts(p->enforcement) + counts(p->small);
}

bool endpoint_probe_done(const struct endpoint_probe *p)
{
	return !p->waits && !p->want_listener && !p->want_hello && !p->want_enforcement && !p->want_small &&
	       !running(p->listener) && !running(p->hello) && !running(p->enforcement) &&
	       !running(p->small);
}

void endpoint_probe_cut(struct endpoint_probe *p)
{
	p->cut = true;
	p->waits = false;
	p->want_listener = p->want_hello = p->want_enforcement = p->want_small = false;
	uv_timer_stop(&p->timer);
	if (p->listener != NULL)
		dialogue_cut(p->listener);
	if (p->hello != NULL)
		dialogue_cut(p->hello);
	if (p->enforcement != NULL)
		dialogue_cut(p->enforcement);
	if (p->small != NULL)
		dialogue_cut(p->small);
}

/* ---- the second try ------------------------------------------------------------------------ */

/* The reply that turned the main dialogue away and that our own other connections may have
 * caused; a close instead of a greeting counts where there were others. NULL: none. */
static struct obs_reply *limit_met(const struct endpoint_probe *p)
{
	struct dialogue *d = p->tls ? p->hello : p->listener;
	struct obs_endpoint *r;

	if (p->joined || d == NULL || (p->tls && !port_is_tls_first(p->port)))
		return NULL;
	r = dialogue_record(d);
	if (r->greeting.code == 421 ||
	    ((r->greeting.outcome == OUT_CLOSED || r->greeting.outcome == OUT_RESET) &&
	     r->greeting.lines.count == 0 && (p->enforcement != NULL || p->hello != NULL)))
		return &r->greeting;
	if (r->ehlo.reply.code == 421)
		return &r->ehlo.reply;
	if ((r->starttls.reply.code == 421 || r->starttls.reply.code == 454) &&
	    endpoint_join_limit(&r->starttls.reply))
		return &r->starttls.reply;
	return NULL;
}

bool endpoint_probe_turned_away(const struct endpoint_probe *p)
{
	return !p->alone && !p->cut && endpoint_probe_done(p) && limit_met(p) != NULL;
}

void endpoint_probe_repeat_alone(struct endpoint_probe *p)
{
	struct obs_reply *limit = limit_met(p);

	if (limit != NULL)
		MOVE(p->turned_away, *limit);
	dialogue_free(p->listener);
	dialogue_free(p->hello);
	dialogue_free(p->enforcement);
	p->listener = p->hello = p->enforcement = NULL;
	p->alone = p->enforcement_repeated = true;
	p->plaintext = p->tls = false;
	p->want_hello = port_is_tls_first(p->port);
	p->want_listener = !p->want_hello;
}

/* ---- the record --------------------------------------------------------------------------- */

static void add_small_segments(const struct endpoint_probe *p, struct obs_endpoint *to)
{
	if (p->small == NULL)
		return;
	to->small_segments.mss = least_segment(p);
	to->small_segments.outcome = dialogue_record(p->small)->tls.outcome;
	if (to->mode == MODE_SILENT && dialogue_heard_tls(p->small))
		to->mode = MODE_IMPLICIT_TLS;
	to->small_segments.us = dialogue_shaken_us(p->small);
}

static void join(struct endpoint_probe *p, struct obs_endpoint *to)
{
	struct dialogue *main_one = p->tls || p->listener == NULL ? p->hello : p->listener;
	struct obs_endpoint *r = main_one != NULL ? dialogue_record(main_one) : NULL;

	if (r != NULL)
		MOVE(*to, *r);
	else
		endpoint_join_nothing(to);
	to->repeated = p->alone;
	MOVE(to->turned_away, p->turned_away);
	add_small_segments(p, to);
	if (main_one == p->listener && p->hello != NULL && !p->plaintext)
		endpoint_join_hello(to, dialogue_record(p->hello));
	if (p->enforcement != NULL && to->mode == MODE_PLAINTEXT)
		endpoint_join_enforcement(to, dialogue_record(p->enforcement));
	to->host = p->host;
	to->address = p->address;
	to->family = p->family;
	to->port = p->port;
	to->role = role_of_port(p->port);
	p->host = p->address = NULL;
}

/* ---- sharing ------------------------------------------------------------------------------ */

static void on_settled(struct pool_share *share);

static void ask_pool(struct endpoint_probe *p)
{
	struct pool_door *pool = p->settings->pool;

	p->waits = false;
	if (pool == NULL)
		return;
	switch (endpoint_pool_ask(pool, &p->share, p->host, p->address, p->port, &p->record, on_settled)) {
	case POOL_KNOWN:
		p->joined = true;
		p->want_listener = p->want_hello = false;
		break;
	case POOL_WAIT:
		p->waits = true;
		break;
	case POOL_YOURS:
		break;
	}
}

static void on_settled(struct pool_share *share)
{
	struct endpoint_probe *p = (struct endpoint_probe *)((char *)share - offsetof(struct endpoint_probe, share));

	ask_pool(p);
	p->changed(p->owner, p);
}

/* What was cut or turned away says nothing that is good for others. */
void endpoint_probe_share(struct endpoint_probe *p)
{
	if (p->settings->pool == NULL || p->joined || p->cut || !endpoint_probe_done(p) ||
	    (limit_met(p) != NULL && !p->alone))
		return;
	p->joined = true;
	join(p, &p->record);
	endpoint_pool_tell(p->settings->pool, &p->share, &p->record);
}

/* ---- life --------------------------------------------------------------------------------- */

struct endpoint_probe *endpoint_probe_new(const struct probe_settings *settings, const char *host,
					  const char *address, enum family family, unsigned port,
					  uint64_t started_ns, endpoint_fn *on_change, void *owner)
{
	struct endpoint_probe *p = mem_zalloc(1, sizeof *p);

	p->settings = settings;
	p->host = mem_strdup(host);
	p->address = mem_strdup(address);
	p->family = family;
	p->port = port;
	p->started_ns = started_ns;
	p->changed = on_change;
	p->owner = owner;
	uv_timer_init(settings->loop, &p->timer);
	p->timer.data = p;
	p->want_hello = port_is_tls_first(port);
	p->want_listener = !endpoint_race_hello_first(p);
	ask_pool(p);
	return p;
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void endpoint_probe_take(struct endpoint_probe *p, struct obs_endpoint *to)
{
	endpoint_probe_cut(p);
	if (p->settings->pool != NULL)
		endpoint_pool_give_up(p->settings->pool, &p->share);
	if (p->joined)
		MOVE(*to, p->record);
	else
		join(p, to);
	free(p->host);
	free(p->address);
	dialogue_free(p->listener);
	dialogue_free(p->hello);
	dialogue_free(p->enforcement);
	dialogue_free(p->small);
	obs_reply_clear(&p->turned_away);
	uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}

const char *endpoint_probe_host(const struct endpoint_probe *p)
{
	return p->host != NULL ? p->host : p->record.host;
}

const char *endpoint_probe_address(const struct endpoint_probe *p)
{
	return p->address != NULL ? p->address : p->record.address;
}

unsigned endpoint_probe_port(const struct endpoint_probe *p)
{
	return p->port;
}

void endpoint_probe_reach(const struct endpoint_probe *p, struct endpoint_reach *to)
{
	struct dialogue *d = p->tls || p->listener == NULL ? p->hello : p->listener;
	const struct syn_watched *syns;

	memset(to, 0, sizeof *to);
	if (p->joined) {
		to->reach = endpoint_reach_of(&p->record.connect);
		to->record = &p->record;
		to->age_us = p->record.connect.us;
		to->local_drop = p->record.connect.local_drop;
		return;
	}
	if (d == NULL)
		return;
	syns = dialogue_syns(d);
	to->record = dialogue_record(d);
	if (dialogue_phase(d) == PHASE_CONNECTING)
		to->reach = dialogue_age_us(d) < REACH_SILENT_US ? REACH_WAITING : REACH_SILENT;
	else
		to->reach = endpoint_reach_of(&to->record->connect);
	to->age_us = dialogue_age_us(d);
	to->local_drop = syn_watch_local_drop(syns);
	to->resent = syns->left + syns->failed;
	to->resent_failed = syns->failed;
}

static bool is_held(const struct dialogue *d)
{
	return d != NULL && dialogue_is_held(d);
}

bool endpoint_probe_waits(const struct endpoint_probe *p)
{
	return p->waits;
}

bool endpoint_probe_is_held(const struct endpoint_probe *p)
{
	return p->waits || is_held(p->listener) || is_held(p->hello) || is_held(p->enforcement) || is_held(p->small);
}

/* Where each way loses 5 % of the packets, seven SYNs in a row go unanswered once in 10 million times. */
void endpoint_probe_conclude(struct endpoint_probe *p)
{
	static const int64_t after_us = 2250000;
	enum { SYNS = 7 };

	if (p->listener != NULL)
		dialogue_conclude(p->listener, after_us, SYNS);
	if (p->hello != NULL)
		dialogue_conclude(p->hello, after_us, SYNS);
}

const char *endpoint_probe_waits_for(const struct endpoint_probe *p)
{
	const struct dialogue *order[] = {p->tls ? NULL : p->listener, p->hello, p->enforcement,
					  p->small};

	for (size_t i = 0; i < COUNT(order); i++)
		if (running(order[i]))
			return dialogue_waits_for(order[i]);
	return p->waits ? "another target's probe of it" : "its turn";
}

int64_t endpoint_probe_age_us(const struct endpoint_probe *p)
{
	return p->opened_ns != 0 ? (int64_t)((uv_hrtime() - p->opened_ns) / 1000) : 0;
}
