/* SPDX-License-Identifier: MIT
 *
 * How many connections an event loop has open at once, and how many it opens in a second; and, with
 * those of all threads, how many to one address or provider (net/conn_groups.h). Whoever does not fit waits; the time of a connect begins when it is let through, so that
 * what this host lacks is never taken for the silence of another. */
#ifndef NET_CONN_GATE_H
#define NET_CONN_GATE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "net/conn_groups.h"

struct conn_limits {
	unsigned open;         /* at once */
	unsigned per_second;   /* opened; 0: no limit */
	bool wait_for_ports;   /* as long as closed connections keep them; else it is soon told */
};

struct conn_gate;

/* One connection's place; lives in its owner, who zeroes it before gate_enter(). */
struct gate_pass {
	struct group_seat seat[CONN_GROUP_KINDS]; /* taken one after the other */
	struct gate_pass *next, *before;
	struct conn_gate *gate;
	const char *key[CONN_GROUP_KINDS];  /* the owner's; NULL: none is needed */
	enum { PASS_NONE, PASS_AT_GROUP, PASS_READY, PASS_OPEN } state;
	unsigned at;                        /* the seat that it waits for */
	uint64_t short_since_ns;            /* 0: nothing was short */
	void (*go)(struct gate_pass *p);
};

/* The groups are borrowed; all gates of a run have the same. */
struct conn_gate *conn_gate_new(uv_loop_t *loop, const struct conn_limits *limits, struct conn_groups *groups);

/* All passes must have left. The memory goes when the loop has closed the handle. */
void conn_gate_free(struct conn_gate *g);

uv_loop_t *conn_gate_loop(const struct conn_gate *g);

/* host: the name of the mail host, NULL: none. Both are borrowed until p leaves. True: it may be opened
 * now. False: go(p) is called when it may, never from within. */
bool conn_gate_enter(struct conn_gate *g, struct gate_pass *p, const char *address, const char *host,
		     void (*go)(struct gate_pass *p));

/* The server has turned it away with 421. */
void conn_gate_turned_away(struct gate_pass *p);

/* It could not be opened, since this host has no descriptor, port or memory left at the moment, as err
 * says. True: go(p) is called again, once others have been closed; for some seconds at most, or as long
 * as closed connections keep their ports, if so asked. False: it stays open to the gate, and what was short is to be told. */
bool conn_gate_shortage(struct conn_gate *g, struct gate_pass *p, int err);

/* It is closed, or wanted no more. Harmless where it has left. */
void conn_gate_leave(struct conn_gate *g, struct gate_pass *p);

/* A place for a socket beside one that has a pass, where there is room at once and nobody waits. It is
 * no further connection to the address: the other has got no answer. */
bool conn_gate_enter_spare(struct conn_gate *g);
void conn_gate_leave_spare(struct conn_gate *g);

/* Does anybody wait for room, and not only for an address or a provider? Then no more targets should be
 * begun. */
bool conn_gate_crowded(const struct conn_gate *g);

/* The errno values that mean a shortage of this host. */
bool conn_gate_is_shortage(int err);

/* Connections that fit below this process's limit of descriptors, raised as far as that is allowed,
 * with some left for files and questions, of each of so many event loops. */
unsigned conn_gate_room(unsigned loops);

#endif
