/* SPDX-License-Identifier: MIT
 *
 * The few values of the command line that probing needs, and what all probes of a run share.
 * Read-only while probes run; borrowed by all of them. */
#ifndef PROBE_SETTINGS_H
#define PROBE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "net/conn_gate.h"
#include "net/here.h"
#include "net/resolver.h"
#include "net/syn_watch.h"
#include "net/tls_context.h"
#include "plan/target.h"
#include "record/observation.h"

struct address_pool;
struct pool_door;
struct exclusions;

struct probe_settings {
	uv_loop_t *loop;
	struct resolver *resolver;
	struct tls_context *tls;
	struct conn_gate *gate;
	struct syn_watch *syn_watch;
	struct here *here;
	struct address_pool *addresses; /* of mail hosts, that targets share; NULL: none are shared */
	struct pool_door *pool;        /* of endpoints that targets share; NULL: none are shared */
	const unsigned *ports;
	size_t port_count;
	bool family[FAMILY_COUNT];     /* which are tried */
	const struct exclusions *excluded; /* hosts and addresses that are not probed; NULL: none */
	const char *ehlo;              /* NULL: the address literal of our own end */
	const char *contact;           /* said to each server; NULL: nothing is */
	const char *sni;               /* NULL: the host's name; "": none */
	int64_t message_size;          /* to ask about, bytes before encoding; 0: do not ask */
	enum trace_when trace;
	bool of_list;                  /* of many: silence is settled sooner, by SYNs of further sockets */
	bool enforcement;              /* test whether TLS or log-in is demanded, on a connection of its own */
	unsigned *tracing;             /* addresses being traced now, of all targets, per family */
	const struct target *controls; /* hosts to compare with, each a host or an address */
	size_t control_count;
	const char *from;              /* compare with connects from this address or interface; NULL: none */
	const struct target *socks5;   /* compare with connects by this proxy; NULL: none */
	int64_t timeout_us;            /* the whole target */
	int64_t connect_us, greeting_us, reply_us, tls_us;
};

/* Politeness (limits that servers set are per client address and listener; Courier's, the
 * lowest by default, is 4): two connections to one address and port at most - a dialogue and
 * either the other side of the mode race or the enforcement test - and six to one address. */
enum { CONNECTIONS_PER_ADDRESS = 6 };

#endif
