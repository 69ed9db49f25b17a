/* SPDX-License-Identifier: MIT
 *
 * Probes one target: resolves it, then every mail host x address x port at once, and hands
 * over one observation. */
#ifndef PROBE_TARGET_PROBE_H
#define PROBE_TARGET_PROBE_H

#include "plan/target.h"
#include "probe/endpoint_probe.h"
#include "probe/settings.h"

struct target_probe;

/* Called once; the observation is then complete. Not from within target_probe_new(). */
typedef void target_fn(void *owner, struct target_probe *p);

/* The target is borrowed. Questions and connects are under way when this returns. */
struct target_probe *target_probe_new(const struct probe_settings *settings,
				      const struct target *target, target_fn *done, void *owner);

/* Ctrl-C: ends it now; done is called from the loop, with what is known. */
void target_probe_cut(struct target_probe *p);

/* The observation of a probe that is done, the caller's from now on; frees the probe. */
void target_probe_take(struct target_probe *p, struct observation *to);

/* For the progress display: calls fn for each endpoint that is not done, and with a line of
 * words (endpoint NULL) for what is known or done besides. */
typedef void waiting_fn(void *arg, const struct endpoint_probe *e, const char *words);
void target_probe_waiting(const struct target_probe *p, waiting_fn *fn, void *arg);

#endif
