/* SPDX-License-Identifier: MIT
 *
 * The addresses of mail hosts, asked for once: questions for A and AAAA records that targets of a run
 * share while their answers are good (RFC 1035 3.2.1, TTL). */
#ifndef PROBE_ADDRESS_POOL_H
#define PROBE_ADDRESS_POOL_H

#include "net/resolver.h"

struct address_pool;

/* Of the answers as many are kept; the resolver is borrowed. */
struct address_pool *address_pool_new(uv_loop_t *loop, struct resolver *r, size_t most);

/* After resolver_free(). The memory goes when the loop has closed the handle. */
void address_pool_free(struct address_pool *p);

/* As resolver_ask() and resolver_cancel(), but that fn is given no answer besides *q. An answer that was
 * there already has q->seen_at. What failed is kept for nobody. */
void address_pool_ask(struct address_pool *p, const char *name, uint16_t type, resolver_fn *fn, void *arg);
void address_pool_cancel(struct address_pool *p, void *arg);

#endif
