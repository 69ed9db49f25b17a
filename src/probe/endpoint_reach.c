/* SPDX-License-Identifier: MIT */
#include "probe/endpoint_reach.h"

#include <string.h>

enum reach endpoint_reach_of(const struct obs_connect *c)
{
	switch (c->outcome) {
	case OUT_OK:
		return REACH_OPEN;
	case OUT_REFUSED:
	case OUT_RESET:
		return REACH_REFUSED;
	case OUT_TIMEOUT:
		return REACH_SILENT;
	case OUT_UNREACHABLE:
		return c->icmp.from != NULL && c->source != NULL &&
			       strcmp(c->icmp.from, c->source) != 0 ? REACH_REJECTED : REACH_HERE;
	default:
		return REACH_HERE;
	}
}
