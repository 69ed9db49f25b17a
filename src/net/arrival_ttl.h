/* SPDX-License-Identifier: MIT
 *
 * With which TTL does the answer of a port arrive, its SYN-ACK or RST? A process without privilege
 * cannot read it, but it can have the kernel ignore what arrives with less than a threshold
 * (IP_MINTTL, IPV6_MINHOPCOUNT; RFC 5082), so the highest threshold that is still answered is it.
 * A RST that was forged on the way mostly arrives with another TTL than the destination's answers. */
#ifndef NET_ARRIVAL_TTL_H
#define NET_ARRIVAL_TTL_H

#include <uv.h>

struct arrival_ttl;

/* Never called from within an arrival_ttl_ function. */
typedef void arrival_ttl_fn(void *owner, struct arrival_ttl *a);

/* At most 3 SYNs at a time, 17 in all; a handshake is completed by few of them, and closed at once.
 * guess: the TTL that is likely, which then takes 3 SYNs; 0: none is. */
struct arrival_ttl *arrival_ttl_new(uv_loop_t *loop, const char *address, unsigned port,
				    unsigned guess, arrival_ttl_fn *done, void *owner);

/* 1 to 255; 0: not found (nothing answered, answers were lost, or the system cannot do it). */
unsigned arrival_ttl_found(const struct arrival_ttl *a);

unsigned arrival_ttl_port(const struct arrival_ttl *a);
void arrival_ttl_free(struct arrival_ttl *a);

#endif
