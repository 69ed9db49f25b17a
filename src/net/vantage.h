/* SPDX-License-Identifier: MIT
 *
 * What this host would use to reach an address, asked of the kernel; nothing is sent. */
#ifndef NET_VANTAGE_H
#define NET_VANTAGE_H

#include "record/observation.h"

/* Is there a route of that family towards the address (NULL: towards the Internet at large),
 * and from which source address? A connect() of a datagram socket only looks up the route. */
void vantage_route(struct obs_route *to, enum family family, const char *address);

#endif
