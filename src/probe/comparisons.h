/* SPDX-License-Identifier: MIT
 *
 * All comparisons of one target: the control hosts at once, every endpoint from the other source and
 * by the proxy once its own connects have come to something, so that a server never sees more
 * connections of ours than it would without. */
#ifndef PROBE_COMPARISONS_H
#define PROBE_COMPARISONS_H

#include "probe/endpoint_probe.h"
#include "probe/settings.h"

struct comparisons;

/* Called from the loop when something has come to its end. */
typedef void comparisons_fn(void *owner);

/* port: the one that the target names; 0: those of the settings. */
struct comparisons *comparisons_new(const struct probe_settings *settings, unsigned port,
				    comparisons_fn *changed, void *owner);

/* Starts what is due. To be called whenever an endpoint has changed, and every now and then. */
void comparisons_advance(struct comparisons *c, struct endpoint_probe *const *endpoints, size_t count);

/* Nothing is under way, and nothing is to come for endpoints that are all done. */
bool comparisons_done(const struct comparisons *c);

/* Adds what was found to the record; frees. */
void comparisons_take(struct comparisons *c, struct observation *to);

#endif
