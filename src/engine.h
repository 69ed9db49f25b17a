/* SPDX-License-Identifier: MIT
 *
 * What all probes of a process share, from the options to the event loop: opened and checked before a
 * packet is sent, closed when the last probe is done. */
#ifndef ENGINE_H
#define ENGINE_H

#include <uv.h>

#include "options/options.h"
#include "probe/target_probe.h"

struct endpoint_pool;

typedef void engine_signal_fn(void *to);

struct engine {
	uv_loop_t loop;
	struct probe_settings settings;  /* a copy may differ in ports and deadlines */
	unsigned tracing[FAMILY_COUNT];
	uv_signal_t interrupt, terminate;
	engine_signal_fn *signalled;
	void *signalled_to;
};

/* What an engine has of a run, in which there may be several, each in a thread of its own. */
struct engine_share {
	unsigned nth, of;            /* from 0; the limits of the options are divided among them */
	struct endpoint_pool *pool;  /* of all; NULL: nothing is shared between targets */
	struct conn_groups *groups;  /* of all */
};

/* For engine_share; freed by conn_groups_free() when all engines are closed. */
struct conn_groups *engine_groups_new(const struct options *o);

/* A limit of the options, or what there is of a thing, divided: the nth's part. */
unsigned engine_part(const struct engine_share *s, unsigned whole);

/* The options are borrowed. False: e->msg says what this host lacks, and nothing is open. */
bool engine_open(struct engine *g, const struct options *o, const struct engine_share *share, struct err *e);

/* Runs the loop until nothing is left to do. `signalled` is called at the first
 * SIGINT or SIGTERM (NULL: they are another's); a second ends the process at once. The trust store is loaded on the way: what is
 * to be probed at once is best started before. */
void engine_run(struct engine *g, engine_signal_fn *signalled, void *to);

/* Closes what engine_open() opened; runs the loop once more, for the close callbacks of all. */
void engine_close(struct engine *g);

/* The record of a probe that is done, complete with the name of the tool; frees the probe. */
void engine_take(struct target_probe *p, struct observation *to);

#endif
