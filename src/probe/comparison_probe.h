/* SPDX-License-Identifier: MIT
 *
 * A plain connect to set beside the probe's own: to a control host that the user named, from another
 * address of this machine, or by a proxy. Reads the first line of the greeting where one comes soon,
 * says QUIT, and closes. */
#ifndef PROBE_COMPARISON_PROBE_H
#define PROBE_COMPARISON_PROBE_H

#include "probe/settings.h"

struct comparison_probe;

/* Never called from within a comparison_probe_ function. */
typedef void comparison_fn(void *owner);

/* proxy: the address of the SOCKS5 proxy, for that kind; else NULL. Strings are copied. */
struct comparison_probe *comparison_probe_new(const struct probe_settings *settings,
					      enum comparison_kind kind, const char *host,
					      const char *address, unsigned port, const char *proxy,
					      comparison_fn *done, void *owner);

bool comparison_probe_done(const struct comparison_probe *p);

/* Its record, moved to *to, with what is known if it is not done; frees it. */
void comparison_probe_take(struct comparison_probe *p, struct obs_comparison *to);

#endif
