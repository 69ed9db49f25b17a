/* SPDX-License-Identifier: MIT
 *
 * Which mode a port speaks: whoever is answered first in its own language, a listener in the clear or a
 * ClientHello, has won. */
#include "probe/endpoint_internal.h"

#include "plan/target.h"

/* A greeting may be held back on purpose (postscreen's greet_wait is 6 s, but it sends a teaser
 * line at once), so speaking up early is only done on a second connection, and not at once. */
#define RACE_AFTER_US 2000000

static int64_t race_after(const struct endpoint_probe *p)
{
	int64_t half = p->settings->greeting_us / 2;

	return half < RACE_AFTER_US ? half : RACE_AFTER_US;
}

static void on_race(uv_timer_t *timer)
{
	struct endpoint_probe *p = timer->data;

	if (p->alone || p->plaintext || !running(p->listener) || p->hello != NULL)
		return;
	/* The test listens to the same silence; it gives up its place and comes again if the
	 * listener hears something after all. */
	dialogue_free(p->enforcement);
	p->enforcement = NULL;
	p->want_enforcement = false;
	p->want_hello = true;
	p->changed(p->owner, p);
}

void endpoint_race_begin(struct endpoint_probe *p)
{
	uv_timer_start(&p->timer, on_race, (uint64_t)race_after(p) / 1000, 0);
}

void endpoint_race_plaintext(struct endpoint_probe *p)
{
	p->plaintext = true;
	p->want_hello = false;
	p->want_enforcement |= p->settings->enforcement && p->enforcement == NULL && !p->alone;
	uv_timer_stop(&p->timer);
	if (p->hello != NULL)
		dialogue_cut(p->hello);
}

void endpoint_race_tls(struct endpoint_probe *p)
{
	p->tls = true;
	p->want_listener = p->want_enforcement = false;
	uv_timer_stop(&p->timer);
	if (p->listener != NULL)
		dialogue_cut(p->listener);
	if (p->enforcement != NULL)
		dialogue_cut(p->enforcement);
}

bool endpoint_race_hello_first(const struct endpoint_probe *p)
{
	return p->settings->of_list && port_is_tls_first(p->port) && p->listener == NULL && !p->alone && !p->tls;
}

static void on_hello_unanswered(uv_timer_t *timer)
{
	struct endpoint_probe *p = timer->data;

	if (!endpoint_race_hello_first(p))
		return;
	p->want_listener = true;
	p->changed(p->owner, p);
}

void endpoint_race_hello_changed(struct endpoint_probe *p)
{
	enum dialogue_phase phase = dialogue_phase(p->hello);

	if (phase == PHASE_UP)
		uv_timer_start(&p->timer, on_hello_unanswered, (uint64_t)race_after(p) / 1000, 0);
	else if (phase == PHASE_OVER)
		p->want_listener = dialogue_record(p->hello)->connect.outcome == OUT_OK;
}
