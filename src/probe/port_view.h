/* SPDX-License-Identifier: MIT
 *
 * The ports of one address as they stand, side by side: which answers, and which to compare with. */
#ifndef PROBE_PORT_VIEW_H
#define PROBE_PORT_VIEW_H

#include "base/limits.h"
#include "probe/endpoint_probe.h"

struct port_state {
	unsigned number;
	enum role role;
	bool done;
	struct endpoint_reach at;
};

struct port_view {
	struct port_state ports[LIMIT_PORTS];
	size_t count;
};

/* Those of the endpoints that are of that host and address. */
void port_view_take(struct port_view *v, const char *host, const char *address,
		    struct endpoint_probe *const *endpoints, size_t count);

bool port_view_has(const struct port_view *v, enum reach reach);

/* No connect is under way that may still end soon. */
bool port_view_is_settled(const struct port_view *v);

/* The port to compare with, other than `but`: open if there is one, else refused; submission before
 * others, since a greeting there is cheap. 0: none answers. */
unsigned port_view_control(const struct port_view *v, unsigned but);

/* NULL: there is no such port. */
const struct port_state *port_view_find(const struct port_view *v, unsigned number);

/* Port 25 is open, and speaks as another server than the control port does: under another name, or
 * without the STARTTLS that is offered there. */
bool port_view_two_voices(const struct port_view *v, const struct port_state *p);

#endif
