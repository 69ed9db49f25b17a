/* SPDX-License-Identifier: MIT
 *
 * Each endpoint once: what was seen of host, address and port for one target of a run is good for the
 * others that meet it soon (most domains of a long list sit behind few mail hosts). All event loops of
 * a run share one pool; each has a door of its own to it, as who waits must be told by his own loop. */
#ifndef PROBE_ENDPOINT_POOL_H
#define PROBE_ENDPOINT_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "record/observation.h"

struct endpoint_pool;
struct pool_door;
struct pool_entry;

/* One who asks; lives in its owner, who zeroes it. */
struct pool_share {
	struct pool_share *next;
	struct pool_door *door;
	struct pool_entry *entry;  /* NULL: none of its business any more */
	bool probes;               /* it is the one who probes for all */
	bool woken;
	void (*settled)(struct pool_share *s);
};

/* Records are good for so long, and at most that many are kept. */
struct endpoint_pool *endpoint_pool_new(int64_t good_for_us, size_t most);

/* How long a record with that connect is good: what failed in this host, for some seconds only. */
int64_t endpoint_pool_good_for_us(const struct endpoint_pool *p, const struct obs_connect *c);

/* When all doors are closed. */
void endpoint_pool_free(struct endpoint_pool *p);

/* What follows is for the thread of the door's loop alone. */
struct pool_door *pool_door_new(struct endpoint_pool *p, uv_loop_t *loop);

/* All its shares must have been given up. The memory goes when the loop has closed the handle. */
void pool_door_free(struct pool_door *d);

enum pool_answer {
	POOL_KNOWN,  /* *to is a copy of what was seen, the caller's */
	POOL_WAIT,   /* somebody probes it: settled(s) is called from the loop, and then this again */
	POOL_YOURS   /* probe it, then say what was seen, or give up */
};
enum pool_answer endpoint_pool_ask(struct pool_door *d, struct pool_share *s, const char *host,
				   const char *address, unsigned port, struct obs_endpoint *to,
				   void (*settled)(struct pool_share *s));

/* By the one whose it was: the record is copied. */
void endpoint_pool_tell(struct pool_door *d, struct pool_share *s, const struct obs_endpoint *e);

/* It waits or probes no more; where it probed, the next who waits is to. Harmless where it has told. */
void endpoint_pool_give_up(struct pool_door *d, struct pool_share *s);

#endif
