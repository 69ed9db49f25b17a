/* SPDX-License-Identifier: MIT
 *
 * The inside of an endpoint's probe, for the files that carry it out. No one else includes it. */
#ifndef PROBE_ENDPOINT_INTERNAL_H
#define PROBE_ENDPOINT_INTERNAL_H

#include "probe/dialogue.h"
#include "probe/endpoint_pool.h"
#include "probe/endpoint_probe.h"

struct endpoint_probe {
	const struct probe_settings *settings;
	char *host, *address;
	enum family family;
	unsigned port;
	uint64_t started_ns, opened_ns;
	endpoint_fn *changed;
	void *owner;
	uv_timer_t timer; /* first the mode race's, then the enforcement test's */
	struct dialogue *listener, *hello, *enforcement, *small;
	bool want_listener, want_hello, want_enforcement, want_small;
	bool enforcement_repeated, small_tried;
	struct obs_reply turned_away; /* the limit that the first try met */
	bool alone;	     /* the second try: one connection at a time */
	bool plaintext, tls; /* the mode race is decided */
	bool cut;
	struct pool_share share; /* first what is asked of the pool, then what it is told */
	bool waits;		 /* for the record of another target's probe */
	bool joined;		 /* `record` is complete: nothing is probed any more */
	struct obs_endpoint record;
};

static inline bool running(const struct dialogue *d)
{
	return d != NULL && dialogue_phase(d) != PHASE_OVER;
}

/* ---- the mode race, endpoint_race.c ----------------------------------------------------------- */

/* The listener is connected: if it hears nothing for a while, a ClientHello is to be sent. */
void endpoint_race_begin(struct endpoint_probe *p);

/* The port listens in the clear; or speaks TLS. The other side has lost. */
void endpoint_race_plaintext(struct endpoint_probe *p);
void endpoint_race_tls(struct endpoint_probe *p);

/* Is the ClientHello sent alone, and no listener wanted yet? */
bool endpoint_race_hello_first(const struct endpoint_probe *p);

/* Where it is: the listener is wanted once it is clear that TLS does not come first here. */
void endpoint_race_hello_changed(struct endpoint_probe *p);

#endif
