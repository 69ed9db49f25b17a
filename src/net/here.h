/* SPDX-License-Identifier: MIT
 *
 * What is known of the machine that probes from: gateways, cloud, container, its way to the Internet.
 * Read from a few dozen files, so not for each of many targets, but again after a while, as a laptop
 * changes its network. */
#ifndef NET_HERE_H
#define NET_HERE_H

#include "record/observation.h"

struct here;

struct here *here_new(void);
void here_free(struct here *h);

/* Fills what does not depend on the target: gateways, cloud, container, and the routes to the Internet at
 * large. */
void here_observe(struct here *h, struct obs_vantage *v);

#endif
