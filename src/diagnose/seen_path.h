/* SPDX-License-Identifier: MIT
 *
 * How ICMP errors and paths are put into words, for evidence and for the picture of a path. */
#ifndef DIAGNOSE_SEEN_PATH_H
#define DIAGNOSE_SEEN_PATH_H

#include "base/buf.h"
#include "record/observation.h"

/* What kind of statement an ICMP error is. */
enum icmp_sense {
	ICMP_OTHER,
	ICMP_FIREWALL,         /* a rule forbids it: prohibited, by policy */
	ICMP_NO_ROUTE,         /* a router knows no way there */
	ICMP_NO_HOST,          /* the last router gets no answer from the host */
	ICMP_PORT              /* port or protocol unreachable: TCP hosts send a RST instead (RFC 1122
	                        * 3.2.2.1), so for TCP it is a firewall's as well */
};
enum icmp_sense icmp_sense(const struct obs_icmp *i);

/* "ICMP administratively prohibited (3/13)" */
void seen_icmp(struct buf *to, const struct obs_icmp *i);

/* "rejected by 192.0.2.1, hop 2, with ICMP host unreachable (3/1): EHOSTUNREACH after 1.2 ms"; p: the
 * path that was traced, or NULL. */
void seen_rejection(struct buf *to, const struct obs_connect *c, const struct obs_path *p);

/* How far the port gets, in one sentence without a full stop; as strong as the evidence is. */
void seen_path(struct buf *to, const struct obs_path *p);

/* The hop where the control port meets the host; 0: it does not. */
unsigned seen_path_distance(const struct obs_path *p);

#endif
