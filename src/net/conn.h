/* SPDX-License-Identifier: MIT
 *
 * One TCP connection on the event loop: connect with a deadline, bytes in, bytes out. It knows
 * no protocol; how it ended is an outcome, never an error return. */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "net/conn_gate.h"
#include "net/syn.h"
#include "net/syn_watch.h"
#include "record/observation.h"

struct conn;

/* Called with the owner given to conn_open(); none is called from within a conn_ function. */
struct conn_events {
	void (*connected)(void *owner);                  /* conn_connect_result() says how */
	void (*readable)(void *owner);                   /* conn_in() has grown */
	void (*ended)(void *owner, enum outcome how);    /* CLOSED or RESET, after the last bytes */
	void (*deadline)(void *owner);                   /* the deadline that was armed */
};

/* Starts connecting to a textual address, of the mail host of that name (NULL: of none), as soon as the gate lets it, and closes the gate behind it in
 * conn_close(). The gate, the watch and the events are borrowed. */
struct conn *conn_open(struct conn_gate *gate, struct syn_watch *watch, const char *host,
		       const char *address, unsigned port, int64_t timeout_us, const struct syn_options *options,
		       const struct conn_events *events, void *owner);

/* What the kernel knows of the connection (tcp(7), TCP_INFO); all 0 where it does not tell. */
void conn_tcp_info(const struct conn *c, struct obs_tcp *to);

/* Closes; no event is called afterwards. The memory goes when the loop has closed the handles. */
void conn_close(struct conn *c);

/* The server has said 421: others wait longer. */
void conn_turned_away(struct conn *c);

/* Since when it connects, by uv_hrtime(); 0: it still waits at the gate. */
uint64_t conn_started_ns(const struct conn *c);

/* How the connect ended; valid from `connected` on. The caller copies what it keeps. */
const struct obs_connect *conn_connect_result(const struct conn *c);

/* Before that: the SYNs sent again, and whether this host refuses to send them. */
const struct syn_watched *conn_syns(const struct conn *c);

/* Before that: all SYNs sent, those of further sockets too (syn_options.spares). */
unsigned conn_syns_sent(const struct conn *c);

/* Before that: enough is known, its silence is the result; `connected` follows from the loop. */
void conn_conclude(struct conn *c);

struct buf *conn_in(struct conn *c);     /* received, not yet taken; the owner takes from it */
struct buf *conn_out(struct conn *c);    /* to be sent: fill it, then conn_flush() */

/* Sends what conn_out() holds, in one send where the kernel takes it, and asks for quick
 * acknowledgement of the reply (a server with Nagle's algorithm on holds its second small
 * write back until the first is acknowledged; Linux delays that by 40 ms). */
void conn_flush(struct conn *c);

/* One deadline from now on; 0: none. Replaces the one before. */
void conn_deadline(struct conn *c, int64_t us);

#endif
