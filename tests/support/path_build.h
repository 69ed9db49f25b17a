/* SPDX-License-Identifier: MIT
 *
 * Paths written as one writes them down: a word a hop, from TTL 1 on.
 *
 *   192.0.2.1          time exceeded from there; with "@63": that TTL was left of its message
 *   *                  silence
 *   open, reset        SYN-ACK, RST
 *   !192.0.2.1/3/13    ICMP of that type and code from there; with "@63" as well */
#ifndef PATH_BUILD_H
#define PATH_BUILD_H

#include "record/observation.h"

void build_hops(struct obs_hop **hops, size_t *count, const char *words);

/* A path of that port of an address, beside 587, judged. */
struct obs_path *build_path(struct observation *o, const char *host, const char *address,
			    unsigned port, const char *hops, const char *control);

/* What was found when both were asked again, as a rule 2 and 2; judged once more. */
void build_asked_again(struct obs_path *p, unsigned rounds, unsigned control);

#endif
