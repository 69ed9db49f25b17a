/* SPDX-License-Identifier: MIT
 *
 * Does this host's own stack refuse to send our SYNs? connect() does not say so when nftables, a
 * cgroup (systemd's IPAddressDeny=) or tc drops them, and TCP_INFO looks as for a drop far away.
 * But Linux counts each retransmit that could not leave (TcpExt TCPRetransFail, see
 * tcp_retransmit_skb()), for the whole network namespace; so the rise of the counter is compared
 * with our own retransmits, in slices of time short enough to tell them from other programs'. */
#ifndef NET_SYN_WATCH_H
#define NET_SYN_WATCH_H

#include <uv.h>

#include "record/observation.h"

struct syn_watch;

/* One connecting socket; lives in its owner, from syn_watch_add() to syn_watch_remove(). */
struct syn_watched {
	struct syn_watched *next;
	int fd;
	unsigned seen;             /* its retransmits up to the last slice */
	unsigned resent;           /* retransmits */
	unsigned left, failed;     /* those that surely left this host, and surely did not; which of
	                            * them did is not to be told in a slice where some of all did */
};

/* NULL never; on systems without the counter it watches in vain. */
struct syn_watch *syn_watch_new(uv_loop_t *loop);
void syn_watch_free(struct syn_watch *w);

void syn_watch_add(struct syn_watch *w, struct syn_watched *s, int fd);

/* Counts what has happened up to now. To be called before the socket is closed; harmless for one
 * that was not added. */
void syn_watch_remove(struct syn_watch *w, struct syn_watched *s);

/* YES: its retransmits could not leave. NONE: it made none, or they cannot be told from others. */
enum known syn_watch_local_drop(const struct syn_watched *s);

/* The counter in the text of /proc/net/netstat; false: it is not there. */
bool syn_watch_parse(const char *netstat, unsigned long *failures);

#endif
