/* SPDX-License-Identifier: MIT
 *
 * Does this host's own stack refuse to send our SYNs? connect() does not say so when nftables, a
 * cgroup (systemd's IPAddressDeny=) or tc drops them. But Linux shows it twice: a retransmit that was
 * refused is not counted as outstanding in its socket's TCP_INFO, and it is counted for the whole
 * network namespace in TcpExt TCPRetransFail (tcp_retransmit_skb()). Only both together count: other
 * programs' refused packets raise the counter as well, so it is read in slices of time that are short
 * enough to tell them from ours. */
#ifndef NET_SYN_WATCH_H
#define NET_SYN_WATCH_H

#include <uv.h>

#include "record/observation.h"

struct syn_watch;

/* One connecting socket; lives in its owner, from syn_watch_add() to syn_watch_remove(). */
struct syn_watched {
	struct syn_watched *next;
	int fd;
	unsigned resent;           /* retransmits up to the last slice */
	unsigned left, failed;     /* those that surely left this host, and surely did not */
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
