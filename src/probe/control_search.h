/* SPDX-License-Identifier: MIT
 *
 * Looks for a port of an address that gives any answer, to compare silent ones with, where none of
 * those probed does: 443, then 80. */
#ifndef PROBE_CONTROL_SEARCH_H
#define PROBE_CONTROL_SEARCH_H

#include "probe/settings.h"

struct control_search;

/* Never called from within a control_search_ function. */
typedef void control_search_fn(void *owner);

/* The address is borrowed. It is over within a second. */
struct control_search *control_search_new(const struct probe_settings *settings, const char *address,
					  control_search_fn *done, void *owner);

/* The port; 0: none answered. */
unsigned control_search_found(const struct control_search *s);

void control_search_free(struct control_search *s);

#endif
