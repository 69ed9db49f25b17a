/* SPDX-License-Identifier: MIT
 *
 * A further socket that connects to where another has got no answer yet: its SYNs stand between those
 * that the kernel repeats (0, 1, 2 s ...; RFC 6298), so that enough are lost to call a port silent
 * sooner than the kernel alone would send as many. */
#ifndef NET_SPARE_SYN_H
#define NET_SPARE_SYN_H

#include "net/conn_gate.h"
#include "net/syn.h"

struct spare_syn;

/* There is an answer, or an error: the connect has ended, as far as this socket goes. */
typedef void spare_syn_fn(void *to, struct spare_syn *s);

/* All borrowed. NULL: there is no room for it now, or this host cannot open it. */
struct spare_syn *spare_syn_open(struct conn_gate *gate, const char *address, unsigned port,
				 const struct syn_options *options, spare_syn_fn *ended, void *to);

/* SYNs that it has sent. */
unsigned spare_syn_sent(const struct spare_syn *s);

/* Its connection takes the place of fd's, which is closed. spare_syn_close() is still to come. */
void spare_syn_give(struct spare_syn *s, int fd);

/* NULL is harmless. The memory goes when the loop has closed the handle. */
void spare_syn_close(struct spare_syn *s);

#endif
