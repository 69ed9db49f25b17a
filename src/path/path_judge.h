/* SPDX-License-Identifier: MIT
 *
 * Where on the path a port stops working, judged from how far its SYNs got and how far those to
 * another port of the same address got. Pure: no sockets, no clock.
 *
 * A SYN that expires on its way is answered by the router where it does (ICMP time exceeded), so
 * the lowest TTL with another answer is the distance of who gives it. A router that filters
 * forwarded packets checks the TTL before, so that it still answers for an expiring one: whatever
 * blocks the port is the last hop that answers, or the next. Silence alone proves nothing: routers
 * send one host only few ICMP errors a second (Linux: 6, then 1 a second), so that a hop is held
 * against the port only after both ports were asked there in turn. */
#ifndef PATH_PATH_JUDGE_H
#define PATH_PATH_JUDGE_H

#include "record/observation.h"

/* Hops are in order of TTL, from 1, with none left out. */

/* The lowest TTL with an answer that is not "expired"; 0: there is none. */
unsigned path_end(const struct obs_hop *hops, size_t count);

/* The highest TTL before the end at which a router answered; 0: none did. */
unsigned path_last(const struct obs_hop *hops, size_t count);

/* The first hop past the port's last one where the control port is answered, while the port has no
 * end and the control port has one: what must be asked again before it counts. 0: none. */
unsigned path_gap(const struct obs_path *p);

/* A word about the host, not about the port: nobody answers ARP or neighbour discovery (RFC 1812
 * 5.2.7.1, RFC 4443 3.1). Firewalls are set up to say it, too. */
bool path_says_no_host(const struct obs_icmp *i);

/* An ICMP error of our own address ended the connect, and not because the next hop does not answer: a
 * firewall of this host sends it at once, while the kernel waits for ARP before it does. */
bool path_rejected_here(const struct obs_connect *c);

/* Fills verdict, after_hop, by_hop, by and confidence from the rest. own: our own address, or NULL. */
void path_judge(struct obs_path *p, const char *own);

#endif
