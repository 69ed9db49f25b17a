/* SPDX-License-Identifier: MIT
 *
 * What several rules ask about where a port is blocked: facts.h, continued. */
#ifndef DIAGNOSE_FACTS_PATH_H
#define DIAGNOSE_FACTS_PATH_H

#include "record/observation.h"

/* Where a silent port is dropped, as far as that was confirmed, and is the matter: not for one that
 * need not be open, is open at another address, or has NET_25_465_SILENT's pattern. */
enum drop_place { DROP_NOT_PLACED, DROPPED_NEAR_HERE, DROPPED_ON_THE_WAY, DROPPED_NEAR_HOST };
enum drop_place facts_drop_place(const struct observation *o, const struct obs_endpoint *e);

/* Another address is blocked after the same router, far from both. */
bool facts_stops_where_others_stop(const struct observation *o, const struct obs_path *p);

/* Was that port probed, and did nobody answer, at any host? */
bool facts_silent_everywhere(const struct observation *o, unsigned port);

/* What Hetzner Cloud blocks (symptom N02), with 587 open: one cause for both ports, unless they were
 * found to be dropped at the host's end. */
bool facts_25_and_465_silent(const struct observation *o);

/* Is it about the endpoint: the same one from elsewhere, or its port at another address? */
bool facts_compares(const struct obs_comparison *c, const struct obs_endpoint *e);

/* On which side a port is blocked that should be open, as far as comparisons tell. */
enum facts_side {
	SIDE_NOT_TOLD,
	SIDE_OURS,             /* it fails at the control hosts as well, or opens from elsewhere */
	SIDE_THEIRS,           /* it opens at a control host */
	SIDE_THEIRS_PERHAPS    /* it fails by the proxy as well */
};
enum facts_side facts_side(const struct observation *o, const struct obs_endpoint *e);

/* A router or host said by ICMP that a rule forbids the port, rather than that there is no way. */
bool facts_rejected_by_firewall(const struct observation *o, const struct obs_endpoint *e);

#endif
