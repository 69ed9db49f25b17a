/* SPDX-License-Identifier: MIT
 *
 * The first SYN of a connection, and what came of it, watched as closely as the system lets a
 * process without privilege. Linux tells all of it; other systems tell errno, and what they do
 * not tell stays unknown in the record. */
#ifndef NET_SYN_H
#define NET_SYN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "record/observation.h"

struct syn_options {
	unsigned most_segment;     /* the largest segment the peer may send, bytes of data; 0: as
	                            * the path's MTU has it */
	unsigned ttl;              /* of our segments; 0: as the system has it */
	unsigned min_ttl;          /* answers that arrive with less are ignored; 0: none is */
	bool spares;               /* while nobody answers, send more SYNs, from sockets of their own; only
	                            * conn_open() does */
	const char *from;          /* our own address, or the interface to use; NULL: any */
};

/* A non-blocking socket that is connecting to a textual address, or connected. 0, and the caller
 * owns *fd; else the errno that this host said at once, and *fd is -1. */
int syn_open(int *fd, const char *address, unsigned port, const struct syn_options *options);

/* EADDRNOTAVAIL of connect() means two things: no port of ours is left for that address, which passes; or
 * there is no address of ours that could reach it, which does not. True: the former. */
bool syn_lacks_port(int err, const char *address, unsigned port);

/* How the connect ended, once the socket is writable or failed; also after a deadline (silent):
 * everything of *to but its time, local_drop and arrival_ttl. True: it is connected, and ICMP
 * errors are from now on left to TCP: with IP_RECVERR one of them would end the connection
 * (ip(7)), although TCP rides it out (RFC 9293 3.9.2.2, RFC 5927). */
bool syn_result(int fd, struct obs_connect *to, bool silent);

/* The same for what connect() or socket() said at once. */
void syn_failed(int err, struct obs_connect *to);

/* Can connections come from that address or interface? False: e->msg says why not. */
bool syn_may_come_from(const char *from, struct err *e);

/* Our own address of a socket, as text; NULL: it has none. Caller frees. */
char *syn_own_address(int fd);

#endif
