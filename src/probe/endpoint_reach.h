/* SPDX-License-Identifier: MIT
 *
 * What a connect says of whether an endpoint can be reached. */
#ifndef PROBE_ENDPOINT_REACH_H
#define PROBE_ENDPOINT_REACH_H

#include <stdint.h>

#include "record/observation.h"

/* How far an endpoint's connect has got, for those who compare ports. */
struct endpoint_reach {
	enum reach {
		REACH_NOT_BEGUN,
		REACH_WAITING,         /* for less than REACH_SILENT_US */
		REACH_SILENT,          /* for longer, or until its deadline */
		REACH_OPEN,
		REACH_REFUSED,         /* by a RST */
		REACH_REJECTED,        /* by an ICMP error that another host sent */
		REACH_HERE             /* failed in this host, or was cut */
	} reach;
	int64_t age_us;                    /* since the connect began */
	enum known local_drop;
	unsigned resent, resent_failed;    /* SYNs whose fate is known */
	const struct obs_endpoint *record; /* what is known so far; NULL: nothing */
};

/* A SYN that got no answer by now has been sent twice (RFC 6298 2: after 1 s). */
#define REACH_SILENT_US 1100000

/* What the connect came to, once it has ended. */
enum reach endpoint_reach_of(const struct obs_connect *c);

#endif
