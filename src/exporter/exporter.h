/* SPDX-License-Identifier: MIT
 *
 * smtpprobe --listen: probes when asked by HTTP, with the conventions of Prometheus' blackbox_exporter.
 *
 *   /probe?target=T&module=M   200 with metrics, whatever the probe found; probe_success says it
 *   /metrics                   of this process
 *   /healthz                   200 as long as it runs
 *   /                          what there is
 *
 * 400: a parameter is wrong. 403: that target may not be probed. 404, 405. 503: too many probes are
 * under way, or it is being stopped. */
#ifndef EXPORTER_EXPORTER_H
#define EXPORTER_EXPORTER_H

#include "options/options.h"

/* Until SIGINT or SIGTERM; returns the exit status. What is wrong locally is told in one sentence on
 * standard error. */
int exporter_run(const struct options *o);

#endif
