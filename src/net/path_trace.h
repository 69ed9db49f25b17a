/* SPDX-License-Identifier: MIT
 *
 * How far SYNs to a few ports of one address get, hop by hop, beside those to a control port that
 * is known to be answered. Needs no privilege: each probe is a connect() with a small TTL, whose
 * ICMP answer is read from the socket's error queue (Linux 5.9 and later; commit 45af29ca761c).
 *
 * Polite: at most 5 probes of a port at a time, from the nearest hop on, none past the end that
 * was found; a probe that gets through is a handshake that is closed at once. */
#ifndef NET_PATH_TRACE_H
#define NET_PATH_TRACE_H

#include <uv.h>

#include "record/observation.h"

struct path_trace;
struct syn_watch;

enum { PATH_TRACE_PORTS = 3 };  /* the most that are traced beside the control port */

struct path_trace_plan {
	const char *host, *address;    /* borrowed */
	unsigned ports[PATH_TRACE_PORTS];
	size_t port_count;
	unsigned control_port;         /* 0: none is answered */
	const char *from;              /* as of syn_options; borrowed */
	int64_t deadline_us;           /* it ends by then, with what it knows */
};

/* done: all is known that will be. Never called from within a path_trace_ function. */
typedef void path_trace_fn(void *owner, struct path_trace *t);

struct path_trace *path_trace_new(uv_loop_t *loop, struct syn_watch *watch,
				  const struct path_trace_plan *plan, path_trace_fn *done,
				  void *owner);

/* That port has been answered after all, so that it is traced no longer and not reported. */
void path_trace_drop_port(struct path_trace *t, unsigned port);

/* Appends what is known, judged, one path a port; frees the trace, whether it is done or not. */
void path_trace_take(struct path_trace *t, struct obs_path **paths, size_t *count);

#endif
