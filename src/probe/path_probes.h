/* SPDX-License-Identifier: MIT
 *
 * Decides for one target which ports of which addresses are worth finding out where they are
 * blocked, and has it done (net/path_trace.h, net/arrival_ttl.h) beside the probes. Looks on only:
 * no probe waits for it. */
#ifndef PROBE_PATH_PROBES_H
#define PROBE_PATH_PROBES_H

#include "probe/endpoint_probe.h"
#include "probe/settings.h"

struct path_probes;

/* Called from the loop when something has come to its end. */
typedef void path_probes_fn(void *owner);

/* started_ns: the target's start. target: as it turns out; borrowed. */
struct path_probes *path_probes_new(const struct probe_settings *settings, uint64_t started_ns,
				    const struct obs_target *target, path_probes_fn *changed,
				    void *owner);

/* Starts what the endpoints as they stand make worthwhile. To be called whenever one of them has
 * changed, and every now and then: silence does not call. */
void path_probes_advance(struct path_probes *p, struct endpoint_probe *const *endpoints, size_t count);

/* Nothing is under way. */
bool path_probes_done(const struct path_probes *p);

/* For the progress display: what is known so far of each path that is being traced. */
typedef void path_probes_say_fn(void *arg, const char *what);
void path_probes_say(const struct path_probes *p, path_probes_say_fn *fn, void *arg);

/* Adds what was found, in the order of the endpoints, to a record that has those; frees. */
void path_probes_take(struct path_probes *p, struct observation *to);

#endif
