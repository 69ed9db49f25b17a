/* SPDX-License-Identifier: MIT
 *
 * Each endpoint once: what was seen of host, address and port for one target of a run is good for the
 * others that meet it soon (most domains of a long list sit behind few mail hosts). */
#ifndef PROBE_ENDPOINT_POOL_H
#define PROBE_ENDPOINT_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "record/observation.h"

struct endpoint_pool;
struct pool_entry;

/* One who asks; lives in its owner, who zeroes it. */
struct pool_share {
	struct pool_share *next;
	struct pool_entry *entry;  /* NULL: none of its business any more */
	bool probes;               /* it is the one who probes for all */
	bool woken;
	void (*settled)(struct pool_share *s);
};

/* Records are good for so long, and at most that many are kept. */
struct endpoint_pool *endpoint_pool_new(uv_loop_t *loop, int64_t good_for_us, size_t most);

/* All shares must have been given up. The memory goes when the loop has closed the handle. */
void endpoint_pool_free(struct endpoint_pool *p);

enum pool_answer {
	POOL_KNOWN,  /* *to is a copy of what was seen, the caller's */
	POOL_WAIT,   /* somebody probes it: settled(s) is called from the loop, and then this again */
	POOL_YOURS   /* probe it, then say what was seen, or give up */
};
enum pool_answer endpoint_pool_ask(struct endpoint_pool *p, struct pool_share *s, const char *host,
				   const char *address, unsigned port, struct obs_endpoint *to,
				   void (*settled)(struct pool_share *s));

/* By the one whose it was: the record is copied. */
void endpoint_pool_tell(struct endpoint_pool *p, struct pool_share *s, const struct obs_endpoint *e);

/* It waits or probes no more; where it probed, the next who waits is to. Harmless where it has told. */
void endpoint_pool_give_up(struct endpoint_pool *p, struct pool_share *s);

#endif
