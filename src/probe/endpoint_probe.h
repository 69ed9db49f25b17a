/* SPDX-License-Identifier: MIT
 *
 * Probes one endpoint (host x address x port) to the end: the main dialogue, the mode race and
 * the enforcement test, joined into one record. */
#ifndef PROBE_ENDPOINT_PROBE_H
#define PROBE_ENDPOINT_PROBE_H

#include "probe/endpoint_reach.h"
#include "probe/settings.h"

struct endpoint_probe;

/* changed: it has come to its end, or one of its connections has ended. */
typedef void endpoint_fn(void *owner, struct endpoint_probe *p);

struct endpoint_probe *endpoint_probe_new(const struct probe_settings *settings, const char *host,
					  const char *address, enum family family, unsigned port,
					  uint64_t started_ns, endpoint_fn *changed, void *owner);

/* Opens the connections that are due, at most `room` of them. Called at the start and
 * whenever room has become free. */
void endpoint_probe_go(struct endpoint_probe *p, unsigned room);

/* How many connections it has that a server may be counting. */
unsigned endpoint_probe_connections(const struct endpoint_probe *p);

bool endpoint_probe_done(const struct endpoint_probe *p);

/* Is it done, but only because a greeting turned it away for a while, when we may have had more
 * connections open than the server allows? It may then be tried once more, with one connection
 * at a time, when nothing else of ours is open to the address. */
bool endpoint_probe_turned_away(const struct endpoint_probe *p);
void endpoint_probe_repeat_alone(struct endpoint_probe *p);

/* Lets other targets have its record, where it is done and good for them. To be called after whatever
 * changed it. */
void endpoint_probe_share(struct endpoint_probe *p);

/* Ends it now; what is under way is CUT_SHORT. */
void endpoint_probe_cut(struct endpoint_probe *p);

/* The record of a probe that is done or cut, moved to *to; frees the probe. */
void endpoint_probe_take(struct endpoint_probe *p, struct obs_endpoint *to);

const char *endpoint_probe_host(const struct endpoint_probe *p);
const char *endpoint_probe_address(const struct endpoint_probe *p);
unsigned endpoint_probe_port(const struct endpoint_probe *p);

/* How far its connect has got. */
void endpoint_probe_reach(const struct endpoint_probe *p, struct endpoint_reach *to);

/* Does it wait for another target's probe, with nothing open? */
bool endpoint_probe_waits(const struct endpoint_probe *p);

/* Does it wait for a place at the gate, or for another target's probe? That is not its own time. */
bool endpoint_probe_is_held(const struct endpoint_probe *p);

/* The address has answered at another port: what still connects here is silent, where it has been for long
 * enough. */
void endpoint_probe_conclude(struct endpoint_probe *p);

/* For the progress display: what it waits for, and for how long. */
const char *endpoint_probe_waits_for(const struct endpoint_probe *p);
int64_t endpoint_probe_age_us(const struct endpoint_probe *p);

#endif
