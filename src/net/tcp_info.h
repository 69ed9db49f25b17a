/* SPDX-License-Identifier: MIT
 *
 * What the kernel knows of a TCP connection. */
#ifndef NET_TCP_INFO_H
#define NET_TCP_INFO_H

#include <stdbool.h>

#include "record/observation.h"

/* Of an open socket; all 0 on systems without Linux's TCP_INFO, and 0 for what an old kernel
 * does not count. */
void tcp_info_read(int fd, struct obs_tcp *to);

/* The SYNs of a connecting socket that were sent again, and whether the last of them is on its way:
 * Linux counts a retransmit as outstanding only if its own stack took it (tcp_retransmit_skb()). */
struct tcp_info_syns {
	unsigned resent;
	bool out;
};
void tcp_info_syns_read(int fd, struct tcp_info_syns *to);

#endif
